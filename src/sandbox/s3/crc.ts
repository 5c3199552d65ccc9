/** One step per byte of eight at once ("slicing by 8"): the plain loop is several times slower. */
const lanes = 8

/** CRC-32C (Castagnoli), reflected. */
const castagnoli = 0x82f63b78
const tables32 = Array.from({ length: lanes }, () => new Uint32Array(256))

/** CRC-64/NVME, reflected: 0x9a6c9329ac4bc9b5 in two halves. */
const nvme = { high: 0x9a6c9329, low: 0xac4bc9b5 }
const highs = Array.from({ length: lanes }, () => new Uint32Array(256))
const lows = Array.from({ length: lanes }, () => new Uint32Array(256))

for (let byte = 0; byte < 256; byte++) fillTables(byte)
for (let lane = 1; lane < lanes; lane++) for (let byte = 0; byte < 256; byte++) extendTables(lane, byte)

function fillTables(byte: number): void {
  let [crc, high, low] = [byte, 0, byte]
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ castagnoli : crc >>> 1
    const odd = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (odd) {
      high ^= nvme.high
      low ^= nvme.low
    }
  }
  set(tables32, 0, byte, crc)
  set(highs, 0, byte, high)
  set(lows, 0, byte, low)
}

function extendTables(lane: number, byte: number): void {
  const crc = at(tables32, lane - 1, byte)
  set(tables32, lane, byte, (crc >>> 8) ^ at(tables32, 0, crc & 255))
  const [high, low] = [at(highs, lane - 1, byte), at(lows, lane - 1, byte)]
  set(highs, lane, byte, (high >>> 8) ^ at(highs, 0, low & 255))
  set(lows, lane, byte, ((low >>> 8) | (high << 24)) ^ at(lows, 0, low & 255))
}

function at(tables: Uint32Array[], lane: number, index: number): number {
  return (tables[lane] as Uint32Array)[index] as number
}

function set(tables: Uint32Array[], lane: number, index: number, value: number): void {
  ;(tables[lane] as Uint32Array)[index] = value
}

export class Crc32c {
  #crc = 0xffffffff

  update(data: Uint8Array): void {
    const [t0, t1, t2, t3, t4, t5, t6, t7] = tables32 as Eight
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let crc = this.#crc
    let i = 0
    for (const end = data.length - 7; i < end; i += 8) {
      const a = crc ^ view.getUint32(i, true)
      const b = view.getUint32(i + 4, true)
      crc = n(t7, a) ^ n(t6, a >>> 8) ^ n(t5, a >>> 16) ^ n(t4, a >>> 24)
      crc ^= n(t3, b) ^ n(t2, b >>> 8) ^ n(t1, b >>> 16) ^ n(t0, b >>> 24)
    }
    for (; i < data.length; i++) crc = (crc >>> 8) ^ n(t0, crc ^ (data[i] as number))
    this.#crc = crc
  }

  digest(): Buffer {
    const out = Buffer.alloc(4)
    out.writeUInt32BE(~this.#crc >>> 0)
    return out
  }
}

export class Crc64Nvme {
  #high = 0xffffffff
  #low = 0xffffffff

  update(data: Uint8Array): void {
    const [h0, h1, h2, h3, h4, h5, h6, h7] = highs as Eight
    const [l0, l1, l2, l3, l4, l5, l6, l7] = lows as Eight
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    let [high, low] = [this.#high, this.#low]
    let i = 0
    for (const end = data.length - 7; i < end; i += 8) {
      const a = low ^ view.getUint32(i, true)
      const b = high ^ view.getUint32(i + 4, true)
      high = n(h7, a) ^ n(h6, a >>> 8) ^ n(h5, a >>> 16) ^ n(h4, a >>> 24)
      high ^= n(h3, b) ^ n(h2, b >>> 8) ^ n(h1, b >>> 16) ^ n(h0, b >>> 24)
      low = n(l7, a) ^ n(l6, a >>> 8) ^ n(l5, a >>> 16) ^ n(l4, a >>> 24)
      low ^= n(l3, b) ^ n(l2, b >>> 8) ^ n(l1, b >>> 16) ^ n(l0, b >>> 24)
    }
    for (; i < data.length; i++) {
      const index = low ^ (data[i] as number)
      low = ((low >>> 8) | (high << 24)) ^ n(l0, index)
      high = (high >>> 8) ^ n(h0, index)
    }
    this.#high = high
    this.#low = low
  }

  digest(): Buffer {
    const out = Buffer.alloc(8)
    out.writeUInt32BE(~this.#high >>> 0)
    out.writeUInt32BE(~this.#low >>> 0, 4)
    return out
  }
}

type Eight = [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
]

function n(table: Uint32Array, value: number): number {
  return table[value & 255] as number
}

/**
 * A set of sha256 names (64 hex digits) in one buffer: 32 bytes each and at most half full, so that a million take
 * 64 to 128 MB less than strings would. The names are hashes already: their first bytes say where to look.
 */
export class DigestSet {
  #slots: Buffer
  #capacity: number
  #zero = false
  #size = 0

  constructor(capacity = 1024) {
    this.#capacity = capacity
    this.#slots = Buffer.alloc(capacity * 32)
  }

  get size(): number {
    return this.#size + (this.#zero ? 1 : 0)
  }

  get bytes(): number {
    return this.#slots.length
  }

  /** True when it was not there yet. */
  add(hex: string): boolean {
    const name = Buffer.from(hex, 'hex')
    if (isZero(name, 0)) {
      const isNew = !this.#zero
      this.#zero = true
      return isNew
    }
    if ((this.#size + 1) * 2 > this.#capacity) this.#grow()
    const at = this.#find(name)
    if (!isZero(this.#slots, at)) return false
    name.copy(this.#slots, at)
    this.#size++
    return true
  }

  has(hex: string): boolean {
    const name = Buffer.from(hex, 'hex')
    if (isZero(name, 0)) return this.#zero
    return !isZero(this.#slots, this.#find(name))
  }

  /** Where the name is, or the empty place where it belongs. */
  #find(name: Buffer): number {
    let slot = name.readUInt32LE(0) % this.#capacity
    for (;;) {
      const at = slot * 32
      if (isZero(this.#slots, at) || name.compare(this.#slots, at, at + 32) === 0) return at
      slot = (slot + 1) % this.#capacity
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#capacity *= 2
    this.#slots = Buffer.alloc(this.#capacity * 32)
    for (let at = 0; at < old.length; at += 32) {
      if (isZero(old, at)) continue
      const name = old.subarray(at, at + 32)
      name.copy(this.#slots, this.#find(name))
    }
  }
}

function isZero(bytes: Buffer, at: number): boolean {
  for (let offset = at; offset < at + 32; offset += 4) if (bytes.readUInt32LE(offset) !== 0) return false
  return true
}

import { crc32 } from 'node:zlib'

const largestStored = 0xffff

/**
 * A gzip member whose deflate blocks are all *stored*. `zlib.gzip` may pack the same bytes differently in another
 * Node version, and then every digest of the seed would change; stored blocks have only one spelling.
 */
export function storeAsGzip(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])]
  for (let at = 0; at === 0 || at < bytes.length; at += largestStored) {
    const piece = bytes.subarray(at, at + largestStored)
    parts.push(storedBlockHead(piece.length, at + largestStored >= bytes.length), piece)
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(bytes), 0)
  trailer.writeUInt32LE(bytes.length, 4)
  return Buffer.concat([...parts, trailer])
}

function storedBlockHead(length: number, last: boolean): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(last ? 1 : 0, 0)
  head.writeUInt16LE(length, 1)
  head.writeUInt16LE(~length & 0xffff, 3)
  return head
}

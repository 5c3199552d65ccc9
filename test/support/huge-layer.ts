import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

/** MiB of ECR's largest layer (ecr-facts 4.10). */
export const largest = 52_000

export const mebibyte = 1024 * 1024

/** The sha256 of so many MiB, computed apart: a mistake in what makes the bytes shows as a wrong digest. */
export const digests: Record<number, string> = {
  6000: 'c80278b107006ae05b1c5a590bfc52ca04e130c6aad2fba87dfda35fe864e535',
  52000: '2a7d8ba1cc2bbfd51c7c37c9f2149d6ed90f5813b1ec4087e632ea7d2242f4d3',
}

/** Every MiB begins with its number, so that one that is missing, doubled or moved changes the hash. */
function fill(block: Buffer, number: number): Buffer {
  block.writeBigUInt64LE(BigInt(number))
  return block
}

function pattern(): Buffer {
  const block = Buffer.alloc(mebibyte)
  for (let at = 0; at < block.length; at++) block[at] = (at * 31 + (at >> 8)) % 251
  return block
}

/** The bytes from one offset up to another. A few buffers are used again and again: their readers are done by then. */
export async function* hugeBytes(from: number, end: number): AsyncIterable<Buffer> {
  const ring = Array.from({ length: 32 }, pattern)
  for (let at = from; at < end; ) {
    const number = Math.floor(at / mebibyte)
    const block = fill(ring[number % ring.length] as Buffer, number)
    const piece = block.subarray(at - number * mebibyte, Math.min(mebibyte, end - number * mebibyte))
    yield piece
    at += piece.length
  }
}

export function hugeBody(from: number, end: number): Readable {
  return Readable.from(hugeBytes(from, end), { objectMode: false, highWaterMark: 1 })
}

export async function hashOf(from: number, end: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of hugeBytes(from, end)) hash.update(piece)
  return hash.digest('hex')
}

/** The most memory of this process while something works. */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 20)
  try {
    return { result: await work(), peak }
  } finally {
    clearInterval(timer)
  }
}

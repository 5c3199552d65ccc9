import { Readable } from 'node:stream'

export function inChunks(bytes: Buffer, size: number): Readable {
  const count = Math.ceil(bytes.length / size)
  const chunks = Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
  return Readable.from(chunks, { objectMode: false })
}

function* zeros(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536))
}

export function breaking(length: number, failure: Error): Readable {
  return Readable.from(
    (function* () {
      yield* zeros(length)
      throw failure
    })(),
    { objectMode: false },
  )
}

/** Gives its bytes, calls back, and then neither goes on nor ends. */
export function stalling(length: number, then: () => void): Readable {
  return Readable.from(
    (async function* () {
      yield* zeros(length)
      then()
      await new Promise(() => {})
    })(),
    { objectMode: false },
  )
}

export async function eachOf<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: limit }, lane))
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

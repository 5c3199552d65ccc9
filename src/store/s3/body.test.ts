import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { breaking, inChunks } from '../bodies.fixture.ts'
import { type BodyOptions, ObjectBody } from './body.ts'

const bytes = randomBytes(300_000)

/** An object of which each connection carries only so much. */
function flaky(carries: number[], options: Partial<BodyOptions> = {}): { body: ObjectBody; asked: number[] } {
  const asked: number[] = []
  const connection = (from: number): Readable => {
    const carried = carries.shift()
    if (carried === undefined) return inChunks(bytes.subarray(from), 10_000)
    const part = inChunks(bytes.subarray(from, from + carried), 10_000)
    return Readable.from(
      (async function* () {
        yield* part
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
      })(),
      { objectMode: false },
    )
  }
  const body = new ObjectBody({
    subject: 's3://bucket/key',
    from: 0,
    first: { body: connection(0), length: bytes.length },
    rest: async (from) => {
      asked.push(from)
      return { body: connection(from), length: bytes.length - from }
    },
    sleep: async () => {},
    ...options,
  })
  return { body, asked }
}

test('bytes pass unchanged', async () => {
  const { body, asked } = flaky([])
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(asked).toEqual([])
})

test('a connection that breaks is replaced by one for the rest', async () => {
  const { body, asked } = flaky([100_000, 0, 50_000])
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(asked).toEqual([100_000, 100_000, 150_000])
})

test('not for ever: the fourth break is the end', async () => {
  const { body, asked } = flaky([10_000, 10_000, 10_000, 10_000])
  await expect(buffer(body)).rejects.toMatchObject({ code: 'endpoint-unreachable' })
  expect(asked).toEqual([10_000, 20_000, 30_000])
})

test('an answer that ends too early is a broken one', async () => {
  const { body, asked } = flaky([], {
    first: { body: inChunks(bytes.subarray(0, 1000), 100), length: bytes.length },
  })
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(asked).toEqual([1000])
})

test('a connection that is closed without a word is a broken one', async () => {
  const silent = new PassThrough()
  silent.write(bytes.subarray(0, 500))
  setImmediate(() => silent.destroy())
  const { body, asked } = flaky([], { first: { body: silent, length: bytes.length } })
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(asked).toEqual([500])
})

test('a connection that falls silent is replaced', async () => {
  const stuck = new PassThrough()
  stuck.write(bytes.subarray(0, 500))
  const { body, asked } = flaky([], { first: { body: stuck, length: bytes.length }, idleLimit: 5 })
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(asked).toEqual([500])
  expect(stuck.destroyed).toBe(true)
})

test('when the rest is refused, its reason is what the reader hears', async () => {
  const refusal = new Error('the object has changed')
  const first = { body: breaking(100, new Error('broke')), length: bytes.length }
  const { body } = flaky([], { first, rest: () => Promise.reject(refusal) })
  await expect(buffer(body)).rejects.toMatchObject({ code: 'store-request-failed', cause: refusal })
})

test('an abort ends it, and frees the connection', async () => {
  const stop = new AbortController()
  const source = new PassThrough()
  source.write(bytes.subarray(0, 500))
  const { body } = flaky([], { first: { body: source, length: bytes.length }, signal: stop.signal })
  const reading = buffer(body)
  stop.abort()
  await expect(reading).rejects.toMatchObject({ code: 'interrupted' })
  expect(source.destroyed).toBe(true)
})

test('a reader who never begins frees the connection by destroying', () => {
  const source = inChunks(bytes, 1000)
  const { body } = flaky([], { first: { body: source, length: bytes.length } })
  body.destroy()
  expect(source.destroyed).toBe(true)
})

test('a slow reader is not taken for a dead connection', async () => {
  const { body, asked } = flaky([], { idleLimit: 2 })
  const got: Buffer[] = []
  for await (const chunk of body) {
    got.push(chunk as Buffer)
    if (got.length === 1) for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate)
  }
  expect(Buffer.concat(got).equals(bytes)).toBe(true)
  expect(asked).toEqual([])
})

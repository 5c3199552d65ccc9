import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { breaking, collect, eachOf, inChunks, stalling } from './bodies.fixture.ts'
import type { Store, StoredObject } from './store.ts'

export interface ConformanceOptions {
  /** Fewer for stores behind a network; the default goes over two pages of S3. */
  listedKeys?: number
  /** False for servers that ignore the condition on CompleteMultipartUpload: several large racers may win. */
  largeRaceHasOneWinner?: boolean
}

/** What every store promises, as one suite. `open` gives an empty store for each test. */
export function storeConformance(
  name: string,
  open: () => Promise<{ store: Store; close: () => Promise<void> }>,
  { listedKeys = 2500, largeRaceHasOneWinner = true }: ConformanceOptions = {},
): void {
  describe(`${name}: what every store promises`, () => {
    let store: Store
    let close: () => Promise<void>

    beforeEach(async () => {
      ;({ store, close } = await open())
    })

    afterEach(() => close())

    async function read(key: string, range?: { from?: number; to?: number }): Promise<Buffer | undefined> {
      const body = await store.get(key, range)
      return body && (await buffer(body))
    }

    async function listed(prefix: string): Promise<StoredObject[]> {
      return await collect(store.list(prefix))
    }

    async function keys(prefix = ''): Promise<string[]> {
      return (await listed(prefix)).map((found) => found.key)
    }

    async function expectNothing(key: string): Promise<void> {
      expect(await store.head(key)).toBeUndefined()
      expect(await store.get(key)).toBeUndefined()
      expect(await keys()).toEqual([])
    }

    test('what was put can be read, looked at, listed and deleted', async () => {
      const before = Date.now()
      expect(await store.put('a/b/c.txt', Buffer.from('hello'))).toBe('created')
      expect((await read('a/b/c.txt'))?.toString()).toBe('hello')
      const found = await store.head('a/b/c.txt')
      expect(found).toMatchObject({ key: 'a/b/c.txt', size: 5 })
      expect(Math.abs((found?.modified.getTime() ?? 0) - before)).toBeLessThan(60_000)
      const [inList, ...others] = await listed('')
      expect(inList).toMatchObject({ key: 'a/b/c.txt', size: 5 })
      // S3 gives whole seconds in a header and more in a listing.
      expect(Math.floor(Number(inList?.modified) / 1000)).toBe(Math.floor(Number(found?.modified) / 1000))
      expect(others).toEqual([])
      await store.delete('a/b/c.txt')
      await expectNothing('a/b/c.txt')
    })

    test('what is not there: undefined, empty, and nothing to delete', async () => {
      await expectNothing('not/here')
      await store.delete('not/here')
      expect(await keys('not/')).toEqual([])
    })

    test('a key that others lie under is no object by itself', async () => {
      await store.put('a/b', Buffer.from('x'))
      expect(await store.head('a')).toBeUndefined()
      expect(await store.get('a')).toBeUndefined()
    })

    test('0 bytes, from a buffer and from a stream', async () => {
      await store.put('empty', Buffer.alloc(0))
      await store.put('empty-stream', Readable.from([], { objectMode: false }), { size: 0 })
      expect(await read('empty')).toEqual(Buffer.alloc(0))
      expect((await listed('')).map(({ key, size }) => [key, size])).toEqual([
        ['empty', 0],
        ['empty-stream', 0],
      ])
    })

    test.each(['known', 'unknown'])('20 MB as a stream of %s size, unchanged', async (size) => {
      const bytes = randomBytes(20_000_000)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      let sent: unknown
      const beforeCommit = (what: unknown) => {
        sent = what
      }
      await store.put('big', inChunks(bytes, 65_536), {
        beforeCommit,
        ...(size === 'known' && { size: bytes.length }),
      })
      expect(sent).toEqual({ sha256, size: bytes.length })
      const back = await read('big')
      expect(back?.equals(bytes)).toBe(true)
      expect((await store.head('big'))?.size).toBe(bytes.length)
    })

    test('a stream of single bytes and odd chunks', async () => {
      const bytes = randomBytes(5000)
      await store.put('odd', inChunks(bytes, 1), { size: bytes.length })
      expect((await read('odd'))?.equals(bytes)).toBe(true)
    })

    const small = 100_000
    const large = 12_000_000

    test.each([
      ['short', small, small + 1],
      ['short', large, large + 1],
      ['long', small, small - 1],
      ['long', large, large - 1],
    ])(
      'a stream that is too %s (%i bytes, %i announced) is refused and leaves nothing',
      async (_, length, size) => {
        const put = store.put('wrong', inChunks(Buffer.alloc(length, 7), 65_536), { size })
        await expect(put).rejects.toMatchObject({ code: 'content-size-mismatch' })
        await expectNothing('wrong')
      },
    )

    test('a buffer of another size is refused and leaves nothing', async () => {
      const put = store.put('wrong', Buffer.from('hello'), { size: 4 })
      await expect(put).rejects.toMatchObject({ code: 'content-size-mismatch' })
      await expectNothing('wrong')
    })

    test.each([small, large])(
      'what beforeCommit throws comes back, and nothing is left (%i bytes)',
      async (length) => {
        const refusal = new Error('not these bytes')
        const beforeCommit = () => {
          throw refusal
        }
        const put = store.put('refused', inChunks(Buffer.alloc(length, 7), 65_536), {
          size: length,
          beforeCommit,
        })
        await expect(put).rejects.toBe(refusal)
        await expectNothing('refused')
      },
    )

    test.each([small, large])(
      'an error of the stream comes back, and nothing is left (%i bytes)',
      async (length) => {
        const failure = new Error('the wire broke')
        const put = store.put('broken', breaking(length, failure), { size: length + 1 })
        await expect(put).rejects.toBe(failure)
        await expectNothing('broken')
      },
    )

    test('a stream that had failed before put is not taken for an empty one', async () => {
      const failure = new Error('dead on arrival')
      const body = new Readable({ read() {} })
      body.on('error', () => {})
      body.destroy(failure)
      await expect(store.put('dead', body)).rejects.toBe(failure)
      await expectNothing('dead')
    })

    test('a stream that ends without its end is refused', async () => {
      const body = new Readable({ read() {} })
      body.push(Buffer.alloc(10))
      queueMicrotask(() => body.destroy())
      await expect(store.put('cut', body)).rejects.toMatchObject({ code: 'content-size-mismatch' })
      await expectNothing('cut')
    })

    test.each([small, large])(
      'an abort in the middle leaves nothing and ends the stream (%i bytes)',
      async (length) => {
        const stop = new AbortController()
        const body = stalling(length, () => stop.abort())
        const put = store.put('stopped', body, { size: length + 1, signal: stop.signal })
        await expect(put).rejects.toMatchObject({ code: 'interrupted' })
        expect(body.destroyed).toBe(true)
        await expectNothing('stopped')
      },
    )

    test('a signal that was given before stops everything', async () => {
      await store.put('there', Buffer.from('x'))
      const signal = AbortSignal.abort()
      const stopped = { code: 'interrupted' }
      await expect(store.put('new', Buffer.from('y'), { signal })).rejects.toMatchObject(stopped)
      await expect(store.get('there', { signal })).rejects.toMatchObject(stopped)
      await expect(store.head('there', signal)).rejects.toMatchObject(stopped)
      await expect(store.delete('there', signal)).rejects.toMatchObject(stopped)
      await expect(collect(store.list('', signal))).rejects.toMatchObject(stopped)
      expect(await keys()).toEqual(['there'])
    })

    async function race(racers: number, length: number): Promise<number[]> {
      const answers = await Promise.all(
        Array.from({ length: racers }, (_, racer) =>
          store.put('race', inChunks(Buffer.alloc(length, racer + 1), 65_536), {
            size: length,
            ifAbsent: true,
          }),
        ),
      )
      return answers.flatMap((answer, racer) => (answer === 'created' ? [racer + 1] : []))
    }

    test('ifAbsent: of 20 racers one creates, and its bytes stay', async () => {
      const winners = await race(20, 10)
      expect(winners).toHaveLength(1)
      expect(await read('race')).toEqual(Buffer.alloc(10, winners[0]))
      expect(await store.put('race', Buffer.from('late'), { ifAbsent: true })).toBe('exists')
      expect(await read('race')).toEqual(Buffer.alloc(10, winners[0]))
    })

    test('ifAbsent: of 4 large racers one creates, and its bytes stay', async () => {
      const winners = await race(4, large)
      if (largeRaceHasOneWinner) expect(winners).toHaveLength(1)
      const bytes = await read('race')
      expect(winners).toContain(bytes?.[0])
      expect(bytes?.equals(Buffer.alloc(large, bytes[0]))).toBe(true)
      expect(await store.put('race', inChunks(Buffer.alloc(large), 65_536), { ifAbsent: true })).toBe(
        'exists',
      )
      expect((await read('race'))?.equals(bytes ?? Buffer.alloc(0))).toBe(true)
    })

    test('without ifAbsent the new bytes replace the old ones', async () => {
      await store.put('key', Buffer.from('first'))
      expect(await store.put('key', inChunks(Buffer.from('second one'), 3))).toBe('created')
      expect((await read('key'))?.toString()).toBe('second one')
    })

    test('a put that fails leaves the old bytes', async () => {
      await store.put('key', Buffer.from('first'))
      await expect(store.put('key', Buffer.from('second'), { size: 1 })).rejects.toThrow()
      await expect(store.put('key', breaking(10, new Error('broke')))).rejects.toThrow('broke')
      expect((await read('key'))?.toString()).toBe('first')
    })

    test.each([
      [{}, '0123456789'],
      [{ from: 3 }, '3456789'],
      [{ to: 3 }, '0123'],
      [{ from: 2, to: 4 }, '234'],
      [{ from: 9, to: 9 }, '9'],
      [{ from: 5, to: 1000 }, '56789'],
      [{ from: 10 }, ''],
      [{ from: 1000, to: 2000 }, ''],
    ])('the range %j', async (range, expected) => {
      await store.put('digits', Buffer.from('0123456789'))
      expect((await read('digits', range))?.toString()).toBe(expected)
      expect(await read('missing', range)).toBeUndefined()
    })

    test('a range of an empty object is empty', async () => {
      await store.put('empty', Buffer.alloc(0))
      expect((await read('empty', { from: 0, to: 10 }))?.length).toBe(0)
    })

    test('a range in the middle of a large object', async () => {
      const bytes = randomBytes(large)
      await store.put('large', bytes)
      const part = await read('large', { from: 5_000_001, to: 9_999_999 })
      expect(part?.equals(bytes.subarray(5_000_001, 10_000_000))).toBe(true)
    })

    test('a reader may stop early', async () => {
      await store.put('large', Buffer.alloc(large, 1))
      const body = await store.get('large')
      for await (const chunk of body ?? []) {
        expect((chunk as Buffer).length).toBeGreaterThan(0)
        break
      }
      expect(body?.destroyed).toBe(true)
    })

    test(`${listedKeys} keys are listed in order, and by prefix`, async () => {
      const all = Array.from({ length: listedKeys }, (_, n) => `list/${n % 7}/key-${n}`)
      const odd = ['list-a', 'list.a', 'list/0.txt', 'list/0-txt', 'listing', 'other/x', 'list/B', 'list/_']
      await eachOf([...all, ...odd], 16, async (key) => {
        await store.put(key, Buffer.from(key))
      })
      const sorted = [...all, ...odd].sort()
      const found = await listed('')
      expect(found.map(({ key }) => key)).toEqual(sorted)
      expect(found.every(({ key, size }) => size === key.length)).toBe(true)
      for (const prefix of [
        'list',
        'list/',
        'list/0',
        'list/3/key-1',
        'list/6/',
        'other/x',
        'nothing',
        'list/9/x',
      ]) {
        expect(await keys(prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)))
      }
    })

    test.each([
      '',
      '/absolute',
      'trailing/',
      'a//b',
      '../outside',
      'a/../b',
      'a/..',
      './a',
      'a/./b',
      'ünicode',
      'spa ce',
      'back\\slash',
      'zero\0byte',
      'line\nfeed',
      '.tmp/x',
      'x'.repeat(256),
      'a/'.repeat(500),
    ])('the key %j is refused by every method', async (key) => {
      const refused = { code: 'store-key-invalid' }
      await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refused)
      await expect(store.get(key)).rejects.toMatchObject(refused)
      await expect(store.head(key)).rejects.toMatchObject(refused)
      await expect(store.delete(key)).rejects.toMatchObject(refused)
      expect(await keys()).toEqual([])
    })

    test.each(['../', 'a/../b', '/', 'a//', '.tmp/', 'é'])('the prefix %j is refused', async (prefix) => {
      await expect(keys(prefix)).rejects.toMatchObject({ code: 'store-key-invalid' })
    })

    test('16 puts and gets at a time', async () => {
      const bytes = Array.from({ length: 48 }, (_, n) => randomBytes(n * 3001))
      await eachOf(bytes.keys(), 16, async (n) => {
        const body = bytes[n] ?? Buffer.alloc(0)
        await store.put(`many/${n}`, inChunks(body, 16_384), { size: body.length, ifAbsent: n % 2 === 0 })
        expect((await read(`many/${n}`))?.equals(body)).toBe(true)
      })
      expect(await keys('many/')).toHaveLength(48)
    })
  })
}

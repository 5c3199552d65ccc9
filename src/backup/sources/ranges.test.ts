import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { jumpingClock } from '../../core/clock.ts'
import { digestOf } from '../../core/digest.ts'
import { quietRun } from '../../core/run.ts'
import { fakeEcr } from '../../ecr/fake-ecr.fixture.ts'
import { clientOf, type FakeRegistry, fakeRegistry, type Handler } from '../../oci/hostile.fixture.ts'
import { openSource } from './open.ts'
import { RangeReader } from './ranges.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

const { signal } = new AbortController()
const clock = jumpingClock()
const layer = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * 31 + (at >> 8)) % 251))
const digest = digestOf(layer)
const options = { partBytes: 65_536, ahead: 3, aheadOfAll: 8, smallest: 131_072 }
const partsOfAll = Math.ceil(layer.length / options.partBytes)

interface Asked {
  from: number
  to: number | undefined
}

function askedOf(request: IncomingMessage): Asked | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  return from === undefined ? undefined : { from: Number(from), to: to ? Number(to) : undefined }
}

/** What S3 answers: everything with `Accept-Ranges`, or the range that was asked for. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const asked = askedOf(request)
  if (!asked) {
    response.writeHead(200, { 'content-length': layer.length, 'accept-ranges': 'bytes' }).end(layer)
    return
  }
  const { from, to = layer.length - 1 } = asked
  const bytes = layer.subarray(from, to + 1)
  const range = `bytes ${from}-${from + bytes.length - 1}/${layer.length}`
  response.writeHead(206, { 'content-range': range, 'content-length': bytes.length }).end(bytes)
}

async function open(handler: Handler, more: Partial<typeof options> = {}) {
  const server = await fakeRegistry(handler)
  const client = clientOf(server.base)
  cleanUp.push(server.close, client.close)
  const reader = new RangeReader({ ...options, ...more })
  const read = (from = 0) =>
    reader.read({
      open: (range) => client.blobRange('a/b', digest, range, signal),
      from,
      what: 'a layer',
      clock,
      signal,
    })
  return { server, read }
}

const rangesOf = (server: FakeRegistry) => server.seen.map(({ range }) => range)

describe('large blobs', () => {
  test.each([0, 1, 65_535, 65_536, 500_000])('from byte %i: all of it, in order', async (from) => {
    const { read, server } = await open(serve)
    expect((await buffer(await read(from))).equals(layer.subarray(from))).toBe(true)
    expect(server.seen).toHaveLength(Math.ceil((layer.length - from) / options.partBytes))
    expect(new Set(rangesOf(server)).size).toBe(server.seen.length)
  })

  test('parts that are answered in the wrong order come in the right one', async () => {
    const waiting: (() => void)[] = []
    const { read } = await open((request, response) => {
      if (!askedOf(request)) return serve(request, response)
      waiting.push(() => serve(request, response))
      // The newest first, and the older ones as soon as there is no newer one to be had.
      if (waiting.length === options.ahead) for (const answer of waiting.splice(0).reverse()) answer()
      else setImmediate(() => setImmediate(() => waiting.pop()?.()))
    })
    expect(digestOf(await buffer(await read()))).toBe(digest)
  })

  test('no more parts at once than the limit, for one blob and for all together', async () => {
    let open_ = 0
    let most = 0
    const { read } = await open(
      (request, response) => {
        open_++
        most = Math.max(most, open_)
        response.on('close', () => open_--)
        serve(request, response)
      },
      { aheadOfAll: 4 },
    )
    const bodies = await Promise.all(Array.from({ length: 6 }, () => read()))
    for (const body of await Promise.all(bodies.map((each) => buffer(each))))
      expect(digestOf(body)).toBe(digest)
    // One that is read for each of six, and four ahead.
    expect(most).toBeLessThanOrEqual(10)
  })

  test('a part that is cut goes on where it was cut; the others are not asked for again', async () => {
    let cuts = 0
    const { read, server } = await open((request, response) => {
      const asked = askedOf(request)
      if (asked?.from !== 131_072 || asked.to === undefined || cuts++ > 0) return serve(request, response)
      const range = `bytes ${asked.from}-${asked.to}/${layer.length}`
      response.writeHead(206, { 'content-range': range, 'content-length': options.partBytes })
      return response.write(layer.subarray(asked.from, asked.from + 10_000), () => request.socket.destroy())
    })
    expect(digestOf(await buffer(await read()))).toBe(digest)
    expect(rangesOf(server)).toContain(`bytes=${131_072 + 10_000}-196607`)
    expect(server.seen).toHaveLength(partsOfAll + 1)
  })

  test('a server that promises ranges and sends everything: one stream for the rest', async () => {
    const { read, server } = await open((_request, response) => {
      response.writeHead(200, { 'content-length': layer.length, 'accept-ranges': 'bytes' }).end(layer)
    })
    expect(digestOf(await buffer(await read()))).toBe(digest)
    // The first, those ahead, one that took the place of the first, and the one for the rest.
    expect(server.seen.length).toBeLessThanOrEqual(3 + options.ahead)
  })

  test('a range that is not the one that was asked for is refused', async () => {
    const { read } = await open((request, response) => {
      if (!askedOf(request)) return serve(request, response)
      const range = `bytes 0-65535/${layer.length}`
      return response.writeHead(206, { 'content-range': range }).end(layer.subarray(0, 65_536))
    })
    await expect(buffer(await read())).rejects.toMatchObject({ code: 'registry-answer-invalid' })
  })

  test('a first body that ends short, as if that were all, leaves no hole', async () => {
    const open = async ({ from, to = layer.length - 1 }: { from: number; to?: number }) => {
      const bytes = from === 0 ? layer.subarray(0, 10_000) : layer.subarray(from, to + 1)
      const body = Readable.from([bytes], { objectMode: false })
      return { body, length: layer.length - from, takesRanges: true, ignored: false }
    }
    const read = (from: number) => new RangeReader(options).read({ open, from, what: 'it', clock, signal })
    await expect(buffer(await read(0))).rejects.toThrow('ended early')
    expect((await buffer(await read(10_000))).equals(layer.subarray(10_000))).toBe(true)
  })

  test('a part that never comes is an error, and nothing is left open', async () => {
    const { read } = await open((request, response) => {
      if (askedOf(request)?.from !== 262_144) return serve(request, response)
      return response.writeHead(500).end()
    })
    await expect(buffer(await read())).rejects.toMatchObject({ code: 'registry-request-failed' })
  })

  test('a reader that goes away closes every connection', async () => {
    const openNow = new Set<ServerResponse>()
    const { read } = await open((request, response) => {
      openNow.add(response)
      response.on('close', () => openNow.delete(response))
      serve(request, response)
    })
    const body = await read()
    for await (const _chunk of body) break
    expect(body.destroyed).toBe(true)
    while (openNow.size > 0) await new Promise((later) => setImmediate(later))
  })
})

describe('one request, as ever', () => {
  test.each<[string, Handler]>([
    [
      'a server that does not say that it takes ranges',
      (_request, response) => response.writeHead(200, { 'content-length': layer.length }).end(layer),
    ],
    [
      'a server that does not say how much comes',
      (_request, response) => {
        response.writeHead(200, { 'accept-ranges': 'bytes' })
        response.write(layer.subarray(0, 10))
        response.end(layer.subarray(10))
      },
    ],
  ])('%s', async (_what, handler) => {
    const { read, server } = await open(handler)
    expect(digestOf(await buffer(await read()))).toBe(digest)
    expect(rangesOf(server)).toEqual([undefined])
  })

  test('a small blob', async () => {
    const { read, server } = await open(serve, { smallest: layer.length + 1 })
    expect(digestOf(await buffer(await read()))).toBe(digest)
    expect(rangesOf(server)).toEqual([undefined])
  })
})

describe('ECR', () => {
  async function openEcr(handler: Handler, ranges: typeof options | undefined) {
    const s3 = await fakeRegistry(handler)
    let urls = 0
    const fake = await fakeEcr(() => ({ downloadUrl: `${s3.base.href}layer?url=${urls++}` }))
    const run = quietRun({ clock: jumpingClock() })
    const source = await openSource({ kind: 'ecr' }, { aws: fake.aws, ...(ranges && { ranges }) }, run)
    cleanUp.push(s3.close, fake.close, () => source.close())
    return { s3, source, asked: () => source.requests()['ecr:GetDownloadUrlForLayer'] }
  }

  test('one URL for all parts', async () => {
    const { s3, source, asked } = await openEcr(serve, options)
    expect(digestOf(await buffer(await source.blob('a/b', digest, 0, signal)))).toBe(digest)
    expect([s3.seen.length, asked()]).toEqual([partsOfAll, 1])
  })

  test('one that expires on the way is replaced once, for all parts', async () => {
    const { source, asked } = await openEcr((request, response) => {
      const stale = request.url?.endsWith('url=0') && (askedOf(request)?.from ?? 0) > 400_000
      if (stale) response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
      else serve(request, response)
    }, options)
    expect(digestOf(await buffer(await source.blob('a/b', digest, 0, signal)))).toBe(digest)
    expect(asked()).toBe(2)
  })

  test('from this machine it is one stream', async () => {
    const { s3, source } = await openEcr(serve, undefined)
    expect(digestOf(await buffer(await source.blob('a/b', digest, 0, signal)))).toBe(digest)
    expect(rangesOf(s3)).toEqual([undefined])
  })
})

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import type { Source } from '../../src/backup/source.ts'
import { RangeReader } from '../../src/backup/sources/ranges.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import type { Digest } from '../../src/core/digest.ts'
import { quietRun } from '../../src/core/run.ts'
import { clientOf } from '../../src/oci/hostile.fixture.ts'
import { mediaType } from '../../src/oci/media-types.ts'
import { Sent } from '../../src/store/commit.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { s3Store } from '../../src/store/s3.ts'
import type { Store } from '../../src/store/store.ts'
import { openOrInitVault } from '../../src/vault/vault.ts'
import { printFigures } from '../support/figures.ts'
import { digests, hashOf, hugeBody, largest, mebibyte, peakMemory } from '../support/huge-layer.ts'

const memoryLimit = 250 * mebibyte
const figures: Record<string, number> = {}
afterAll(() => printFigures('huge layers', figures))

/** MiB. Just past 32 bits; HOLDFAST_HUGE_LAYER=52000 takes as large a one as ECR does, which takes minutes. */
const mib = Number(process.env['HOLDFAST_HUGE_LAYER'] ?? 6_000)
const size = mib * mebibyte

/** Keeps small objects. Of a large one it checks size and hash like any other store, and keeps nothing. */
function countingStore(): { store: Store; swallowed: { key: string; size: number; sha256: string }[] } {
  const small = memoryStore()
  const swallowed: { key: string; size: number; sha256: string }[] = []
  const put: Store['put'] = async (key, body, options = {}) => {
    if (!(body instanceof Readable) || (options.size ?? 0) < mebibyte) return small.put(key, body, options)
    const sent = new Sent(key, options)
    for await (const chunk of body) sent.update(chunk)
    swallowed.push({ key, ...sent.finish() })
    return 'created'
  }
  return {
    store: new Proxy(small, { get: (store, name) => (name === 'put' ? put : bound(store, name)) }),
    swallowed,
  }
}

function bound(store: Store, name: string | symbol): unknown {
  const value = Reflect.get(store, name)
  return typeof value === 'function' ? value.bind(store) : value
}

/** One image with one layer, which is cut every few GiB, once right behind 4 GiB. */
function sourceWith(layer: Digest): { source: Source; offsets: number[] } {
  const registry = new MemoryRegistry()
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...registry.blob('huge', '{}') }
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer, size }]
  const manifest = { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers }
  registry.put('huge', Buffer.from(JSON.stringify(manifest)), mediaType.ociManifest, ['latest'])
  const source = registry.source()
  const small = source.blob
  const offsets: number[] = []
  source.blob = async (name, digest, from, signal) => {
    if (digest !== layer) return small(name, digest, from, signal)
    offsets.push(from)
    const end = from === 0 ? 2 ** 32 + 12_345 : from + 11_000 * mebibyte + 7
    return hugeBody(from, Math.min(end, size))
  }
  return { source, offsets }
}

test('a huge layer: hashed, cut and resumed behind 4 GiB, in little memory', async () => {
  const sha256 = digests[mib]
  if (!sha256) throw new Error(`no digest is known for ${mib} MiB`)
  const { source, offsets } = sourceWith(`sha256:${sha256}`)
  const { store, swallowed } = countingStore()
  const run = quietRun({ clock: jumpingClock() })
  const began = performance.now()
  const { result, peak } = await peakMemory(async () =>
    backup(source, await openOrInitVault(store, run), {}, run),
  )
  const seconds = (performance.now() - began) / 1000
  expect(result).toMatchObject({ complete: true, skipped: [] })
  expect(swallowed).toEqual([{ key: `blobs/sha256/${sha256}`, size, sha256 }])
  expect(offsets.length).toBeGreaterThan(1)
  expect(offsets[1]).toBe(2 ** 32 + 12_345)
  expect(peak).toBeLessThan(memoryLimit)
  figures['MiB in one layer'] = mib
  figures['downloads that it took'] = offsets.length
  figures['seconds'] = Math.round(seconds)
  figures['MiB a second'] = Math.round(mib / seconds)
  figures['MiB of memory at the peak'] = Math.round(peak / mebibyte)
})

test('ranges at the end of such a layer, over HTTP', async () => {
  const whole = largest * mebibyte
  const from = whole - 200 * mebibyte - 3
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { range = '' } = request.headers
    asked.push(range)
    const [, first = '', last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
    const end = last ? Number(last) + 1 : whole
    const contentRange = `bytes ${first}-${end - 1}/${whole}`
    response.writeHead(206, { 'content-range': contentRange, 'content-length': end - Number(first) })
    const body = hugeBody(Number(first), end)
    response.on('close', () => body.destroy())
    body.pipe(response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const client = clientOf(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  onTestFinished(async () => {
    await client.close()
    server.closeAllConnections()
    server.close()
  })
  const { signal } = new AbortController()
  const open = (range: { from: number; to?: number }) =>
    client.blobRange('a/b', `sha256:${digests[largest]}`, range, signal)
  const body = await new RangeReader().read({ open, from, what: 'it', clock: jumpingClock(), signal })
  const hash = createHash('sha256')
  let received = 0
  for await (const chunk of body) {
    hash.update(chunk)
    received += chunk.length
  }
  expect(received).toBe(whole - from)
  expect(hash.digest('hex')).toBe(await hashOf(from, whole))
  expect(asked).toHaveLength(26)
  expect(asked.every((range) => Number(/\d+/.exec(range)?.[0]) > 2 ** 32)).toBe(true)
  figures['ranges behind 4 GiB'] = asked.length
})

/** What S3 is sent first: the size of the parts says how many there will be. */
async function partSizeFor(declared: number | undefined): Promise<number> {
  let part = 0
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    if (request.method === 'PUT' && url.includes('partNumber'))
      part ||= Number(request.headers['x-amz-decoded-content-length'] ?? request.headers['content-length'])
    request.resume()
    if (request.method === 'POST' && url.includes('uploads'))
      response.end('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>')
    else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientConfig = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'none' },
    endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
  }
  const capabilities = { conditionalCreate: true, conditionalComplete: true, checksums: false }
  const store = s3Store({
    bucket: 'b',
    prefix: 'p',
    clock: jumpingClock(),
    env: {},
    capabilities,
    clientConfig,
  })
  const body = hugeBody(0, declared ?? size)
  await expect(store.put('blobs/x', body, declared === undefined ? {} : { size: declared })).rejects.toThrow()
  await store.close()
  server.closeAllConnections()
  server.close()
  return part
}

test.each([
  ['5,000 MiB', 5_000 * mebibyte],
  ['52,000 MiB', largest * mebibyte],
  ['100 GiB', 100 * 1024 * mebibyte],
  ['500 GiB', 500 * 1024 * mebibyte],
])('%s fit into the 10,000 parts that S3 allows', async (_words, declared) => {
  const part = await partSizeFor(declared)
  expect(part).toBeGreaterThanOrEqual(5 * mebibyte)
  expect(Math.ceil(declared / part)).toBeLessThanOrEqual(10_000)
  // Not larger than it must be: each part in flight is memory.
  expect(part === 8 * mebibyte || Math.ceil(declared / part) > 8_000).toBe(true)
  if (declared === largest * mebibyte) figures['parts in S3'] = Math.ceil(declared / part)
})

test('a layer whose size nobody announced fits as well', async () => {
  expect(10_000 * (await partSizeFor(undefined))).toBeGreaterThanOrEqual(largest * mebibyte)
})

import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { jumpingClock } from '../../core/clock.ts'
import { type Digest, digestOf } from '../../core/digest.ts'
import { quietRun } from '../../core/run.ts'
import { fakeRegistry } from '../../oci/hostile.fixture.ts'
import { mediaType } from '../../oci/media-types.ts'
import { memoryStore } from '../../store/memory.ts'
import { keys } from '../../vault/format.ts'
import { openOrInitVault, type Vault } from '../../vault/vault.ts'
import { verifyVault } from '../../vault/verify.ts'
import { backup } from '../backup.ts'
import { openSource } from './open.ts'

const run = quietRun({ clock: jumpingClock() })
const layer = Buffer.from('layer '.repeat(2000))
const config = Buffer.from('{"os":"linux"}')

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

const described = (bytes: Buffer, size = bytes.length, more = {}) => ({
  mediaType: 'application/octet-stream',
  digest: digestOf(bytes),
  size,
  ...more,
})

function imageOf(layers: object[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, config: described(config), layers }))
}

interface Lies {
  manifests?: Record<string, Buffer>
  tags?: string[]
  /** Answers a request for a blob or manifest in another way; false: as usual. */
  answer?: (url: string, response: ServerResponse) => boolean
}

/** Backs up a registry that has one honest image `a/good`, and one `a/b` that the test makes up. */
async function backedUp({ manifests = {}, tags, answer }: Lies) {
  const good = imageOf([])
  const known = new Map<string, Buffer>([...Object.values(manifests), good].map((b) => [digestOf(b), b]))
  for (const [tag, bytes] of Object.entries(manifests)) known.set(tag, bytes)
  const names = tags ?? Object.keys(manifests)
  const server = await fakeRegistry((request, response) => {
    const url = request.url ?? ''
    const reference = decodeURIComponent(url.split('/').at(-1) ?? '')
    if (url === '/v2/') return response.end('{}')
    if (url.startsWith('/v2/_catalog')) return response.end('{"repositories":["a/b","a/good"]}')
    if (url.includes('/tags/'))
      return response.end(JSON.stringify({ tags: url.includes('good') ? ['g'] : names }))
    if (url.includes('/referrers/')) return response.end('{"manifests":[]}')
    if (!url.includes('good') && answer?.(url, response)) return undefined
    if (url.includes('/blobs/')) return response.end(reference === digestOf(config) ? config : layer)
    const bytes = reference === 'g' ? good : known.get(reference)
    if (!bytes) return response.writeHead(404).end()
    const type = bytes.includes('"manifests"') ? mediaType.ociIndex : mediaType.ociManifest
    return response
      .writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(bytes) })
      .end(bytes)
  })
  const vault = await openOrInitVault(memoryStore(), run)
  const source = await openSource({ kind: 'oci', host: server.base.host, insecure: true }, {}, run)
  cleanUp.push(server.close, () => source.close())
  const report = await backup(source, vault, {}, run)
  return { report, vault, server }
}

/** Whatever the registry sent: what was committed is whole, and every name is true. */
async function expectHonest(vault: Vault): Promise<void> {
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  for await (const { digest } of vault.blobs.list())
    expect(digestOf(await vault.blobs.getBytes(digest))).toBe(digest)
}

const other = Buffer.from('LAYER '.repeat(2000))
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
type Send = (response: ServerResponse) => unknown

test.each<[string, Send]>([
  ['other bytes of the same size', (response) => response.end(other)],
  ['too few bytes', (response) => response.end(layer.subarray(1))],
  ['too many bytes', (response) => response.end(Buffer.concat([layer, layer]))],
  ['nothing', (response) => response.end()],
  ['a web page', (response) => response.setHeader('content-type', 'text/html').end('<html>')],
  ['a bomb in gzip', (response) => response.setHeader('content-encoding', 'gzip').end(bomb)],
  [
    'its own bytes in gzip',
    (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(layer)),
  ],
  [
    'a length that it does not keep',
    (response) => {
      response.writeHead(200, { 'content-length': layer.length + 10 })
      response.write(layer.subarray(0, 500), () => response.destroy())
    },
  ],
  [
    'the first range again and again',
    (response) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${layer.length}` }).end(layer.subarray(0, 10))
    },
  ],
])('a blob that is %s: refused, named, and nothing of it kept', async (_name, send) => {
  const answer: Lies['answer'] = (url, response) => {
    if (!url.endsWith(digestOf(layer))) return false
    send(response)
    return true
  }
  const { report, vault, server } = await backedUp({ manifests: { v1: imageOf([described(layer)]) }, answer })
  expect(report).toMatchObject({ complete: false, repositories: 2, manifests: 1 })
  expect(report.skipped).toHaveLength(1)
  expect(report.skipped[0]).toMatchObject({ repository: 'a/b', code: expect.stringMatching(/^registry-/) })
  expect(report.skipped[0]?.reason).toContain('Tags: v1')
  expect(await vault.store.head(keys.blob(digestOf(layer)))).toBeUndefined()
  await expectHonest(vault)
  expect(server.seen.length).toBeLessThan(40)
})

const manifestOf = (text: string) => ({ v1: Buffer.from(text) })
test.each<[string, Record<string, Buffer>]>([
  ['is no JSON', manifestOf('<html>')],
  ['is nested too deep', manifestOf(`{"layers":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ['says the same key twice', manifestOf('{"schemaVersion":2,"config":{},"layers":[],"layers":[]}')],
  ['has a size of -1', { v1: imageOf([described(layer, -1)]) }],
  ['has a digest that climbs', { v1: imageOf([{ ...described(layer), digest: 'sha256:../../x' }]) }],
  ['has 100,000 children, which is over 4 MiB', { v1: indexOf(Array(100_000).fill(described(layer))) }],
])('a manifest that %s costs its image only', async (_name, manifests) => {
  const { report, vault } = await backedUp({ manifests })
  expect(report).toMatchObject({ complete: false, repositories: 2, manifests: 1 })
  expect(report.skipped).toMatchObject([{ repository: 'a/b', code: 'registry-answer-invalid' }])
  await expectHonest(vault)
})

function indexOf(children: object[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: children }))
}

test('fifty indexes inside each other are kept, all of them', async () => {
  const chain = [imageOf([described(layer)])]
  for (let depth = 0; depth < 50; depth++) {
    const inner = chain[0] as Buffer
    const type = depth === 0 ? mediaType.ociManifest : mediaType.ociIndex
    chain.unshift(indexOf([described(inner, inner.length, { mediaType: type })]))
  }
  const manifests = Object.fromEntries(chain.map((bytes, at) => [`d${at}`, bytes]))
  const { report, vault } = await backedUp({ manifests, tags: ['d0'] })
  expect(report).toMatchObject({ complete: true, manifests: 52 })
  await expectHonest(vault)
})

test('`data` in a descriptor is never believed, and a foreign layer is never asked for', async () => {
  const foreign = Buffer.from('foreign')
  const evil = 'http://169.254.169.254/latest/meta-data/'
  const mediaTypeOfForeign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
  const image = imageOf([
    described(layer, layer.length, { data: Buffer.from('other bytes').toString('base64') }),
    described(foreign, foreign.length, { mediaType: mediaTypeOfForeign, urls: [evil] }),
  ])
  const { report, vault, server } = await backedUp({ manifests: { v1: image } })
  expect(report.complete).toBe(true)
  expect(await vault.blobs.getBytes(digestOf(layer))).toEqual(layer)
  expect(server.seen.some(({ url }) => url.includes(digestOf(foreign)))).toBe(false)
  expect(await vault.blobs.has(digestOf(foreign) as Digest)).toBe(false)
})

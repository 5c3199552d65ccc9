import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import type { OciClient } from './client.ts'
import { clientOf, type FakeRegistry, fakeRegistry, type Handler } from './hostile.fixture.ts'
import { mediaType } from './media-types.ts'
import { walkRepository } from './walk.ts'

let close: () => Promise<unknown> = async () => {}
afterEach(() => close())

const signal = new AbortController().signal
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf('layer'), size: 5 }
const image = JSON.stringify({
  schemaVersion: 2,
  mediaType: mediaType.ociManifest,
  config: layer,
  layers: [],
})
const child = { mediaType: mediaType.ociManifest, digest: digestOf(image), size: image.length }
const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [child] })
const held: Record<string, { body: string; type: string }> = {
  v1: { body: image, type: mediaType.ociManifest },
  v2: { body: index, type: `${mediaType.ociIndex}; charset=utf-8` },
}

/** Two tags: an image, and an index of it. `spoil` changes the bytes of what is read, not what is said of them. */
async function open(spoil: (body: string) => string = (body) => body) {
  const handler: Handler = (request, response) => {
    if (request.url?.includes('/referrers/')) return response.writeHead(404).end()
    if (request.url?.includes('/tags/list')) return response.end(JSON.stringify({ tags: ['v1', 'v2'] }))
    const reference = request.url?.split('/').at(-1) ?? ''
    const found = held[reference] ?? Object.values(held).find(({ body }) => digestOf(body) === reference)
    if (!found) return response.writeHead(404).end()
    response.setHeader('content-type', found.type).setHeader('docker-content-digest', digestOf(found.body))
    return response.end(request.method === 'HEAD' ? undefined : spoil(found.body))
  }
  const server: FakeRegistry = await fakeRegistry(handler)
  const client: OciClient = clientOf(server.base)
  close = async () => Promise.all([client.close(), server.close()])
  // Fallback tags of referrers are asked for as well, once; they are not what this is about.
  const own = /\/manifests\/(?!sha256-)/
  const asked = () => server.seen.filter(({ url }) => own.test(url)).map(({ method }) => method)
  return { client, asked }
}

test('what is read ahead gives the same listing, with fewer requests', async () => {
  const { client, asked } = await open()
  const asks = await walkRepository(client, 'a/b', signal)
  expect(asked().sort()).toEqual(['GET', 'HEAD', 'HEAD'])
  const reads = await walkRepository(client, 'a/b', signal, { aheadBytes: 1 << 20 })
  expect(asked().slice(3)).toEqual(['GET', 'GET'])
  expect(reads.manifests.sort(byDigest)).toEqual(asks.manifests.sort(byDigest))
  expect([...reads.read.keys()].sort()).toEqual([digestOf(image), digestOf(index)].sort())
})

test('damage found while reading ahead stays in the listing under the digest that it should have', async () => {
  const { client } = await open((body) => `${body} `)
  const { manifests, read } = await walkRepository(client, 'a/b', signal, { aheadBytes: 1 << 20 })
  expect(manifests.find(({ tags }) => tags.includes('v1'))?.digest).toBe(digestOf(image))
  expect(read.has(digestOf(image))).toBe(false)
})

test('only so much is read ahead', async () => {
  const { client, asked } = await open()
  await walkRepository(client, 'a/b', signal, { aheadBytes: 0 })
  expect(asked()).toContain('HEAD')
})

function byDigest(a: { digest: string }, b: { digest: string }): number {
  return a.digest < b.digest ? -1 : 1
}

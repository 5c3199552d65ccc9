import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Authorization } from './authority.ts'
import { type OciClient, ociClient } from './client.ts'
import { refusalBehind } from './failure.ts'
import { mediaType } from './media-types.ts'
import { fallbackTag } from './referrers.ts'

/** A running registry that the suite may write to. */
export interface RegistryUnderTest {
  base: URL
  authorization?: Authorization
  /** Makes the repository where pushes do not (ECR). */
  prepare(repository: string): Promise<void>
  close(): Promise<void>
}

export interface Pushed {
  digest: Digest
  bytes: Buffer
}

/** The client's promises, checked unchanged against every server that we have. */
export function ociClientSuite(name: string, open: () => Promise<RegistryUnderTest>): void {
  describe(`OCI client against ${name}`, () => {
    let registry: RegistryUnderTest
    let client: OciClient
    let count = 0

    beforeAll(async () => {
      registry = await open()
      client = ociClient({
        base: registry.base,
        ...(registry.authorization && { authorization: registry.authorization }),
      })
    })
    afterAll(async () => {
      await client?.close()
      await registry?.close()
    })

    async function freshRepository(): Promise<string> {
      const repository = `suite/run-${randomBytes(4).toString('hex')}-${++count}`
      await registry.prepare(repository)
      return repository
    }

    async function pushBlob(repository: string, bytes: Buffer): Promise<Digest> {
      const digest = digestOf(bytes)
      await client.putBlob(repository, { digest, size: bytes.length, body: Readable.from(chunksOf(bytes)) })
      return digest
    }

    async function pushImage(
      repository: string,
      options: { tag?: string; extra?: object } = {},
    ): Promise<Pushed> {
      const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', n: ++count }))
      const layer = randomBytes(1000)
      const body = {
        schemaVersion: 2,
        mediaType: mediaType.ociManifest,
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: await pushBlob(repository, config),
          size: config.length,
        },
        layers: [
          {
            mediaType: 'application/vnd.oci.image.layer.v1.tar',
            digest: await pushBlob(repository, layer),
            size: layer.length,
          },
        ],
        ...options.extra,
      }
      return putJson(repository, body, { mediaType: mediaType.ociManifest, ...options })
    }

    /** Odd white space on purpose: the bytes are what counts. */
    async function putJson(
      repository: string,
      body: object,
      options: { mediaType: string; tag?: string },
    ): Promise<Pushed> {
      const bytes = Buffer.from(`${JSON.stringify(body, null, 3)}\n`)
      const digest = digestOf(bytes)
      const tag = options.tag ? { tag: options.tag } : {}
      await client.putManifest(repository, { digest, mediaType: options.mediaType, bytes, ...tag })
      return { digest, bytes }
    }

    test('answers a ping', async () => {
      await client.ping()
    })

    test('a wrong password is refused by name, at once', async () => {
      if (!registry.authorization) return
      const stranger = ociClient({ base: registry.base, authorization: async () => 'Basic QVdTOndyb25n' })
      const error = await stranger.ping().catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'registry-unauthorized', 'access-denied')).toBe(true)
      expect(stranger.requests()['Ping']).toBe(1)
      await stranger.close()
    })

    test.each([1, 1000, 3 * 1024 * 1024 + 1])(
      'a blob of %i bytes comes back whole and from the middle',
      async (size) => {
        const repository = await freshRepository()
        const layer = randomBytes(size)
        const digest = await pushBlob(repository, layer)
        const config = Buffer.from('{}')
        const described = (bytes: Buffer, of: Digest) => ({
          mediaType: 'application/x',
          digest: of,
          size: bytes.length,
        })
        // ECR serves only what a manifest refers to (ecr-facts 4.9).
        const body = {
          schemaVersion: 2,
          config: described(config, await pushBlob(repository, config)),
          layers: [described(layer, digest)],
        }
        await putJson(repository, body, { mediaType: mediaType.ociManifest })
        expect(await client.headBlob(repository, digest)).toEqual({ size })
        expect((await buffer(await client.blob(repository, digest, 0))).equals(layer)).toBe(true)
        const from = Math.floor(size / 2)
        expect((await buffer(await client.blob(repository, digest, from))).equals(layer.subarray(from))).toBe(
          true,
        )
      },
    )

    test('a blob that is not there', async () => {
      const repository = await freshRepository()
      const missing = digestOf('nothing of that kind')
      expect(await client.headBlob(repository, missing)).toBeUndefined()
      const error = await client.blob(repository, missing, 0).catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'registry-not-found')).toBe(true)
    })

    test('a blob under a wrong digest is refused and not there afterwards', async () => {
      const repository = await freshRepository()
      const digest = digestOf('something else')
      const body = Readable.from([Buffer.from('bytes')])
      const error = await client
        .putBlob(repository, { digest, size: 5, body })
        .catch((thrown: unknown) => thrown)
      expect(refusalBehind(error)?.status).toBe(400)
      expect(await client.headBlob(repository, digest)).toBeUndefined()
    })

    test('a manifest is the same bytes by tag and by digest', async () => {
      const repository = await freshRepository()
      const pushed = await pushImage(repository, { tag: 'v1' })
      for (const reference of ['v1', pushed.digest]) {
        const found = await client.manifest(repository, reference)
        expect(found?.digest).toBe(pushed.digest)
        expect(Buffer.from(found?.bytes ?? []).equals(pushed.bytes)).toBe(true)
        expect(found?.mediaType).toBe(mediaType.ociManifest)
      }
      expect(await client.headManifest(repository, 'v1')).toEqual({
        digest: pushed.digest,
        mediaType: mediaType.ociManifest,
      })
    })

    test('a manifest put twice is no error, and a tag moves', async () => {
      const repository = await freshRepository()
      const first = await pushImage(repository, { tag: 'v1' })
      const again = { digest: first.digest, bytes: first.bytes, mediaType: mediaType.ociManifest }
      await client.putManifest(repository, again)
      await client.putManifest(repository, { ...again, tag: 'v2' })
      const second = await pushImage(repository, { tag: 'v1' })
      expect((await client.headManifest(repository, 'v1'))?.digest).toBe(second.digest)
      expect((await client.headManifest(repository, 'v2'))?.digest).toBe(first.digest)
    })

    test('a manifest that is not there', async () => {
      const repository = await freshRepository()
      expect(await client.manifest(repository, 'nothing')).toBeUndefined()
      expect(await client.headManifest(repository, digestOf('x'))).toBeUndefined()
      expect(await client.deleteManifest(repository, digestOf('x'))).toBe(false)
    })

    test('a manifest whose layer is missing is refused with the code of the registry', async () => {
      const repository = await freshRepository()
      const { digest, bytes } = await pushImage(repository)
      const other = await freshRepository()
      const error = await client
        .putManifest(other, { digest, bytes, mediaType: mediaType.ociManifest })
        .catch((thrown: unknown) => thrown)
      expect(refusalBehind(error)?.codes.length).toBeGreaterThan(0)
    })

    test('an index and its children', async () => {
      const repository = await freshRepository()
      const children = [await pushImage(repository), await pushImage(repository)]
      const manifests = children.map(({ digest, bytes }) => ({
        mediaType: mediaType.ociManifest,
        digest,
        size: bytes.length,
      }))
      const index = await putJson(
        repository,
        { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests },
        { mediaType: mediaType.ociIndex, tag: 'multi' },
      )
      expect((await client.manifest(repository, 'multi'))?.digest).toBe(index.digest)
    })

    test('all tags are listed; a repository without any has none', async () => {
      const repository = await freshRepository()
      expect(await all(client.tags(repository))).toEqual([])
      const { digest, bytes } = await pushImage(repository)
      const tags = ['1.0.0', 'A-b_c', 'latest']
      for (const tag of tags)
        await client.putManifest(repository, { digest, bytes, mediaType: mediaType.ociManifest, tag })
      expect((await all(client.tags(repository))).sort()).toEqual(tags)
    })

    test('the catalog shows the repository', async () => {
      const repository = await freshRepository()
      await pushImage(repository, { tag: 'v1' })
      expect(await all(client.repositories())).toContain(repository)
    })

    test('a blob is mounted, or the registry declines', async () => {
      const source = await freshRepository()
      const target = await freshRepository()
      const bytes = randomBytes(2000)
      const digest = await pushBlob(source, bytes)
      const mounted = await client.mountBlob(target, digest, source)
      expect((await client.headBlob(target, digest)) !== undefined).toBe(mounted)
    })

    test('referrers are found, by the API or by the fallback tag', async () => {
      const repository = await freshRepository()
      const image = await pushImage(repository, { tag: 'v1' })
      expect(await client.referrers(repository, image.digest)).toEqual([])
      const subject = { mediaType: mediaType.ociManifest, digest: image.digest, size: image.bytes.length }
      const referrer = await pushImage(repository, {
        extra: { subject, artifactType: 'application/spdx+json' },
      })
      if (client.referrersSupported() === false) {
        const manifests = [
          { mediaType: mediaType.ociManifest, digest: referrer.digest, size: referrer.bytes.length },
        ]
        const options = { mediaType: mediaType.ociIndex, tag: fallbackTag(image.digest) }
        await putJson(repository, { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests }, options)
      }
      const found = await client.referrers(repository, image.digest)
      expect(found.map((one) => one.digest)).toEqual([referrer.digest])
    })

    test('a deleted manifest is gone', async () => {
      const repository = await freshRepository()
      const { digest } = await pushImage(repository)
      expect(await client.deleteManifest(repository, digest)).toBe(true)
      expect(await client.manifest(repository, digest)).toBeUndefined()
    })

    test('an abort ends a download by name', async () => {
      const repository = await freshRepository()
      const { bytes } = await pushImage(repository)
      const { digest } = JSON.parse(bytes.toString()).layers[0]
      const stop = new AbortController()
      stop.abort()
      const error = await client.blob(repository, digest, 0, stop.signal).catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'interrupted')).toBe(true)
    })
  })
}

function* chunksOf(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

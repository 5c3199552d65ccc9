import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FetchedManifest, NotFetched, Source } from '../../backup/source.ts'
import type { RegistryAccess } from '../../backup/sources/access.ts'
import { openSource } from '../../backup/sources/open.ts'
import { type Digest, digestOf } from '../../core/digest.ts'
import { hasCode } from '../../core/errors.ts'
import type { RegistryUrl } from '../../core/reference.ts'
import { quietRun } from '../../core/run.ts'
import { mediaType } from '../../oci/media-types.ts'
import type { PutManifest, Target } from '../target.ts'
import { openTarget } from './open.ts'

/** A running registry, opened as the program opens it. */
export interface OpenedRegistry {
  url: RegistryUrl
  access: RegistryAccess
  /** False where referrers hang on fallback tags. */
  referrersApi: boolean
  close(): Promise<void>
}

const { signal } = new AbortController()

/** What is put through a Target is what a Source of the same registry shows: the same for ECR and OCI. */
export function roundTripSuite(name: string, open: () => Promise<OpenedRegistry>): void {
  describe(`source and target: ${name}`, () => {
    let registry: OpenedRegistry
    let source: Source
    let target: Target
    let count = 0

    beforeAll(async () => {
      registry = await open()
      source = await openSource(registry.url, registry.access, quietRun())
      target = await openTarget(registry.url, registry.access, quietRun())
    })
    afterAll(async () => {
      await Promise.all([source?.close(), target?.close()])
      await registry?.close()
    })

    async function freshRepository(): Promise<string> {
      const repository = `round/trip-${randomBytes(4).toString('hex')}-${++count}`
      await target.createRepository(repository, {}, signal)
      return repository
    }

    async function putBlob(repository: string, bytes: Buffer): Promise<{ digest: Digest; size: number }> {
      const digest = digestOf(bytes)
      await target.putBlob(repository, digest, bytes.length, Readable.from([bytes]), signal)
      return { digest, size: bytes.length }
    }

    async function put(repository: string, body: object, type: string, tag?: string): Promise<PutManifest> {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...body }, null, 1))
      const manifest = { digest: digestOf(bytes), mediaType: type, bytes, ...(tag && { tag }) }
      await target.putManifest(repository, manifest, signal)
      return manifest
    }

    async function putImage(repository: string, tag?: string, extra: object = {}): Promise<PutManifest> {
      const config = await putBlob(repository, Buffer.from(JSON.stringify({ os: 'linux', n: ++count })))
      const layer = await putBlob(repository, randomBytes(5000))
      const body = {
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
        ...extra,
      }
      return put(repository, body, mediaType.ociManifest, tag)
    }

    const described = ({ digest, bytes, mediaType: type }: PutManifest) => ({
      mediaType: type,
      digest,
      size: bytes.byteLength,
    })

    async function fetchAll(
      repository: string,
      wanted: Digest[],
    ): Promise<Map<Digest, FetchedManifest | NotFetched>> {
      const answers = new Map<Digest, FetchedManifest | NotFetched>()
      for await (const answer of source.manifests(repository, wanted, signal)) {
        expect(answers.has(answer.digest)).toBe(false)
        answers.set(answer.digest, answer)
      }
      return answers
    }

    test('an index, its children, a referrer of a child: all listed, with their tags and exact bytes', async () => {
      const repository = await freshRepository()
      const children = [await putImage(repository), await putImage(repository)]
      const index = await put(repository, { manifests: children.map(described) }, mediaType.ociIndex, 'multi')
      const image = await putImage(repository, 'v1')
      await target.putManifest(repository, { ...image, tag: 'latest' }, signal)
      const [first] = children
      const subject = first && described(first)
      const signature = await putImage(repository, undefined, {
        subject,
        artifactType: 'application/x.signature',
      })
      if (!registry.referrersApi) {
        const tag = first?.digest.replace(':', '-')
        await put(repository, { manifests: [described(signature)] }, mediaType.ociIndex, tag)
      }
      const listed = new Map((await source.images(repository, signal)).map((one) => [one.digest, one]))
      for (const { digest } of [...children, index, image, signature]) expect(listed.has(digest)).toBe(true)
      expect(listed.get(index.digest)?.tags).toEqual(['multi'])
      expect([...(listed.get(image.digest)?.tags ?? [])].sort()).toEqual(['latest', 'v1'])
      expect(listed.get(signature.digest)?.subject).toBe(first?.digest)
      expect(listed.get(image.digest)?.mediaType).toBe(mediaType.ociManifest)

      const all = [...children, index, image, signature]
      const answers = await fetchAll(
        repository,
        all.map((one) => one.digest),
      )
      for (const { digest, bytes, mediaType: type } of all) {
        const answer = answers.get(digest)
        if (!answer || !('bytes' in answer)) throw new Error(`${digest} was not fetched`)
        expect(Buffer.from(answer.bytes).equals(Buffer.from(bytes))).toBe(true)
        expect(answer.mediaType).toBe(type)
      }
    })

    test('the repository is listed, and the counts tell what was sent', async () => {
      const repository = await freshRepository()
      await putImage(repository, 'v1')
      const names: string[] = []
      for await (const found of source.repositories(signal)) names.push(found)
      expect(names).toContain(repository)
      expect(Object.values(source.requests()).every((sent) => sent > 0)).toBe(true)
      expect(Object.keys(target.requests()).length).toBeGreaterThan(0)
    })

    test('a blob comes from any offset', async () => {
      const repository = await freshRepository()
      const { bytes } = await putImage(repository, 'v1')
      const { digest, size } = JSON.parse(Buffer.from(bytes).toString()).layers[0]
      expect(await target.hasBlob(repository, digest, signal)).toBe(true)
      const whole = await buffer(await source.blob(repository, digest, 0, signal))
      expect(digestOf(whole)).toBe(digest)
      const tail = await buffer(await source.blob(repository, digest, size - 7, signal))
      expect(tail.equals(whole.subarray(size - 7))).toBe(true)
    })

    test('what is not there is told for each digest, and the others come', async () => {
      const repository = await freshRepository()
      const image = await putImage(repository, 'v1')
      const missing = digestOf('never pushed')
      const answers = await fetchAll(repository, [missing, image.digest])
      expect(answers.get(missing)).toMatchObject({ code: 'gone' })
      expect(answers.get(image.digest)).toMatchObject({ mediaType: mediaType.ociManifest })
      expect(await target.hasBlob(repository, missing, signal)).toBe(false)
      const error = await source.blob(repository, missing, 0, signal).catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'registry-not-found')).toBe(true)
    })

    test('the contents are what was put; putting it again changes nothing', async () => {
      const repository = await freshRepository()
      const untagged = await putImage(repository)
      const tagged = await putImage(repository, 'v1')
      for (const manifest of [untagged, tagged]) await target.putManifest(repository, manifest, signal)
      const contents = await target.contents(repository, signal)
      expect([...contents.digests].sort()).toEqual([untagged.digest, tagged.digest].sort())
      expect([...contents.tags]).toEqual([['v1', tagged.digest]])
    })

    test('a repository that nobody made has no settings', async () => {
      expect(await target.settings(`nobody/made-${randomBytes(4).toString('hex')}`, signal)).toBeUndefined()
    })
  })
}

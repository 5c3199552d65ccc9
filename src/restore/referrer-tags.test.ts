import { describe, expect, test } from 'vitest'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import type { Digest } from '../core/digest.ts'
import { mediaType } from '../oci/media-types.ts'
import { fallbackTag } from '../oci/referrers.ts'
import type { Route } from './report.ts'
import { planRestore, restore } from './restore.ts'
import { run, signedShop, vaultWith } from './shop.fixture.ts'
import type { Target } from './target.ts'

const name = 'shop/api'

/** A target without a referrers API, as docker-registry is one. */
function withoutApi(registry: MemoryRegistry): Target {
  return {
    ...registry.target(),
    referrersTag: async (repository, subject) => {
      const { tags, images } = registry.repository(repository)
      const found = tags.get(fallbackTag(subject))
      return (found && images.get(found)?.bytes) ?? 'none'
    },
  }
}

async function restored(source: MemoryRegistry, target: Target) {
  const vault = await vaultWith(source)
  const route: Route = { vault, snapshot: await vault.snapshots.find('latest'), target }
  return restore(route, await planRestore(route, {}, run), run)
}

interface Entry {
  digest: Digest
  mediaType: string
  size: number
  artifactType?: string
  annotations?: Record<string, string>
}

function listedOn(registry: MemoryRegistry, subject: Digest): Entry[] | undefined {
  const { tags, images } = registry.repository(name)
  const image = images.get(tags.get(fallbackTag(subject)) ?? 'sha256:none')
  if (!image) return undefined
  expect(image.mediaType).toBe(mediaType.ociIndex)
  return JSON.parse(image.bytes.toString()).manifests
}

describe('referrers in a registry without a referrers API', () => {
  test('are listed under the tag of their subject, and those of referrers under theirs', async () => {
    const { registry, index, sbom, sbomSignature, arm } = signedShop()
    const target = new MemoryRegistry('copy')
    const report = await restored(registry, withoutApi(target))
    expect(report).toMatchObject({ ok: true, identical: true, referrerTags: 2 })
    const size = registry.repository(name).images.get(sbom)?.bytes.length
    const type = mediaType.ociManifest
    const artifactType = 'application/spdx+json'
    expect(listedOn(target, index)).toEqual([{ mediaType: type, digest: sbom, size, artifactType }])
    expect(listedOn(target, sbom)).toMatchObject([
      { digest: sbomSignature, artifactType: 'application/vnd.oci.image.config.v1+json' },
    ])
    expect(listedOn(target, arm)).toBeUndefined()
  })

  test('a second restore writes nothing', async () => {
    const { registry } = signedShop()
    const target = new MemoryRegistry('copy')
    await restored(registry, withoutApi(target))
    target.log.length = 0
    const report = await restored(registry, withoutApi(target))
    expect(report.referrerTags).toBeUndefined()
    expect(target.count('putManifest')).toBe(0)
  })

  test('what is listed already stays, with members that nobody knows', async () => {
    const { registry, index, sbom } = signedShop()
    const target = new MemoryRegistry('copy')
    const other = target.image(name, ['other'], { config: '{"other":1}' })
    const entry = { mediaType: mediaType.ociManifest, digest: other, size: 7, annotations: { by: 'hand' } }
    const document = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [entry], custom: 'kept' }
    target.put(name, Buffer.from(JSON.stringify(document)), mediaType.ociIndex, [fallbackTag(index)])
    expect(await restored(registry, withoutApi(target))).toMatchObject({ ok: true, referrerTags: 2 })
    const listed = listedOn(target, index)
    expect(listed?.[0]).toEqual(entry)
    expect(listed?.map(({ digest }) => digest)).toEqual([other, sbom])
    const { tags, images } = target.repository(name)
    const bytes = images.get(tags.get(fallbackTag(index)) ?? 'sha256:none')?.bytes
    expect(JSON.parse(String(bytes)).custom).toBe('kept')
  })

  test('a tag of that name that is no index is left alone, and said', async () => {
    const { registry, index } = signedShop()
    const target = new MemoryRegistry('copy')
    const text = Buffer.from('{"schemaVersion":2,"manifests":"none"}')
    const before = target.put(name, text, mediaType.ociManifest, [fallbackTag(index)])
    const report = await restored(registry, withoutApi(target))
    expect(report).toMatchObject({ ok: false, referrerTags: 1 })
    expect(report.notRestored).toMatchObject([{ kind: 'failed', digest: index }])
    expect(target.repository(name).tags.get(fallbackTag(index))).toBe(before)
  })

  test('a tag that the snapshot holds comes back as it was', async () => {
    const { registry, index, sbom } = signedShop()
    const tag = registry.index(name, [sbom], { tags: [fallbackTag(index)] })
    const target = new MemoryRegistry('copy')
    const report = await restored(registry, withoutApi(target))
    expect(report).toMatchObject({ identical: true, referrerTags: 1 })
    expect(target.repository(name).tags.get(fallbackTag(index))).toBe(tag)
  })

  test('annotations come along', async () => {
    const registry = new MemoryRegistry('annotated')
    const subject = registry.image(name, ['base'], { tags: ['1'] })
    const { bytes } = registry.repository(name).images.get(subject)!
    const annotations = { 'org.opencontainers.image.created': '2026-01-01T00:00:00Z' }
    const descriptor = { mediaType: mediaType.ociManifest, digest: subject, size: bytes.length }
    const content = { ...JSON.parse(bytes.toString()), subject: descriptor, annotations }
    registry.put(name, Buffer.from(JSON.stringify(content)), mediaType.ociManifest)
    const target = new MemoryRegistry('copy')
    await restored(registry, withoutApi(target))
    expect(listedOn(target, subject)).toMatchObject([{ annotations }])
  })
})

test('a registry that lists referrers by itself gets no such tag', async () => {
  const { registry, index } = signedShop()
  const target = new MemoryRegistry('copy')
  const referrersTag = async () => 'needless' as const
  const report = await restored(registry, { ...target.target(), referrersTag })
  expect(report.referrerTags).toBeUndefined()
  expect(target.repository(name).tags.has(fallbackTag(index))).toBe(false)
})

import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { demoRegistries } from '../registries.ts'
import type { Artifact } from './artifact.ts'

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

const artifacts = demoRegistries().flatMap(({ account, region, repositories }) =>
  repositories.flatMap(({ name, images }) =>
    images.flatMap(({ artifact }) =>
      [artifact, ...(artifact.children ?? [])].map((each) => ({
        where: `${account}/${region}/${name}@${each.digest.slice(7, 19)}`,
        artifact: each,
      })),
    ),
  ),
)

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

interface Manifest {
  config?: Descriptor
  layers?: Descriptor[]
  manifests?: Descriptor[]
  subject?: Descriptor
}

function manifestOf(artifact: Artifact): Manifest {
  return JSON.parse(artifact.bytes.toString()) as Manifest
}

describe.each(artifacts)('$where', ({ artifact }) => {
  test('the manifest and everything it names have the digest and size they say', () => {
    expect(sha256(artifact.bytes)).toBe(artifact.digest)
    const manifest = manifestOf(artifact)
    const parts = new Map(
      [...artifact.blobs, ...(artifact.children ?? [])].map((part) => [part.digest, part]),
    )
    const named = [manifest.config, ...(manifest.layers ?? []), ...(manifest.manifests ?? [])]
    for (const descriptor of named.filter((each) => each !== undefined)) {
      const part = parts.get(descriptor.digest)
      expect(part?.bytes.length).toBe(descriptor.size)
      expect(sha256(part?.bytes ?? Buffer.alloc(0))).toBe(descriptor.digest)
    }
  })

  test('a runtime could unpack it: layers match the diff ids of the config and are tar archives', () => {
    const manifest = manifestOf(artifact)
    if (!manifest.config?.mediaType.includes('image')) return
    const bytesOf = (digest: string) =>
      artifact.blobs.find((each) => each.digest === digest)?.bytes ?? Buffer.alloc(0)
    const config = JSON.parse(bytesOf(manifest.config.digest).toString()) as {
      rootfs: { diff_ids: string[] }
    }
    const layers = manifest.layers ?? []
    expect(config.rootfs.diff_ids).toHaveLength(layers.length)
    for (const [at, layer] of layers.entries()) {
      const packed = bytesOf(layer.digest)
      const plain = layer.mediaType.endsWith('gzip') ? gunzipSync(packed) : packed
      expect(sha256(plain)).toBe(config.rootfs.diff_ids[at])
      if (layer.mediaType.endsWith('gzip')) expect(checkTar(plain)).toBeGreaterThan(5)
    }
  })
})

/** Walks a tar by its headers, checks each sum, and answers the number of entries. */
function checkTar(bytes: Buffer): number {
  let entries = 0
  for (let at = 0; at < bytes.length; entries++) {
    const head = Buffer.from(bytes.subarray(at, at + 512))
    if (head.every((byte) => byte === 0)) {
      expect(bytes.length - at).toBe(1024)
      return entries
    }
    const sum = Number.parseInt(head.toString('latin1', 148, 154), 8)
    head.fill(' ', 148, 156)
    expect(head.reduce((total, byte) => total + byte, 0)).toBe(sum)
    const size = Number.parseInt(head.toString('latin1', 124, 135), 8)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error('The archive has no end')
}

test('size of the whole demo', () => {
  const distinct = new Map(
    artifacts.flatMap(({ artifact }) => [artifact, ...artifact.blobs]).map((each) => [each.digest, each]),
  )
  const total = [...distinct.values()].reduce((sum, each) => sum + each.bytes.length, 0)
  expect(total).toBeGreaterThan(10_000_000)
  expect(total).toBeLessThan(16_000_000)
})

test('the same seed has the same digests, on every machine and every day', () => {
  const digests = artifacts.map(({ where, artifact }) => `${where} ${artifact.digest}`)
  expect(sha256(Buffer.from(digests.join('\n')))).toBe(
    'sha256:c8b7924f3c6318bb7f2ce0632195a34923e8827a6aca18c9cef5ddeb8242cc26',
  )
})

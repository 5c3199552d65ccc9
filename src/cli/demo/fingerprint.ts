import pLimit from 'p-limit'
import type { ListedImage, Source } from '../../backup/source.ts'
import { type Digest, RunningDigest } from '../../core/digest.ts'
import { readManifest } from '../../oci/manifest.ts'
import type { RepositorySettings } from '../../vault/format.ts'

/** What a registry holds, without the times that a push sets anew. */
export interface Fingerprint {
  repositories: Map<
    string,
    { settings: RepositorySettings; images: Map<Digest, Omit<ListedImage, 'pushedAt' | 'lastPull'>> }
  >
}

/** Reads every listing and every setting of a registry; no image. */
export async function fingerprint(source: Source, signal: AbortSignal): Promise<Fingerprint> {
  const repositories: Fingerprint['repositories'] = new Map()
  for await (const name of source.repositories(signal)) {
    const { createdAt: _, ...settings } = await source.settings(name, signal)
    const images = new Map<Digest, Omit<ListedImage, 'pushedAt' | 'lastPull'>>()
    for (const { pushedAt: _pushed, lastPull: _pulled, ...image } of await source.images(name, signal)) {
      images.set(image.digest, { ...image, tags: [...image.tags].sort() })
    }
    repositories.set(name, { settings, images })
  }
  return { repositories }
}

/** Every difference, one line each; none means that the registry is as it was. */
export function differences(before: Fingerprint, after: Fingerprint): string[] {
  const found: string[] = []
  for (const name of new Set([...before.repositories.keys(), ...after.repositories.keys()])) {
    const was = before.repositories.get(name)
    const is = after.repositories.get(name)
    if (!was || !is) found.push(`${name}: repository ${was ? 'is missing' : 'is new'}`)
    else {
      if (!same(was.settings, is.settings)) found.push(`${name}: settings differ`)
      found.push(...imageDifferences(name, was.images, is.images))
    }
  }
  return found
}

function imageDifferences(name: string, was: Map<Digest, unknown>, is: Map<Digest, unknown>): string[] {
  const digests = new Set([...was.keys(), ...is.keys()])
  return [...digests]
    .filter((digest) => !same(was.get(digest), is.get(digest)))
    .map((digest) => `${name}@${digest}: differs`)
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  const sorted = (_key: string, item: unknown) =>
    item && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort())
      : item
  return JSON.stringify(value, sorted) ?? ''
}

/**
 * Pulls every manifest and every blob of every readable image and hashes it. Answers what does not match; the
 * listing says what should be there, so nothing can be left out.
 */
export async function unreadable(
  source: Source,
  expected: Fingerprint,
  signal: AbortSignal,
): Promise<string[]> {
  const limit = pLimit(8)
  const found: string[] = []
  for (const [name, { images }] of expected.repositories) {
    const wanted = [...images.values()]
      .filter((image) => image.status === 'active')
      .map((image) => image.digest)
    const blobs = new Map<Digest, number>()
    for await (const answer of source.manifests(name, wanted, signal)) {
      if ('code' in answer) found.push(`${name}@${answer.digest}: ${answer.reason}`)
      else for (const blob of blobsOf(answer.bytes, answer.mediaType)) blobs.set(...blob)
    }
    const checks = [...blobs].map(([digest, size]) =>
      limit(() => checkBlob(source, name, { digest, size }, signal)),
    )
    found.push(...(await Promise.all(checks)).filter((line) => line !== undefined))
  }
  return found
}

function blobsOf(bytes: Uint8Array, mediaType: string): [Digest, number][] {
  const manifest = readManifest(bytes, mediaType)
  const held = manifest.config ? [manifest.config, ...manifest.layers] : manifest.layers
  return held.map(({ digest, size }) => [digest, size ?? -1])
}

async function checkBlob(
  source: Source,
  repository: string,
  blob: { digest: Digest; size: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const running = new RunningDigest()
  for await (const chunk of await source.blob(repository, blob.digest, 0, signal))
    running.update(chunk as Uint8Array)
  const whole = blob.size < 0 || running.size === blob.size
  return whole && running.digest() === blob.digest ? undefined : `${repository}: blob ${blob.digest} differs`
}

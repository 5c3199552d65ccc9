import { type Digest, isDigest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { OciClient } from './client.ts'
import { type Manifest, readManifest } from './manifest.ts'
import type { FoundManifest, ManifestHead } from './manifests.ts'
import { isIndexType, manifestMediaTypes } from './media-types.ts'

/** A manifest that the walk met. */
export interface WalkedManifest {
  digest: Digest
  tags: string[]
  mediaType?: string
  artifactType?: string
  subject?: Digest
  /** True when the registry showed it, false when it is only named by an index or by a list of referrers. */
  seen: boolean
}

export interface Walk {
  manifests: WalkedManifest[]
  /** Manifests that had to be read on the way. */
  read: Map<Digest, FoundManifest>
}

export interface WalkOptions {
  /** So many bytes of tagged manifests are read at once instead of asking for their digests; default none. */
  aheadBytes?: number
}

const atOnce = 8

/**
 * Finds what a registry without a listing of manifests holds: tags, children of indexes, referrers of everything, and
 * their referrers. Untagged manifests that nothing refers to cannot be found; no OCI registry shows them.
 */
export async function walkRepository(
  client: OciClient,
  repository: string,
  signal: AbortSignal,
  { aheadBytes = 0 }: WalkOptions = {},
): Promise<Walk> {
  const walker = new Walker(client, repository, signal)
  await walker.addTags(aheadBytes)
  await walker.followAll()
  return { manifests: [...walker.found.values()], read: walker.read }
}

class Walker {
  readonly found = new Map<Digest, WalkedManifest>()
  readonly read = new Map<Digest, FoundManifest>()
  readonly #client: OciClient
  readonly #repository: string
  readonly #signal: AbortSignal
  #new: WalkedManifest[] = []

  constructor(client: OciClient, repository: string, signal: AbortSignal) {
    this.#client = client
    this.#repository = repository
    this.#signal = signal
  }

  async addTags(aheadBytes: number): Promise<void> {
    let left = aheadBytes
    await inParallel(this.#client.tags(this.#repository, this.#signal), atOnce, async (tag) => {
      const read = left > 0 ? await this.#readTag(tag) : undefined
      left -= read?.bytes.byteLength ?? 0
      const found = read ?? (await this.#askTag(tag))
      if (!found?.digest) return
      const mediaType = found.mediaType?.split(';')[0]?.trim()
      const manifest = this.#add({ digest: found.digest, mediaType, seen: true })
      manifest.tags.push(tag)
    })
    for (const manifest of this.found.values()) manifest.tags.sort()
  }

  async #askTag(tag: string): Promise<ManifestHead | undefined> {
    const head = await this.#client.headManifest(this.#repository, tag, this.#signal)
    if (!head || head.digest) return head
    const read = await this.#readManifest(tag)
    return read && { ...head, digest: read.digest }
  }

  /** What cannot be read is asked for instead: it stays in the listing, and reading it later says what is wrong. */
  async #readTag(tag: string): Promise<FoundManifest | undefined> {
    try {
      const found = await this.#readManifest(tag)
      return found?.claimed ? undefined : found
    } catch (error) {
      if (hasCode(error, 'registry-content-mismatch', 'registry-answer-invalid', 'access-denied'))
        return undefined
      throw error
    }
  }

  /** Breadth first; each manifest once, so loops of referrers end by themselves. */
  async followAll(): Promise<void> {
    while (this.#new.length > 0) {
      const batch = this.#new
      this.#new = []
      await inParallel(batch, atOnce, (manifest) => this.#follow(manifest))
    }
  }

  async #follow(manifest: WalkedManifest): Promise<void> {
    const type = manifest.mediaType
    if (!type || isIndexType(type) || !manifestMediaTypes.includes(type)) await this.#addChildren(manifest)
    await this.#addReferrers(manifest.digest)
  }

  async #addChildren(manifest: WalkedManifest): Promise<void> {
    const content = await this.#contentOf(manifest)
    if (!content) return
    manifest.mediaType = content.mediaType
    if (content.artifactType) manifest.artifactType = content.artifactType
    if (content.subject) manifest.subject = content.subject.digest
    const subject = fallbackSubject(manifest.tags)
    for (const { digest, mediaType } of content.manifests) {
      this.#add({ digest, mediaType, subject, seen: false })
    }
  }

  /** A damaged index stays in the listing; reading it later says what is wrong, and the others go on. */
  async #contentOf(manifest: WalkedManifest): Promise<Manifest | undefined> {
    try {
      const found = this.read.get(manifest.digest) ?? (await this.#readManifest(manifest.digest))
      manifest.seen = found !== undefined
      return found && readManifest(found.bytes, found.mediaType)
    } catch (error) {
      if (hasCode(error, 'registry-content-mismatch', 'registry-answer-invalid')) return undefined
      throw error
    }
  }

  async #addReferrers(subject: Digest): Promise<void> {
    // Without the API, referrers hang on fallback tags, which the list of tags has shown already.
    if (this.#client.referrersSupported() === false) return
    for (const referrer of await this.#client.referrers(this.#repository, subject, this.#signal)) {
      this.#add({ ...referrer, subject, seen: this.#client.referrersSupported() === true })
    }
  }

  async #readManifest(reference: string): Promise<FoundManifest | undefined> {
    const found = await this.#client.manifest(this.#repository, reference, this.#signal)
    if (found) this.read.set(found.digest, found)
    return found
  }

  #add(seen: {
    digest: Digest
    mediaType?: string | undefined
    artifactType?: string | undefined
    subject?: Digest | undefined
    seen: boolean
  }): WalkedManifest {
    const known = this.found.get(seen.digest)
    const { mediaType, artifactType, subject } = seen
    const manifest: WalkedManifest = known ?? { digest: seen.digest, tags: [], seen: seen.seen }
    if (mediaType && !manifest.mediaType) manifest.mediaType = mediaType
    if (artifactType) manifest.artifactType = artifactType
    if (subject) manifest.subject = subject
    manifest.seen ||= seen.seen
    if (!known) {
      this.found.set(seen.digest, manifest)
      this.#new.push(manifest)
    }
    return manifest
  }
}

/** `sha256-<hex>` is the list of referrers of `sha256:<hex>` (ecr-facts 4.7). */
function fallbackSubject(tags: readonly string[]): Digest | undefined {
  return tags.map((tag) => tag.replace('-', ':')).find(isDigest)
}

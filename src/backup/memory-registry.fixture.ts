import { Readable } from 'node:stream'
import { type Digest, digestOf } from '../core/digest.ts'
import { type ErrorCode, HoldfastError } from '../core/errors.ts'
import { readManifest } from '../oci/manifest.ts'
import { isIndexType, mediaType } from '../oci/media-types.ts'
import { isImmutableTag } from '../restore/settings.ts'
import type { PutManifest, Target } from '../restore/target.ts'
import type { ImageStatus, RegistryIdentity, RegistrySettings, RepositorySettings } from '../vault/format.ts'
import type { FetchedManifest, ListedImage, NotFetched, Source } from './source.ts'

export interface StoredImage {
  bytes: Buffer
  mediaType: string
  pushedAt: string
  lastPull?: string
  status: ImageStatus
}

export interface MemoryRepository {
  settings: RepositorySettings
  images: Map<Digest, StoredImage>
  tags: Map<string, Digest>
  blobs: Map<Digest, Buffer>
}

/** What a test may put between the registry and its client. */
export interface Trouble {
  /** Before an operation is done; throws to refuse it. `what`: digest, repository or tag. */
  before?: (operation: string, repository: string, what: string) => void | Promise<void>
  /** Changes the body of a blob on its way out. */
  body?: (repository: string, digest: Digest, bytes: Buffer, from: number) => Readable
}

/**
 * A content-addressed registry in memory with the rules of ECR that matter here: digests are checked, a manifest needs
 * its blobs and children in the same repository, immutable tags do not move, archived images cannot be read.
 */
export class MemoryRegistry {
  readonly repositories = new Map<string, MemoryRepository>()
  registrySettings: RegistrySettings = {}
  trouble: Trouble = {}
  mounting = false
  /** For last pull times. */
  now: () => Date = () => new Date()
  readonly log: string[] = []
  readonly identity: RegistryIdentity
  #seconds = Date.UTC(2026, 0, 1) / 1000

  constructor(key = 'oci-memory') {
    this.identity = { key, url: `oci://${key}`, kind: 'oci', simulated: true }
  }

  repository(name: string, settings: RepositorySettings = {}): MemoryRepository {
    const found = this.repositories.get(name)
    if (found) return found
    const made = { settings, images: new Map(), tags: new Map(), blobs: new Map() }
    this.repositories.set(name, made)
    return made
  }

  put(name: string, bytes: Buffer, type: string, tags: string[] = []): Digest {
    const repository = this.repository(name)
    const digest = digestOf(bytes)
    const pushedAt = new Date(this.#seconds++ * 1000).toISOString()
    if (!repository.images.has(digest)) {
      repository.images.set(digest, { bytes, mediaType: type, pushedAt, status: 'active' })
    }
    for (const tag of tags) repository.tags.set(tag, digest)
    return digest
  }

  blob(name: string, content: Buffer | string): { digest: Digest; size: number } {
    const bytes = Buffer.from(content)
    const digest = digestOf(bytes)
    this.repository(name).blobs.set(digest, bytes)
    return { digest, size: bytes.length }
  }

  /** An image of the given layers; the config makes equal layers give different images. */
  image(name: string, layers: (Buffer | string)[], options: ImageOptions = {}): Digest {
    const type = 'application/vnd.oci.image.layer.v1.tar'
    const config = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      ...this.blob(name, options.config ?? '{}'),
    }
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      ...(options.artifactType && { artifactType: options.artifactType }),
      config,
      layers: layers.map((layer) => ({ mediaType: type, ...this.blob(name, layer) })),
      ...(options.subject && { subject: this.#descriptor(name, options.subject) }),
    }
    return this.put(name, Buffer.from(JSON.stringify(manifest)), mediaType.ociManifest, options.tags)
  }

  index(name: string, children: Digest[], options: ImageOptions = {}): Digest {
    const manifests = children.map((child) => this.#descriptor(name, child))
    const subject = options.subject && { subject: this.#descriptor(name, options.subject) }
    const document = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests, ...subject }
    return this.put(name, Buffer.from(JSON.stringify(document)), mediaType.ociIndex, options.tags)
  }

  remove(name: string, digest: Digest): void {
    const repository = this.repository(name)
    repository.images.delete(digest)
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag)
  }

  count(operation: string): number {
    return this.log.filter((entry) => entry === operation).length
  }

  /** Everything that a restore has to bring back: contents by digest, tags, settings. */
  contents(): unknown {
    const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
    return sorted(this.repositories).map(([name, { images, tags, blobs, settings }]) => ({
      name,
      settings,
      images: sorted(images).map(([digest, image]) => [digest, image.bytes.toString('base64'), image.status]),
      tags: sorted(tags),
      blobs: sorted(blobs).map(([digest]) => digest),
    }))
  }

  #descriptor(name: string, digest: Digest) {
    const image = this.repository(name).images.get(digest)
    return { mediaType: image?.mediaType ?? mediaType.ociManifest, digest, size: image?.bytes.length ?? 2 }
  }

  async #enter(operation: string, repository: string, what = ''): Promise<MemoryRepository> {
    this.log.push(operation)
    await this.trouble.before?.(operation, repository, what)
    const found = this.repositories.get(repository)
    if (!found && repository) throw failure('registry-not-found', `no repository ${repository}`)
    return found ?? this.repository('unused')
  }

  #requests(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const operation of this.log) counts[operation] = (counts[operation] ?? 0) + 1
    return counts
  }

  source(): Source {
    const registry = this
    return {
      identity: this.identity,
      principal: 'memory:tester',
      async *repositories(signal) {
        registry.log.push('repositories')
        await registry.trouble.before?.('repositories', '', '')
        signal.throwIfAborted()
        yield* [...registry.repositories.keys()]
      },
      images: async (name, signal) => {
        signal.throwIfAborted()
        return listingOf(await this.#enter('images', name))
      },
      settings: async (name, signal) => {
        signal.throwIfAborted()
        return (await this.#enter('settings', name)).settings
      },
      registrySettings: async () => {
        this.log.push('registrySettings')
        await this.trouble.before?.('registrySettings', '', '')
        return this.registrySettings
      },
      async *manifests(name, wanted, signal) {
        for (const digest of wanted) {
          signal.throwIfAborted()
          yield fetched(await registry.#enter('manifest', name, digest), digest, registry.now())
        }
      },
      blob: async (name, digest, from, signal) => {
        signal.throwIfAborted()
        const bytes = (await this.#enter('blob', name, digest)).blobs.get(digest)
        if (!bytes) throw failure('registry-not-found', `no blob ${digest}`)
        return this.trouble.body?.(name, digest, bytes, from) ?? bodyOf(bytes.subarray(from))
      },
      requests: () => this.#requests(),
      close: async () => {},
    }
  }

  target(): Target {
    return {
      identity: this.identity,
      settings: async (name) => this.repositories.get(name)?.settings,
      contents: async (name) => {
        const { images, tags } = await this.#enter('contents', name)
        const active = [...images].filter(([, { status }]) => status === 'active')
        return {
          digests: new Set(images.keys()),
          tags: new Map(tags),
          activeSince: new Map(active.map(([digest, { pushedAt }]) => [digest, pushedAt])),
        }
      },
      createRepository: async (name, settings) => {
        this.log.push('createRepository')
        await this.trouble.before?.('createRepository', name, '')
        const { encryption } = settings
        const isNew = !this.repositories.has(name)
        this.repository(name, encryption ? { encryption } : {})
        return isNew
      },
      hasBlob: async (name, digest) => (await this.#enter('hasBlob', name, digest)).blobs.has(digest),
      mountBlob: async (name, digest, from) => {
        const to = await this.#enter('mountBlob', name, digest)
        const bytes = this.mounting ? this.repository(from).blobs.get(digest) : undefined
        if (bytes) to.blobs.set(digest, bytes)
        return bytes !== undefined
      },
      putBlob: async (name, digest, size, body) => {
        const repository = await this.#enter('putBlob', name, digest)
        const bytes = Buffer.concat(await body.toArray())
        if (digestOf(bytes) !== digest || bytes.length !== size)
          throw failure('registry-request-failed', 'DIGEST_INVALID')
        repository.blobs.set(digest, bytes)
      },
      putManifest: async (name, manifest) => {
        this.#putManifest(
          await this.#enter('putManifest', name, manifest.tag ?? manifest.digest),
          name,
          manifest,
        )
      },
      applySettings: async (name, settings) => {
        const repository = await this.#enter('applySettings', name)
        repository.settings = { ...repository.settings, ...settings }
      },
      archive: async (name, digest) => {
        const image = (await this.#enter('archive', name, digest)).images.get(digest)
        if (image) image.status = 'archived'
      },
      requests: () => this.#requests(),
      close: async () => {},
    }
  }

  #putManifest(repository: MemoryRepository, name: string, manifest: PutManifest): void {
    const bytes = Buffer.from(manifest.bytes)
    if (digestOf(bytes) !== manifest.digest) throw failure('registry-request-failed', 'DIGEST_INVALID')
    const content = readManifest(bytes, manifest.mediaType)
    const needed = [...(content.config ? [content.config] : []), ...content.layers]
    if (needed.some(({ digest }) => !repository.blobs.has(digest)))
      throw failure('registry-request-failed', 'BLOB_UNKNOWN')
    const children = isIndexType(content.mediaType) ? content.manifests : []
    if (children.some(({ digest }) => !repository.images.has(digest))) {
      throw failure('registry-request-failed', 'a child is not in the repository')
    }
    const before = manifest.tag && repository.tags.get(manifest.tag)
    if (
      manifest.tag &&
      before &&
      before !== manifest.digest &&
      isImmutableTag(repository.settings, manifest.tag)
    ) {
      throw failure('registry-request-failed', 'TAG_INVALID')
    }
    this.put(name, bytes, manifest.mediaType, manifest.tag ? [manifest.tag] : [])
  }
}

export interface ImageOptions {
  tags?: string[]
  config?: string
  subject?: Digest
  artifactType?: string
}

export function failure(code: ErrorCode, what: string): HoldfastError {
  return new HoldfastError(code, { what, next: 'nothing' })
}

export function bodyOf(bytes: Buffer, chunk = 1000): Readable {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk))
  return Readable.from(chunks, { objectMode: false })
}

function listingOf({ images, tags }: MemoryRepository): ListedImage[] {
  return [...images].map(([digest, { mediaType: type, pushedAt, lastPull, status }]) => ({
    digest,
    tags: [...tags].filter(([, target]) => target === digest).map(([tag]) => tag),
    mediaType: type,
    pushedAt,
    ...(lastPull && { lastPull }),
    status,
  }))
}

function fetched({ images }: MemoryRepository, digest: Digest, now: Date): FetchedManifest | NotFetched {
  const image = images.get(digest)
  if (!image) return { digest, code: 'gone', reason: 'The registry has no such image.' }
  if (image.status !== 'active') return { digest, code: 'archived', reason: 'It is archived.' }
  image.lastPull = now.toISOString()
  return { digest, mediaType: image.mediaType, bytes: image.bytes }
}

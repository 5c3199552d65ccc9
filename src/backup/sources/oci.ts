import type { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import type { Digest } from '../../core/digest.ts'
import { hasCode } from '../../core/errors.ts'
import { isLoopbackHost, type RegistryUrl } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import type { ByteRange } from '../../oci/blobs.ts'
import type { OciClient } from '../../oci/client.ts'
import type { FoundManifest } from '../../oci/manifests.ts'
import { walkRepository } from '../../oci/walk.ts'
import type { RegistryIdentity, RegistrySettings, RepositorySettings } from '../../vault/format.ts'
import type {
  FetchedManifest,
  ForeseenWork,
  ListedImage,
  ListingHint,
  NotFetched,
  Source,
} from '../source.ts'
import type { RegistryAccess } from './access.ts'
import { ociIdentity, openOciClient } from './oci-client.ts'
import { defaultRanges, type RangeOptions, RangeReader } from './ranges.ts'

type OciUrl = Extract<RegistryUrl, { kind: 'oci' }>

export async function openOciSource(url: OciUrl, access: RegistryAccess, run: Run): Promise<Source> {
  const client = await openOciClient(url, access, run)
  const ranges = access.ranges ?? (isLoopbackHost(hostOf(url)) ? undefined : defaultRanges)
  return new OciSource(ociIdentity(url, client), client, { clock: run.clock, ranges })
}

/** Manifests read during a walk are kept for the copy that follows, up to this much. */
const keptBytes = 32 * 1024 * 1024
/** How much of it one walk may fill with manifests that it reads only for that copy. */
const keptAtOnce = 4 * 1024 * 1024

const hostOf = ({ host }: OciUrl): string => host.replace(/:\d+$/, '')

class OciSource implements Source {
  readonly identity: RegistryIdentity
  readonly #client: OciClient
  readonly #clock: Clock
  readonly #reader: RangeReader | undefined
  readonly #kept = new Map<string, FoundManifest>()
  #keptBytes = 0

  constructor(
    identity: RegistryIdentity,
    client: OciClient,
    { clock, ranges }: { clock: Clock; ranges: RangeOptions | undefined },
  ) {
    this.identity = identity
    this.#client = client
    this.#clock = clock
    this.#reader = ranges && new RangeReader(ranges)
  }

  repositories(signal: AbortSignal): AsyncIterable<string> {
    return this.#client.repositories(signal)
  }

  async images(repository: string, signal: AbortSignal, hint: ListingHint = {}): Promise<ListedImage[]> {
    const aheadBytes = hint.allWanted ? Math.min(keptAtOnce, keptBytes - this.#keptBytes) : 0
    const { manifests, read } = await walkRepository(this.#client, repository, signal, { aheadBytes })
    for (const manifest of read.values()) this.#keep(repository, manifest)
    return manifests.map(({ digest, tags, mediaType, artifactType, subject }) => ({
      digest,
      tags,
      ...(mediaType && { mediaType }),
      ...(artifactType && { artifactType }),
      ...(subject && { subject }),
      status: 'active',
    }))
  }

  /** OCI registries have no settings that could be asked for. */
  async settings(): Promise<RepositorySettings> {
    return {}
  }

  async registrySettings(): Promise<RegistrySettings> {
    return {}
  }

  async *manifests(
    repository: string,
    wanted: readonly Digest[],
    signal: AbortSignal,
  ): AsyncIterable<FetchedManifest | NotFetched> {
    // Asked ahead, given in order: the registry answers one manifest per request.
    const ahead: Promise<FetchedManifest | NotFetched>[] = []
    const ask = (digest: Digest) => {
      const answer = this.#fetch(repository, digest, signal)
      // Whoever stops reading early must not leave an unhandled rejection; those who read still get it.
      answer.catch(() => {})
      ahead.push(answer)
    }
    for (const digest of wanted) {
      ask(digest)
      if (ahead.length < 8) continue
      const next = ahead.shift()
      if (next) yield await next
    }
    for (const next of ahead) yield await next
  }

  blob(repository: string, digest: Digest, from: number, signal: AbortSignal): Promise<Readable> {
    if (!this.#reader) return this.#client.blob(repository, digest, from, signal)
    const open = (range: ByteRange) => this.#client.blobRange(repository, digest, range, signal)
    return this.#reader.read({ open, from, what: `${repository} ${digest}`, clock: this.#clock, signal })
  }

  foresee({ newManifests, blobs }: ForeseenWork): Record<string, number> {
    const manifests = newManifests.reduce((sum, count) => sum + count, 0)
    return { ...(manifests > 0 && { GetManifest: manifests }), ...(blobs > 0 && { GetBlob: blobs }) }
  }

  requests(): Record<string, number> {
    return this.#client.requests()
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #fetch(
    repository: string,
    digest: Digest,
    signal: AbortSignal,
  ): Promise<FetchedManifest | NotFetched> {
    const kept = this.#take(repository, digest)
    if (kept) return kept
    try {
      const found = await this.#client.manifest(repository, digest, signal)
      return found ?? { digest, code: 'gone', reason: 'The registry does not have it (any more).' }
    } catch (error) {
      // One damaged or refused manifest is told, and the others go on.
      const one = hasCode(error, 'registry-content-mismatch', 'registry-answer-invalid', 'access-denied')
      if (!one) throw error
      return { digest, code: error.code, reason: `${error.message} ${error.why ?? ''}`.trim() }
    }
  }

  #keep(repository: string, manifest: FoundManifest): void {
    const key = `${repository}@${manifest.digest}`
    if (this.#kept.has(key) || this.#keptBytes + manifest.bytes.byteLength > keptBytes) return
    this.#kept.set(key, manifest)
    this.#keptBytes += manifest.bytes.byteLength
  }

  #take(repository: string, digest: Digest): FoundManifest | undefined {
    const key = `${repository}@${digest}`
    const found = this.#kept.get(key)
    if (found && this.#kept.delete(key)) this.#keptBytes -= found.bytes.byteLength
    return found
  }
}

import type { Readable } from 'node:stream'
import type { RegistryAccess } from '../../backup/sources/access.ts'
import { ociIdentity, openOciClient } from '../../backup/sources/oci-client.ts'
import type { Digest } from '../../core/digest.ts'
import { inParallel } from '../../core/parallel.ts'
import type { RegistryUrl } from '../../core/reference.ts'
import type { Run } from '../../core/run.ts'
import type { OciClient } from '../../oci/client.ts'
import { fallbackTag } from '../../oci/referrers.ts'
import { walkRepository } from '../../oci/walk.ts'
import type { RegistryIdentity, RepositorySettings } from '../../vault/format.ts'
import type { PutManifest, RepositoryContents, Target } from '../target.ts'
import { putManifest } from './put-manifest.ts'

type OciUrl = Extract<RegistryUrl, { kind: 'oci' }>

export async function openOciTarget(url: OciUrl, access: RegistryAccess, run: Run): Promise<Target> {
  const client = await openOciClient(url, access, run)
  return new OciTarget(ociIdentity(url, client), client)
}

/** Any OCI registry: no settings, no archive, repositories that come into being by a push. */
class OciTarget implements Target {
  readonly identity: RegistryIdentity
  readonly #client: OciClient
  /** Digests put by this run: untagged ones can be found by asking for them only. */
  readonly #put = new Map<string, Set<Digest>>()

  constructor(identity: RegistryIdentity, client: OciClient) {
    this.identity = identity
    this.#client = client
  }

  /** A repository exists when it has a tag, or when this run has put something into it. */
  async settings(repository: string, signal: AbortSignal): Promise<RepositorySettings | undefined> {
    if (this.#put.has(repository)) return {}
    for await (const _tag of this.#client.tags(repository, signal)) return {}
    return undefined
  }

  async contents(repository: string, signal: AbortSignal): Promise<RepositoryContents> {
    const { manifests } = await walkRepository(this.#client, repository, signal)
    const digests = new Set(manifests.filter((found) => found.seen).map((found) => found.digest))
    const named = manifests.filter((found) => !found.seen).map((found) => found.digest)
    const unsure = new Set([...named, ...(this.#put.get(repository) ?? [])])
    await inParallel(unsure, 8, async (digest) => {
      if (!digests.has(digest) && (await this.#client.headManifest(repository, digest, signal)))
        digests.add(digest)
    })
    const tags = new Map(manifests.flatMap((found) => found.tags.map((tag) => [tag, found.digest] as const)))
    return { digests, tags }
  }

  /** Untagged manifests and blobs of an interrupted restore may be there, and no OCI registry tells. */
  async createRepository(): Promise<boolean> {
    return false
  }

  async hasBlob(repository: string, digest: Digest, signal: AbortSignal): Promise<boolean> {
    return (await this.#client.headBlob(repository, digest, signal)) !== undefined
  }

  mountBlob(repository: string, digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
    return this.#client.mountBlob(repository, digest, from, signal)
  }

  putBlob(...[repository, digest, size, body, signal]: Parameters<Target['putBlob']>): Promise<void> {
    return this.#client.putBlob(repository, { digest, size, body: body as Readable }, signal)
  }

  async putManifest(repository: string, manifest: PutManifest, signal: AbortSignal): Promise<void> {
    await putManifest(this.#client, repository, manifest, signal)
    const put = this.#put.get(repository) ?? new Set()
    this.#put.set(repository, put.add(manifest.digest))
  }

  async referrersTag(
    repository: string,
    subject: Digest,
    signal: AbortSignal,
  ): Promise<Uint8Array | 'none' | 'needless'> {
    if (this.#client.referrersSupported() === undefined)
      await this.#client.referrers(repository, subject, signal)
    if (this.#client.referrersSupported()) return 'needless'
    const found = await this.#client.manifest(repository, fallbackTag(subject), signal)
    return found?.bytes ?? 'none'
  }

  async applySettings(): Promise<void> {}

  async archive(): Promise<void> {}

  requests(): Record<string, number> {
    return this.#client.requests()
  }

  close(): Promise<void> {
    return this.#client.close()
  }
}

import type { Readable } from 'node:stream'
import type { Digest } from '../core/digest.ts'
import type { RegistryIdentity, RegistrySettings, RepositorySettings } from '../vault/format.ts'
import type { RegistryChange } from './report.ts'

export interface RepositoryContents {
  /** Archived ones too. */
  digests: Set<Digest>
  tags: Map<string, Digest>
  /** When each image that was never archived was pushed; absent where a registry knows no archive. */
  activeSince?: Map<Digest, string>
}

/** A registry that can be restored into. */
export interface Target {
  readonly identity: RegistryIdentity
  /** Who writes. */
  readonly principal?: string
  /** Undefined when there is no such repository. */
  settings(repository: string, signal: AbortSignal): Promise<RepositorySettings | undefined>
  contents(repository: string, signal: AbortSignal): Promise<RepositoryContents>
  /**
   * With its encryption and mutable tags; nothing that cannot be changed later is left out. True when it was made now,
   * so that it is certainly empty.
   */
  createRepository(repository: string, settings: RepositorySettings, signal: AbortSignal): Promise<boolean>
  hasBlob(repository: string, digest: Digest, signal: AbortSignal): Promise<boolean>
  /** True when the registry took the blob from another of its repositories, so that no byte was sent. */
  mountBlob(repository: string, digest: Digest, from: string, signal: AbortSignal): Promise<boolean>
  putBlob(
    repository: string,
    digest: Digest,
    size: number,
    body: Readable,
    signal: AbortSignal,
  ): Promise<void>
  /** Without a tag the manifest is put by its digest. The registry's digest must equal ours. */
  putManifest(repository: string, manifest: PutManifest, signal: AbortSignal): Promise<void>
  /**
   * What the tag of a subject's referrers points to, in a registry without a referrers API; `none` when there is no such
   * tag. `needless`: the registry has the API, and lists referrers by itself. Absent: it always does.
   */
  referrersTag?(
    repository: string,
    subject: Digest,
    signal: AbortSignal,
  ): Promise<Uint8Array | 'none' | 'needless'>
  /** The settings that are applied last: policy, tags, scanning, lifecycle policy, tag immutability. */
  applySettings(repository: string, settings: RepositorySettings, signal: AbortSignal): Promise<void>
  /** What holds for the whole registry; absent where nothing does. */
  registrySettings?(signal: AbortSignal): Promise<RegistrySettings>
  applyRegistrySetting?(change: RegistryChange, signal: AbortSignal): Promise<void>
  /** Puts an image that was archived back into the archive class, where the registry knows one. */
  archive(repository: string, digest: Digest, signal: AbortSignal): Promise<void>
  /** Manifests and tags that may be put in a second; absent or undefined: nothing is known that limits it. */
  putsPerSecond?(): number | undefined
  /** Blobs that may be uploaded in a second, whatever their size. */
  uploadsPerSecond?(): number | undefined
  requests(): Record<string, number>
  close(): Promise<void>
}

export interface PutManifest {
  digest: Digest
  mediaType: string
  bytes: Uint8Array
  tag?: string
}

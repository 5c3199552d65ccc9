import type { Readable } from 'node:stream'
import type { Digest } from '../core/digest.ts'
import type { ImageStatus, RegistryIdentity, RegistrySettings, RepositorySettings } from '../vault/format.ts'

/** One manifest as a listing shows it; what a registry does not tell is absent. */
export interface ListedImage {
  digest: Digest
  tags: string[]
  mediaType?: string
  artifactType?: string
  subject?: Digest
  pushedAt?: string
  lastPull?: string
  status: ImageStatus
  /** When it last came back from the archive, where there is one. */
  activatedAt?: string
  /** Bytes of the image's layers as the registry counts them; for estimates only. */
  size?: number
}

export interface FetchedManifest {
  digest: Digest
  mediaType: string
  /** Exactly the registry's bytes; already checked against the digest. */
  bytes: Uint8Array
}

/** Why one thing could not be read while the rest goes on: deleted meanwhile, archived, refused. */
export interface NotFetched {
  digest: Digest
  code: string
  reason: string
}

export interface ListingHint {
  /** All manifests will be wanted afterwards: a source that would ask for each twice may read them at once. */
  allWanted?: boolean
}

export interface ForeseenWork {
  /** For each repository that has some. */
  newManifests: readonly number[]
  blobs: number
}

/** A registry that can be backed up. Reads only, but for `moveImage`. Everything that an implementation sends is counted. */
export interface Source {
  readonly identity: RegistryIdentity
  /** Who reads, for the record in the snapshot. */
  readonly principal?: string
  /** Names of all repositories, all pages. */
  repositories(signal: AbortSignal): AsyncIterable<string>
  /** Every image of the repository: archived ones and untagged ones too (law 10). */
  images(repository: string, signal: AbortSignal, hint?: ListingHint): Promise<ListedImage[]>
  settings(repository: string, signal: AbortSignal): Promise<RepositorySettings>
  registrySettings(signal: AbortSignal): Promise<RegistrySettings>
  /** In batches of its own choice; each wanted digest is answered once. A digest that does not match throws. */
  manifests(
    repository: string,
    wanted: readonly Digest[],
    signal: AbortSignal,
  ): AsyncIterable<FetchedManifest | NotFetched>
  /** The blob's bytes from the given offset; the caller hashes. */
  blob(repository: string, digest: Digest, from: number, signal: AbortSignal): Promise<Readable>
  /** Into the archive class or out of it, which takes minutes; absent where there is none. Only for who asked for it. */
  moveImage?(
    repository: string,
    digest: Digest,
    to: 'standard' | 'archive',
    signal: AbortSignal,
  ): Promise<void>
  /** What reading so much would take beside the listings, by operation as `requests` names them; for estimates. */
  foresee?(work: ForeseenWork): Record<string, number>
  /** Requests a second that an operation of `requests` may take; undefined: nothing limits it. */
  rateOf?(operation: string): number | undefined
  /** Requests sent so far, by operation. */
  requests(): Record<string, number>
  close(): Promise<void>
}

import type { Readable } from 'node:stream'

/** What a store knows of an object without reading it. `modified` is the store's own clock. */
export interface StoredObject {
  key: string
  size: number
  modified: Date
  /** From `head` only, and only where the store keeps versions; `null` in a bucket that has stopped doing so. */
  version?: string
}

/** One version of an object, or a delete marker, which hides what is below it and has no bytes. */
export interface StoredVersion extends StoredObject {
  version: string
  /** The one that counts: what `get`, `head` and `list` see, or why they see nothing. */
  latest: boolean
  marker: boolean
}

export interface PutOptions {
  /** Length in bytes, when known. A stream of another length is refused and leaves nothing. */
  size?: number
  /**
   * Create only: when the key exists nothing is written and the answer is 'exists' (`beforeCommit` may then not
   * have been called). Atomic.
   */
  ifAbsent?: boolean
  /**
   * Called once with the sha256 (hex) and size of everything that went through, after the last byte and
   * before the object becomes visible. Throwing leaves no object behind. This is how law 4 is kept.
   */
  beforeCommit?: (sent: { sha256: string; size: number }) => void
  signal?: AbortSignal
}

export interface GetOptions {
  /**
   * First byte wanted, default 0, and the last (inclusive), default the end. What lies past the end of the object
   * is not there: such a range is cut, and may be empty; it is never an error.
   */
  from?: number
  to?: number
  signal?: AbortSignal
}

/** Something in the place of a store that is no object of it, and that no listing shows. */
export interface Unlisted {
  /** Where it is; not necessarily a key. */
  name: string
  modified: Date
  /** A put that has not ended, or never will. */
  unfinished: boolean
}

export interface HashOptions {
  signal?: AbortSignal
  /** Told of bytes as they have been hashed. */
  onBytes?: (count: number) => void
}

/**
 * A place for objects: a folder, an S3 prefix, memory. Keys are relative, `/`-separated, `[A-Za-z0-9._/-]`,
 * without `.` or `..` segments. Every method may be called again after any failure. Errors are HoldfastErrors
 * (`store-request-failed`, `disk-full`, `access-denied` ...); only `get` and `head` of a missing key answer undefined.
 */
export interface Store {
  /** How the user named it, without secrets. */
  readonly url: string
  /**
   * Visible and durable when it resolves; on any failure or abort the key is as it was before. Memory: one part.
   * A stream belongs to `put` from then on: it is read to its end or destroyed. An error of the stream and one
   * thrown by `beforeCommit` come back as they are.
   */
  put(key: string, body: Uint8Array | Readable, options?: PutOptions): Promise<'created' | 'exists'>
  /** The bytes, or undefined when there is no such key. */
  get(key: string, options?: GetOptions): Promise<Readable | undefined>
  /**
   * The sha256 (hex) and size of what is at the key, where the store can tell cheaper than whoever reads it all: from
   * the bytes, never from a note about them. Absent: read it.
   */
  sha256?(key: string, options?: HashOptions): Promise<{ sha256: string; size: number } | undefined>
  head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined>
  /** Every object whose key starts with the prefix, in key order; pages by itself. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>
  /** What is there besides, where there can be such a thing. Absent: nothing can. */
  unlisted?(signal?: AbortSignal): AsyncIterable<Unlisted>
  /** Removing what is not there is fine. Where versions are kept this hides the key, and frees nothing. */
  delete(key: string, signal?: AbortSignal): Promise<void>
  /**
   * Every version and marker under the prefix, those of one key together and the one that counts first. Only of stores
   * that can keep versions; whether one does so now says the answer of `head`.
   */
  versions?(prefix: string, signal?: AbortSignal): AsyncIterable<StoredVersion>
  /**
   * Removes one version for good. It touches no other, also when it is carried out long after it was sent: what is
   * written to the key meanwhile is another version. A version that is not there is fine.
   */
  deleteVersion?(key: string, version: string, signal?: AbortSignal): Promise<void>
  /** Frees sockets. */
  close(): Promise<void>
}

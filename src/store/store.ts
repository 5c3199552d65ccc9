import type { Readable } from 'node:stream'

/** What a store knows of an object without reading it. `modified` is the store's own clock. */
export interface StoredObject {
  key: string
  size: number
  modified: Date
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
  /** Removing what is not there is fine. */
  delete(key: string, signal?: AbortSignal): Promise<void>
  /** Frees sockets. */
  close(): Promise<void>
}

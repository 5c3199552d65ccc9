import { createHash, type Hash } from 'node:crypto'
import { HoldfastError, interrupted } from '../core/errors.ts'
import type { PutOptions } from './store.ts'

/** Hashes and counts what goes through a put, and decides at its end whether it may become visible (law 4). */
export class Sent {
  #hash: Hash | undefined
  readonly #key: string
  readonly #options: PutOptions
  size = 0

  constructor(key: string, options: PutOptions) {
    this.#key = key
    this.#options = options
  }

  update(chunk: Uint8Array): void {
    this.#hash ??= createHash('sha256')
    this.#hash.update(chunk)
    this.count(chunk)
  }

  /** For whoever hashes elsewhere, and brings the hash to `finish`. */
  count(chunk: Uint8Array): void {
    this.size += chunk.byteLength
    const { size } = this.#options
    if (size !== undefined && this.size > size) throw wrongSize(this.#key, size, 'more')
  }

  /** To be called once, after the last byte and before anything becomes visible. Throws when it must not. */
  finish(hashed?: string): { sha256: string; size: number } {
    const { size, beforeCommit, signal } = this.#options
    if (size !== undefined && this.size !== size) throw wrongSize(this.#key, size, String(this.size))
    throwIfAborted(signal)
    const sent = { sha256: hashed ?? (this.#hash ?? createHash('sha256')).digest('hex'), size: this.size }
    beforeCommit?.(sent)
    return sent
  }
}

/** The way every store says that it was stopped; the reason given by the caller wins when it is one of ours. */
export function abortError(signal: AbortSignal): HoldfastError {
  return signal.reason instanceof HoldfastError ? signal.reason : interrupted(signal.reason)
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal)
}

function wrongSize(key: string, announced: number, came: string): HoldfastError {
  return new HoldfastError('content-size-mismatch', {
    what: `${key}: ${announced} bytes were announced, ${came} came.`,
    why: 'The sender stopped early, or sent more than it said.',
    next: 'Nothing was stored. Run the same command again.',
  })
}

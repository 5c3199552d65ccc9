import type { Readable } from 'node:stream'
import { HoldfastError } from '../core/errors.ts'
import { abortError, throwIfAborted } from './commit.ts'

/** Takes one chunk; a promise means: send no more until it is settled. */
export type TakeChunk = (chunk: Uint8Array) => void | Promise<void>

/**
 * Gives every chunk of a body to `take`, in order, and resolves after the last. On any failure (of the body, of
 * `take`, or an abort) the body is destroyed, so that its socket is free, and the reason is thrown as it was.
 * Listens to `data` instead of iterating: with chunks of 64 KiB that is a third of the time of a download.
 */
export async function eachChunk(
  body: Uint8Array | Readable,
  take: TakeChunk,
  signal?: AbortSignal,
): Promise<void> {
  if (body instanceof Uint8Array) {
    throwIfAborted(signal)
    return await take(body)
  }
  try {
    throwIfAborted(signal)
    await flow(body, take, signal)
  } catch (error) {
    discard(body)
    throw error
  }
}

/**
 * To be called before the first `await` of whoever takes a body: a body that fails while nobody listens would end
 * the process. `eachChunk` finds the failure later.
 */
export function own(body: Uint8Array | Readable): void {
  if (!(body instanceof Uint8Array)) body.on('error', foundLater)
}

/** Lets go of a body that is not wanted (any more); what it still has to say is of no interest. */
export function discard(body: Uint8Array | Readable): void {
  if (body instanceof Uint8Array) return
  own(body)
  body.destroy()
}

function foundLater(): void {}

async function flow(body: Readable, take: TakeChunk, signal: AbortSignal | undefined): Promise<void> {
  let stop: (() => void) | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => signal && reject(abortError(signal))
      const close = () => reject(cutShort())
      const data = (chunk: Uint8Array) => feed(body, take, { chunk, reject })
      signal?.addEventListener('abort', abort, { once: true })
      body.on('error', reject).on('close', close).on('end', resolve).on('data', data)
      stop = () => {
        signal?.removeEventListener('abort', abort)
        body.off('error', reject).off('close', close).off('end', resolve).off('data', data)
      }
      if (body.errored || body.readableEnded || body.destroyed) reject(body.errored ?? cutShort())
    })
  } finally {
    stop?.()
  }
}

function feed(
  body: Readable,
  take: TakeChunk,
  next: { chunk: Uint8Array; reject: (e: unknown) => void },
): void {
  try {
    const full = take(next.chunk)
    if (!full) return
    body.pause()
    full.then(() => body.resume(), next.reject)
  } catch (error) {
    next.reject(error)
  }
}

function cutShort(): HoldfastError {
  return new HoldfastError('content-size-mismatch', {
    what: 'A stream was closed before its end.',
    why: 'The connection behind it was lost.',
    next: 'Nothing was stored. Run the same command again.',
  })
}

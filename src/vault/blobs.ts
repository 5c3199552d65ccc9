import { pipeline, Readable, Transform } from 'node:stream'
import { type Digest, digestOf, RunningDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import type { PutOptions, Store } from '../store/store.ts'
import { damaged } from './damage.ts'
import { keys } from './format.ts'
import { readAll } from './read.ts'

export interface PutBlob {
  /** What the descriptor says, when it says so. Other lengths are refused. */
  size?: number | undefined
  body: Uint8Array | Readable
  /** Overwrites what is there: for a blob that is known to be damaged. */
  replace?: boolean
  signal?: AbortSignal
}

export interface GetBlob {
  signal?: AbortSignal
  /** Told of every chunk as it passes. */
  onBytes?: (count: number) => void
}

/** Manifests, configs and layers: exactly the registry's bytes, under their digest. */
export interface VaultBlobs {
  /** Answers the size. Bytes that do not hash to the digest throw `registry-content-mismatch` and leave nothing. */
  put(digest: Digest, blob: PutBlob): Promise<{ size: number; created: boolean }>
  /** Its size, or undefined when it is not there. */
  size(digest: Digest, signal?: AbortSignal): Promise<number | undefined>
  has(digest: Digest, signal?: AbortSignal): Promise<boolean>
  /** A stream that fails instead of giving its last bytes when they do not hash to the digest. */
  get(digest: Digest, options?: GetBlob): Promise<Readable>
  /** The whole blob, checked. For manifests and configs. */
  getBytes(digest: Digest, signal?: AbortSignal): Promise<Buffer>
  list(signal?: AbortSignal): AsyncIterable<{ digest: Digest; size: number }>
}

/** ECR's limit for a manifest is 4 MiB (ecr-facts 4.6); other registries allow a little more. */
const bytesLimit = 64 * 1024 * 1024

export function vaultBlobs(store: Store): VaultBlobs {
  const size = async (digest: Digest, signal?: AbortSignal) =>
    (await store.head(keys.blob(digest), signal))?.size
  return {
    put: (digest, blob) => putBlob(store, digest, blob),
    size,
    has: async (digest, signal) => (await size(digest, signal)) !== undefined,
    get: async (digest, { signal, onBytes } = {}) => {
      const key = keys.blob(digest)
      const body = await store.get(key, signal ? { signal } : {})
      if (!body) throw damaged(key, 'It is missing.')
      // pipeline hands an error of the store on to the reader; the callback has nothing left to do.
      return pipeline(body, checking(digest, onBytes), () => {})
    },
    getBytes: async (digest, signal) => {
      const key = keys.blob(digest)
      const bytes = await readAll(store, key, bytesLimit, signal)
      if (!bytes) throw damaged(key, 'It is missing.')
      if (digestOf(bytes) !== digest) throw damaged(key, 'Its contents do not match its name.')
      return bytes
    },
    list: (signal) => listBlobs(store, signal),
  }
}

async function putBlob(store: Store, digest: Digest, blob: PutBlob) {
  let refused: HoldfastError | undefined
  let sent: number | undefined
  const beforeCommit: PutOptions['beforeCommit'] = ({ sha256, size }) => {
    sent = size
    if (`sha256:${sha256}` === digest) return
    refused = new HoldfastError('registry-content-mismatch', {
      what: `The bytes sent for ${digest} hash to sha256:${sha256}. They were refused.`,
      why: 'They were changed on the way, or the registry holds damaged data.',
      next: 'Run the backup again; if it happens again, the image is damaged in the registry: push it anew.',
    })
    throw refused
  }
  const { body, replace, signal } = blob
  const options = { beforeCommit, ifAbsent: !replace, ...(signal && { signal }) }
  try {
    const key = keys.blob(digest)
    const answer = await store.put(
      key,
      body,
      blob.size === undefined ? options : { ...options, size: blob.size },
    )
    const known = sent ?? blob.size ?? (await store.head(key, signal))?.size ?? 0
    return { size: known, created: answer === 'created' }
  } catch (error) {
    throw refused ?? error
  } finally {
    if (body instanceof Readable) body.destroy()
  }
}

/** Holds back one chunk until the hash of everything is known, so that no reader ever gets all of a damaged blob. */
function checking(digest: Digest, onBytes?: (count: number) => void): Transform {
  const running = new RunningDigest()
  let held: Uint8Array | undefined
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      running.update(chunk)
      onBytes?.(chunk.byteLength)
      const ready = held
      held = chunk
      done(null, ready)
    },
    flush(done) {
      if (running.digest() === digest) done(null, held)
      else done(damaged(keys.blob(digest), 'Its contents do not match its name.'))
    },
  })
}

async function* listBlobs(store: Store, signal?: AbortSignal) {
  for await (const { key, size } of store.list(prefix, signal)) {
    const digest = digestIn(key)
    if (digest) yield { digest, size }
  }
}

const prefix = 'blobs/sha256/'

/** The digest of a blob's key; undefined for any other key. */
export function digestIn(key: string): Digest | undefined {
  const hex = key.startsWith(prefix) ? key.slice(prefix.length) : ''
  return /^[0-9a-f]{64}$/.test(hex) ? `sha256:${hex}` : undefined
}

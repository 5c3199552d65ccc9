import { createHash, type Hash } from 'node:crypto'

/** `sha256:` and 64 lower-case hex digits. Other algorithms are refused: ECR knows no other (ecr-facts 4.4). */
export type Digest = `sha256:${string}`

const pattern = /^sha256:[0-9a-f]{64}$/

export function isDigest(text: string): text is Digest {
  return pattern.test(text)
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

/** A running sha256 and byte count, for streams. `digest()` may be called once. */
export class RunningDigest {
  readonly #hash: Hash = createHash('sha256')
  size = 0

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
    this.size += chunk.byteLength
  }

  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`
  }
}

/** The first 12 hex digits, for people. */
export function shortDigest(digest: string): string {
  return digest.startsWith('sha256:') ? digest.slice(7, 19) : digest
}

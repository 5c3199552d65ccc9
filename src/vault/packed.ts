import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { type Gunzip, gunzip, gzip } from 'node:zlib'
import type { z } from 'zod'
import type { Store } from '../store/store.ts'
import { canonicalText } from './canonical.ts'
import { damaged, reasonOfDamage } from './damage.ts'
import { parseDocument, parseJson, readAll } from './read.ts'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** States and shards: gzipped JSON, named by the sha256 of the text before compression. */
export interface PackedDocuments<T> {
  /** The name that this document has, without writing it. */
  nameOf(document: T): string
  /** Writes it unless it is there already and readable; answers its name. */
  write(document: T, signal?: AbortSignal): Promise<string>
  /** The document; `vault-damaged` when it is missing, cut, changed, a bomb, or not what its name says. */
  read(name: string, signal?: AbortSignal): Promise<T>
}

/** A text longer than this could not become a string in Node (2^29 - 24 characters). */
const textLimit = 400 * 1024 * 1024
/** JSON full of digests shrinks 2 to 20 times. What claims to shrink 200 times is a bomb. */
const bombRatio = 200
const bombFloor = 1024 * 1024

export function packedDocuments<T>(
  store: Store,
  keyOf: (name: string) => string,
  schema: z.ZodType<T>,
): PackedDocuments<T> {
  const read = async (name: string, signal?: AbortSignal) => {
    const key = keyOf(name)
    const packed = await readAll(store, key, textLimit, signal)
    if (!packed) throw damaged(key, 'It is missing.')
    const text = await unpackSafely(key, packed)
    if (sha256(text) !== name) throw damaged(key, 'Its contents do not match its name.')
    return parseDocument(key, schema, parseJson(key, text))
  }
  const isReadable = (name: string, signal?: AbortSignal) =>
    read(name, signal).then(
      () => true,
      (error: unknown) => reasonOfDamage(error) === '',
    )
  const write = async (document: T, signal?: AbortSignal) => {
    // What could not be read back must never be written.
    const text = Buffer.from(canonicalText(schema.parse(document)))
    const name = sha256(text)
    const packed = await pack(text)
    const options = { size: packed.byteLength, ...(signal && { signal }) }
    const answer = await store.put(keyOf(name), packed, { ...options, ifAbsent: true })
    // A damaged document of the same name is written again: a new snapshot must not lean on it.
    if (answer === 'exists' && !(await isReadable(name, signal)))
      await store.put(keyOf(name), packed, options)
    return name
  }
  return { nameOf: (document) => sha256(canonicalText(document)), write, read }
}

function sha256(text: Uint8Array | string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function unpackSafely(key: string, packed: Buffer): Promise<Buffer> {
  const maxOutputLength = Math.min(textLimit, Math.max(bombFloor, packed.byteLength * bombRatio))
  const unpacked = await unpack(packed, { maxOutputLength, info: true }).catch((cause: unknown) => {
    throw damaged(key, 'It cannot be unpacked: cut short, changed, or far too large.', cause)
  })
  const { buffer, engine } = unpacked as unknown as { buffer: Buffer; engine: Gunzip }
  if (engine.bytesWritten === packed.byteLength) return buffer
  throw damaged(key, 'It has more bytes than belong to it.')
}

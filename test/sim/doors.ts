import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import zlib from 'node:zlib'

// Imported for its effect before anything of src: what would make two runs of one seed differ is replaced here. Ids of
// runs and prunes come from the seed, and compressing answers in the same turn instead of whenever a thread is free.

type Below = (below: number) => number
let identifiers: Below | undefined

/** From now on new ids are drawn from here. */
export function drawIdentifiers(random: Below | undefined): void {
  identifiers = random
}

const realBytes = crypto.randomBytes
const drawn = (size: number) => Buffer.from(Array.from({ length: size }, () => identifiers?.(256) ?? 0))
// 6 bytes is an id (src/vault/identifier.ts); secrets of the sandbox are longer, and stay as they are.
crypto.randomBytes = ((size: number, ...rest: []) =>
  identifiers && size === 6 ? drawn(size) : realBytes(size, ...rest)) as typeof crypto.randomBytes

type Callback = (error: Error | null, result?: Buffer) => void

/** The same few documents are packed and unpacked over and over: that was a third of the time. */
function rememberer() {
  const known = new Map<string, Buffer>()
  return (bytes: Buffer, work: () => Buffer): Buffer => {
    const key = bytes.length < 100_000 ? bytes.toString('latin1') : undefined
    const found = key === undefined ? undefined : known.get(key)
    const result = found ?? work()
    if (known.size > 500) known.clear()
    if (key !== undefined) known.set(key, result)
    return Buffer.from(result)
  }
}

function inTurn(work: (bytes: Buffer, options?: zlib.ZlibOptions) => Buffer) {
  const remembered = rememberer()
  return (bytes: Buffer, given: zlib.ZlibOptions | Callback, last?: Callback) => {
    const [options, done] = typeof given === 'function' ? [{}, given] : [given, last!]
    try {
      const result = remembered(bytes, () => work(bytes, options))
      process.nextTick(() => done(null, result))
    } catch (error) {
      process.nextTick(() => done(error as Error))
    }
  }
}

zlib.gzip = inTurn(zlib.gzipSync) as never
zlib.gunzip = inTurn(zlib.gunzipSync) as never
syncBuiltinESMExports()

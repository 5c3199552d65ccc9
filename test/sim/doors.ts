import crypto from 'node:crypto'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
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
    const [options, done]: [zlib.ZlibOptions, Callback] =
      typeof given === 'function' ? [{}, given] : [given, last!]
    try {
      // With `info` the answer is no buffer.
      const result = options.info ? work(bytes, options) : remembered(bytes, () => work(bytes, options))
      process.nextTick(() => done(null, result))
    } catch (error) {
      process.nextTick(() => done(error as Error))
    }
  }
}

zlib.gzip = inTurn(zlib.gzipSync) as never
zlib.gunzip = inTurn(zlib.gunzipSync) as never
syncBuiltinESMExports()

// Waiting. Our own waits go through `Clock`. The AWS SDK waits by itself between two tries: those waits end at once.
const realTimeout = globalThis.setTimeout
// It also begins to watch a socket only after three seconds, to save time.
const sdkWaits = /submodules\/retry|node-http-handler/
function isOfSdk(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 4
  Error.prepareStackTrace = (_, sites) => sites.some((site) => sdkWaits.test(site.getFileName() ?? ''))
  const answer = new Error('whose timer is this?').stack as unknown as boolean
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  return answer
}
const deferral = 3000
globalThis.setTimeout = ((work: () => void, ms = 0, ...rest: []) => {
  const jumps = ms > 20 && ms !== 499 && (ms <= deferral || ms >= 20_000) && isOfSdk()
  return realTimeout(work, jumps ? 0 : ms, ...rest)
}) as typeof setTimeout

// Silence. Who waits for a server that says nothing gives up after a minute: of undici by its own timers, of the SDK by
// those of its sockets. `silence` lets that minute pass for all of them.
const undiciTimers = createRequire(import.meta.url)('undici/lib/util/timers.js') as { tick(ms: number): void }
const patient = new Set<Socket>()
const setPatience = Socket.prototype.setTimeout
Socket.prototype.setTimeout = function (this: Socket, ms: number, done?: () => void) {
  if (ms > 50_000 && ms <= 60_000) patient.add(this)
  else patient.delete(this)
  return setPatience.call(this, ms, done)
} as typeof setPatience

export function silence(): void {
  undiciTimers.tick(61_000)
  undiciTimers.tick(61_000)
  for (const socket of [...patient]) {
    if (socket.destroyed) patient.delete(socket)
    else socket.emit('timeout')
  }
}

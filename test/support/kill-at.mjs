/**
 * Preloaded into a child (`--import …/kill-at.mjs?what=disk&nth=7&when=before`): the child ends itself with SIGKILL
 * around its n-th change of the disk, or its n-th write to a socket. Nothing of the program runs after that, as when the
 * machine's owner, or the kernel out of memory, kills it. Without `nth` it only counts, and says so at the end.
 */
import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'

const asked = new URL(import.meta.url).searchParams
const what = asked.get('what')
const nth = Number(asked.get('nth') ?? -1)
const when = asked.get('when')
let count = 0

const die = () => process.kill(process.pid, 'SIGKILL')

/**
 * `before`: it is not done. `after`: it is done, and nobody heard of it. `half`: a write that got half way.
 * @param {() => Promise<any>} call
 * @param {() => Promise<any>} [half]
 */
async function around(call, half) {
  if (count++ !== nth) return call()
  if (when === 'half' && half) await half()
  if (when === 'after') await call()
  return die()
}

if (what === 'disk') {
  /** @type {Record<string, any>} */
  const fs = promises
  for (const name of ['link', 'rename', 'unlink', 'mkdir', 'rm']) {
    const original = fs[name]
    fs[name] = (/** @type {any[]} */ ...given) => around(() => original(...given))
  }
  const { open } = fs
  fs['open'] = (/** @type {any[]} */ ...given) =>
    given[1] === 'wx' ? around(() => open(...given)) : open(...given)
  const handle = await open(import.meta.filename)
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  for (const name of ['write', 'datasync', 'sync']) {
    const original = prototype[name]
    prototype[name] = function (/** @type {any[]} */ ...given) {
      const [bytes, from, length, at] = given
      const half = name === 'write' ? () => original.call(this, bytes, from, length >> 1, at) : undefined
      return around(() => original.apply(this, given), half)
    }
  }
  syncBuiltinESMExports()
} else {
  /** @type {any} */
  const socket = Socket.prototype
  const send = socket._writeGeneric
  socket._writeGeneric = function (/** @type {any[]} */ ...given) {
    if (count++ !== nth) return send.apply(this, given)
    if (when === 'after') send.apply(this, given)
    return die()
  }
}

if (nth < 0) process.on('exit', () => process.stderr.write(`\nCOUNTED ${count}\n`))

// Runs in a worker thread. JavaScript, because Node 20 cannot start a thread from TypeScript, and the tests run from
// src. Answers come in the order of the questions; each question is a Question of thread.ts.
import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

/** @typedef {import('./thread.ts').Question} Question */
/** @typedef {import('./thread.ts').Reply} Reply */

/** @type {Map<number, import('node:crypto').Hash>} */
const hashes = new Map()
const own = Buffer.allocUnsafeSlow(1 << 20)

parentPort?.on('message', (/** @type {Question} */ question) => {
  /** @type {Reply} */
  let reply
  try {
    reply = { answer: answer(question) }
  } catch (error) {
    // A thrown Error would lose its errno on the way.
    const code = error instanceof Error && 'code' in error && error.code
    reply = { failure: { message: String(error), code } }
  }
  parentPort?.postMessage(reply)
})

/** @param {Question} question */
function answer(question) {
  const hash = hashOf(question.hash)
  if ('length' in question) return readInto(hash, question)
  hashes.delete(question.hash)
  return question.end === 'digest' ? hash.digest('hex') : undefined
}

/** @param {number} number */
function hashOf(number) {
  const known = hashes.get(number)
  if (known) return known
  const hash = createHash('sha256')
  hashes.set(number, hash)
  return hash
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {{ fd: number, from: number, length: number }} range
 */
function readInto(hash, { fd, from, length }) {
  let done = 0
  while (done < length) {
    const count = readSync(fd, own, 0, Math.min(own.byteLength, length - done), from + done)
    if (count === 0) break
    hash.update(own.subarray(0, count))
    done += count
  }
  return done
}

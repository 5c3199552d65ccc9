import { availableParallelism } from 'node:os'
import { HashThread, type Outcome } from './thread.ts'

/** A sha256 computed in another thread. Questions are answered in order; `digest` or `drop` must come last, once. */
export interface ThreadHash {
  /** Reads and hashes a range of an open file; resolves with the bytes that were there. */
  read(range: { fd: number; from: number; length: number }): Promise<number>
  digest(): Promise<string>
  drop(): Promise<void>
}

/** With one core a second thread would only add work. More than four wait for the disk. */
const mostThreads = availableParallelism() > 1 ? Math.min(4, availableParallelism()) : 0

/** Threads start when they are first needed, one for each hash at a time until all run. */
export class HashThreads {
  #threads: HashThread[] = []
  #next = 0
  readonly #most: number

  constructor(most = mostThreads) {
    this.#most = most
  }

  /** Undefined where threads bring nothing, or cannot be had. */
  begin(): ThreadHash | undefined {
    const thread = this.#idlest()
    if (!thread) return undefined
    const hash = this.#next++
    thread.load++
    const end = (how: 'digest' | 'drop') => {
      thread.load--
      return thread.ask({ hash, end: how })
    }
    return {
      read: async (range) => Number(answerOf(await thread.ask({ hash, ...range }))),
      digest: async () => String(answerOf(await end('digest'))),
      drop: async () => void (await end('drop')),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.stop()))
  }

  #idlest(): HashThread | undefined {
    this.#threads = this.#threads.filter((thread) => thread.alive)
    const [first] = this.#threads.sort((a, b) => a.load - b.load)
    if (this.#threads.length >= this.#most || first?.load === 0) return first
    try {
      const thread = new HashThread()
      this.#threads.push(thread)
      return thread
    } catch {
      // Node's permission model may forbid threads: then this one hashes.
      return first
    }
  }
}

function answerOf({ failure, answer }: Outcome): Outcome['answer'] {
  if (failure !== undefined) throw failure
  return answer
}

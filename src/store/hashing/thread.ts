import { Worker } from 'node:worker_threads'
import { HoldfastError } from '../../core/errors.ts'

/** What a worker can be asked about one of its hashes, which begins with the first question that names it. */
export type Question =
  /** Hashes what is in the file. */
  { hash: number; fd: number; from: number; length: number } | { hash: number; end: 'digest' | 'drop' }

export type Reply =
  | { answer: string | number | undefined; failure?: never }
  | { failure: { message: string; code: unknown } }

/** What came of a question. */
export interface Outcome {
  answer?: string | number | undefined
  failure?: unknown
}

/** One worker thread. It keeps the process alive only while a question is open. */
export class HashThread {
  readonly #worker: Worker
  readonly #waiting: ((outcome: Outcome) => void)[] = []
  #dead: HoldfastError | undefined
  /** Hashes that it carries at the moment. */
  load = 0

  constructor() {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [], stdout: false })
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(lost(error)))
    this.#worker.on('exit', () => this.#end(lost(undefined)))
    this.#worker.unref()
  }

  get alive(): boolean {
    return this.#dead === undefined
  }

  ask(question: Question): Promise<Outcome> {
    if (this.#dead) return Promise.resolve({ failure: this.#dead })
    return new Promise((resolve) => {
      this.#worker.postMessage(question)
      if (this.#waiting.push(resolve) === 1) this.#worker.ref()
    })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle(reply: Reply): void {
    const first = this.#waiting.shift()
    if (this.#waiting.length === 0) this.#worker.unref()
    first?.(reply.failure ? { failure: rebuilt(reply.failure) } : { answer: reply.answer })
  }

  #end(why: HoldfastError): void {
    this.#dead ??= why
    for (const resolve of this.#waiting.splice(0)) resolve({ failure: this.#dead })
  }
}

function rebuilt({ message, code }: { message: string; code: unknown }): Error {
  return Object.assign(new Error(message), typeof code === 'string' && { code })
}

function lost(cause: unknown): HoldfastError {
  return new HoldfastError('internal', {
    what: 'A thread that computes hashes has ended.',
    why: cause instanceof Error ? cause.message : 'It was stopped, or there was no memory left for it.',
    next: 'Run the same command again: what was stored is kept, and nothing unchecked was.',
    ...(cause !== undefined && { cause }),
  })
}

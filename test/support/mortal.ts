import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Store } from '../../src/store/store.ts'

/** The process is gone. */
export class Death extends Error {}

/**
 * A process that dies around one of its changes: of what it sends and what it stores, the n-th is the last, and it is
 * lost (`before`) or done without an answer (`after`). From then on nothing gets out of it.
 */
export class Mortal {
  /** What changed something, in order. */
  readonly changes: string[] = []
  dead = false
  readonly #at: number
  readonly #when: 'before' | 'after'
  readonly #stop = new AbortController()
  readonly signal = this.#stop.signal

  constructor({ at = Number.POSITIVE_INFINITY, when = 'before' as 'before' | 'after' } = {}) {
    this.#at = at
    this.#when = when
  }

  alive(): void {
    if (this.dead) throw new Death()
  }

  async change<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.alive()
    const last = this.changes.push(name) - 1 === this.#at
    if (last && this.#when === 'before') this.#die()
    const answer = await work()
    if (last) this.#die()
    this.alive()
    return answer
  }

  #die(): never {
    this.dead = true
    this.#stop.abort(new DOMException('dead', 'AbortError'))
    throw new Death()
  }
}

/** A store as the mortal sees it. Blobs that are there already are no change. */
export function mortalStore(store: Store, mortal: Mortal): Store {
  const read = <T>(work: () => T): T => {
    mortal.alive()
    return work()
  }
  const name = (key: string) => `store ${key.split('/')[0]}`
  return {
    url: store.url,
    put: (key, body, options) => mortal.change(name(key), () => store.put(key, body, options)),
    delete: (key, signal) => mortal.change(name(key), () => store.delete(key, signal)),
    get: async (key, options) => read(() => store.get(key, options)),
    head: async (key, signal) => read(() => store.head(key, signal)),
    list: (prefix, signal) => read(() => store.list(prefix, signal)),
    close: async () => {},
  }
}

/** A way to a server. Which mortal uses it can be changed. */
export async function openWire(server: string, who: { mortal: Mortal }) {
  const wire = createServer((asked, answer) => {
    pass(asked, answer, { server, mortal: who.mortal }).catch(() => asked.socket.destroy())
  })
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(wire.address() as AddressInfo).port}`,
    close: async () => {
      wire.closeAllConnections()
      await new Promise((resolve) => wire.close(resolve))
    },
  }
}

async function pass(
  asked: IncomingMessage,
  answer: ServerResponse,
  { server, mortal }: { server: string; mortal: Mortal },
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of asked) chunks.push(chunk as Buffer)
  mortal.alive()
  const forward = () => send(asked, { server, body: Buffer.concat(chunks) })
  const name = changeIn(asked)
  const { status, headers, body } = name ? await mortal.change(name, forward) : await forward()
  answer.writeHead(status, headers).end(body)
}

function send(asked: IncomingMessage, { server, body }: { server: string; body: Buffer }) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
    (resolve, reject) => {
      const { method, url, headers } = asked
      const sent = request(`${server}${url}`, { method, headers, agent: false }, async (back) => {
        const chunks: Buffer[] = []
        for await (const chunk of back) chunks.push(chunk as Buffer)
        const { 'transfer-encoding': _, ...kept } = back.headers
        resolve({ status: back.statusCode ?? 500, headers: kept, body: Buffer.concat(chunks) })
      })
      sent.on('error', reject)
      sent.end(body)
    },
  )
}

/** `PutImage`, `PUT manifests`; undefined: it only reads. */
function changeIn({ method = '', url = '', headers }: IncomingMessage): string | undefined {
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1]
  if (operation !== undefined)
    return /^(Describe|Get|List|BatchGet|BatchCheck)/.test(operation) ? undefined : operation
  if (method === 'GET' || method === 'HEAD') return undefined
  const part = /\/(manifests|blobs)\//.exec(url)?.[1]
  // STS and IAM ask by POST, and change nothing here.
  return part && `${method} ${part}`
}

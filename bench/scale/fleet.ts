import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { HostAnswer, HostQuestion } from './host.ts'

/** The generated registry in its own process. */
export interface Fleet {
  env: Record<string, string>
  /** Pushes one image. */
  push(): Promise<void>
  /** Requests by operation since this was asked last. */
  requests(): Promise<Record<string, number>>
  close(): Promise<void>
}

export async function openFleet(): Promise<Fleet> {
  const host = fork(join(import.meta.dirname, 'host.js'), { execArgv: ['--max-old-space-size=4096'] })
  await answerOf(host)
  const { env } = (await ask(host, 'open')) as { env: Record<string, string> }
  return {
    env,
    push: async () => void (await ask(host, 'push')),
    requests: async () => ((await ask(host, 'requests')) as { requests: Record<string, number> }).requests,
    close: async () => {
      const ended = once(host, 'exit')
      host.send('close')
      await ended
    },
  }
}

async function ask(host: ChildProcess, question: HostQuestion): Promise<HostAnswer> {
  const answer = answerOf(host)
  host.send(question)
  return await answer
}

/** A host that ends instead of answering is an error, not a wait for ever. */
async function answerOf(host: ChildProcess): Promise<HostAnswer> {
  return await new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the sandbox of the bench ended with ${code}`))
    host.once('exit', ended)
    host.once('message', (answer: HostAnswer) => {
      host.off('exit', ended)
      resolve(answer)
    })
  })
}

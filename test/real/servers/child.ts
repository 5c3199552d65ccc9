import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A server that this process started. `stop` ends exactly this child, by its pid, and waits until it is gone. */
export interface Server {
  pid: number
  /** Everything it printed, for the message when something fails. */
  output(): string
  stop(): Promise<void>
}

export interface ServerOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  onStdout?: (text: string) => void
  /** Standard output goes to this open file instead: no pipe in the way of a measured server. */
  stdoutFile?: number
}

const children = new Set<ChildProcess>()
// A test run that dies leaves no server behind.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

export function startServer(program: string, args: string[], options: ServerOptions = {}): Server {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', options.stdoutFile ?? 'pipe', 'pipe'],
  })
  children.add(child)
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let output = ''
  const keep = (text: string) => {
    output = (output + text).slice(-20_000)
  }
  child.once('error', (error) => keep(String(error)))
  child.once('close', () => children.delete(child))
  child.stderr?.setEncoding('utf8').on('data', keep)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    keep(text)
    options.onStdout?.(text)
  })
  return {
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => stop(child, gone),
  }
}

async function stop(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(hard)
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Polls until the address answers anything at all. */
export async function untilAnswers(url: string, server: Server, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      await answer.arrayBuffer()
      return
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`${url} does not answer:\n${server.output()}`, { cause })
    }
    await wait(100)
  }
}

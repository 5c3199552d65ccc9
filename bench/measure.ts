import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Command {
  program: string
  args: string[]
  env?: Record<string, string>
  /** A file for what it answers; absent: with the rest of its output. */
  answer?: string
}

/** What a registry has answered so far, or between two moments. */
export interface Traffic {
  requests: number
  /** Manifests and blobs whose bytes were sent. */
  contentRequests: number
  receivedBytes: number
}

export interface Measurement extends Traffic {
  seconds: number
  /** The largest resident size of any one process, from the kernel's own high-water mark, read every 20 ms. */
  peakBytes: number
  /** Of all its threads, from the same readings. */
  processorSeconds: number
}

/** Runs the commands one after another and counts what the registry answered meanwhile. */
export async function measure(
  commands: Command[],
  traffic: () => Promise<Traffic>,
  scratch: string,
): Promise<Measurement> {
  const before = await traffic()
  const started = process.hrtime.bigint()
  const used = { peakBytes: 0, processorSeconds: 0 }
  for (const command of commands) {
    const { peakBytes, processorSeconds } = await run(command, scratch)
    used.peakBytes = Math.max(used.peakBytes, peakBytes)
    used.processorSeconds += processorSeconds
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const after = await traffic()
  return {
    seconds,
    ...used,
    requests: after.requests - before.requests,
    contentRequests: after.contentRequests - before.contentRequests,
    receivedBytes: after.receivedBytes - before.receivedBytes,
  }
}

/** Output goes to a file, as in a script; its end is shown when the command fails. Resolves with what it took. */
async function run({ program, args, env, answer }: Command, scratch: string): Promise<Used> {
  const file = join(scratch, 'output.log')
  const output = openSync(file, 'w')
  const answers = answer === undefined ? output : openSync(answer, 'w')
  const child = spawn(program, args, {
    stdio: ['ignore', answers, output],
    env: { ...process.env, ...env },
  })
  for (const each of new Set([output, answers])) closeSync(each)
  const used: Used = { peakBytes: 0, processorSeconds: 0 }
  const sample = () => {
    const pid = child.pid ?? 0
    used.peakBytes = Math.max(used.peakBytes, highWaterMark(pid))
    used.processorSeconds = Math.max(used.processorSeconds, processorSeconds(pid))
  }
  const timer = setInterval(sample, 20)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  }).finally(() => clearInterval(timer))
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')}: exit ${code}\n${readFileSync(file, 'utf8').slice(-2000)}`)
  }
  return used
}

type Used = Pick<Measurement, 'peakBytes' | 'processorSeconds'>

function highWaterMark(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readProcess(pid, 'status'))?.[1] ?? 0) * 1024
}

/** Linux counts in hundredths of a second; user and system are the 14th and 15th field, and only the 2nd has spaces. */
function processorSeconds(pid: number): number {
  const fields = readProcess(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** Empty when the process is gone already. */
function readProcess(pid: number, what: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return ''
    throw error
  }
}

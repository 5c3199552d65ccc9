import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Command {
  program: string
  args: string[]
  env?: Record<string, string>
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
}

/** Runs the commands one after another and counts what the registry answered meanwhile. */
export async function measure(
  commands: Command[],
  traffic: () => Promise<Traffic>,
  scratch: string,
): Promise<Measurement> {
  const before = await traffic()
  const started = process.hrtime.bigint()
  let peakBytes = 0
  for (const command of commands) peakBytes = Math.max(peakBytes, await run(command, scratch))
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const after = await traffic()
  return {
    seconds,
    peakBytes,
    requests: after.requests - before.requests,
    contentRequests: after.contentRequests - before.contentRequests,
    receivedBytes: after.receivedBytes - before.receivedBytes,
  }
}

/** Output goes to a file, as in a script; its end is shown when the command fails. Resolves with the peak memory. */
async function run({ program, args, env }: Command, scratch: string): Promise<number> {
  const file = join(scratch, 'output.log')
  const output = openSync(file, 'w')
  const child = spawn(program, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  })
  closeSync(output)
  let peak = 0
  const sample = () => {
    peak = Math.max(peak, highWaterMark(child.pid ?? 0))
  }
  const timer = setInterval(sample, 20)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  }).finally(() => clearInterval(timer))
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')}: exit ${code}\n${readFileSync(file, 'utf8').slice(-2000)}`)
  }
  return peak
}

/** 0 when the process is gone already. */
function highWaterMark(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return 0
    throw error
  }
}

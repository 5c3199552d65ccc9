import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const bin = join(import.meta.dirname, '../../dist/cli/bin.js')
const hook = pathToFileURL(join(import.meta.dirname, 'kill-at.mjs'))

export interface KillPoint {
  /** Changes of the disk, or writes to sockets. */
  what: 'disk' | 'socket'
  nth: number
  /** `half`: in the middle of a write to a file. */
  when: 'before' | 'after' | 'half'
}

export interface Where {
  env: Record<string, string>
  cwd: string
}

export interface ChildEnd {
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
}

/** The built command in a bare process that ends itself with SIGKILL at that point, if it gets there. */
export function runKilled(argv: string[], point: KillPoint, where: Where): Promise<ChildEnd> {
  return runHooked(argv, { what: point.what, nth: String(point.nth), when: point.when }, where)
}

/** How many points a whole run has. */
export async function countPoints(argv: string[], what: KillPoint['what'], where: Where): Promise<number> {
  const { stderr } = await runHooked(argv, { what }, where)
  const [, count] = /COUNTED (\d+)/.exec(stderr) ?? []
  if (count === undefined) throw new Error(stderr)
  return Number(count)
}

function runHooked(argv: string[], asked: Record<string, string>, { env, cwd }: Where): Promise<ChildEnd> {
  if (!existsSync(bin)) throw new Error('npm run build comes first')
  const preload = new URL(`?${new URLSearchParams(asked)}`, hook).href
  const child = spawn(process.execPath, ['--import', preload, bin, ...argv], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, stderr })))
}

/** So many points, spread evenly over `total`; the ways take turns, also at one and the same point. */
export function spread(what: KillPoint['what'], total: number, wanted: number): KillPoint[] {
  const ways = what === 'disk' ? (['before', 'after', 'half'] as const) : (['before', 'after'] as const)
  const count = Math.min(wanted, total * ways.length)
  return Array.from({ length: count }, (_, at) => ({
    what,
    nth: Math.floor((at * total) / count),
    when: ways[at % ways.length] ?? 'before',
  }))
}

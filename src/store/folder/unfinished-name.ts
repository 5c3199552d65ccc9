import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { errnoOf } from './errors.ts'

/**
 * The name of an unfinished file says which process writes it: `<machine>-<process id>-<random>`. So whoever comes after
 * a crash can tell that nobody is going to finish it.
 */
export function unfinishedName(): string {
  return `${machine()}-${process.pid}-${randomUUID()}`
}

/**
 * Whether the process that wrote it is provably gone: it ran on this machine, and there is no process of that number. A
 * number that another process has taken since proves nothing, and neither does a name that is none of ours.
 */
export function isAbandoned(name: string): boolean {
  const [, where, id] = /^([0-9a-f]{16})-(\d{1,10})-[0-9a-f-]{36}$/.exec(name) ?? []
  return where === machine() && !isRunning(Number(id))
}

/** Signal 0 only asks. EPERM: somebody else's process, so there is one. */
function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}

let known: string | undefined

/**
 * Process ids mean something only within one boot of one machine, and on Linux within one PID namespace: two containers
 * that share a vault, and even a host name, must not take each other for dead.
 */
function machine(): string {
  known ??= createHash('sha256')
    .update([hostname(), ...linuxOnly()].join('\n'))
    .digest('hex')
    .slice(0, 16)
  return known
}

function linuxOnly(): string[] {
  if (process.platform !== 'linux') return []
  try {
    return [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), readlinkSync('/proc/self/ns/pid')]
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    // Without them nobody but this process may be judged: then leftovers wait for their day.
    return [randomUUID()]
  }
}

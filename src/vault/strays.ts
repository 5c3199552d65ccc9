import type { Run } from '../core/run.ts'
import type { Vault } from './vault.ts'

/** Something under the vault's own names that no vault writes there. It harms nothing, and nothing removes it. */
export interface Stray {
  key: string
  reason: string
}

const own = /^(blobs|states|shards|snapshots|runs|gc|holds)\//
const id = '[0-9a-z]{8,64}'
const known = [
  /^blobs\/sha256\/[0-9a-f]{64}$/,
  /^(states|shards)\/[0-9a-f]{64}\.json\.gz$/,
  // Whatever else ends so under snapshots/ is read as one, and is damage if it is none.
  /^snapshots\/.*\.json$/,
  new RegExp(`^runs/${id}/[a-z][a-z-]*\\.json$`),
  new RegExp(`^gc/${id}/(list\\.json|owner-\\d+\\.json|part-\\d+\\.json\\.gz)$`),
  new RegExp(`^holds/${id}\\.json$`),
]
const probe = new RegExp(`^runs/probe-${id}$`)
const day = 24 * 60 * 60 * 1000

/** Why an object that the store lists is a stray; undefined for what belongs there, and for what is not the vault's. */
export function strayReason(key: string, modified: Date, now: Date): string | undefined {
  if (!own.test(key) || known.some((each) => each.test(key))) return undefined
  if (!probe.test(key)) return 'No vault has a file of that name.'
  return isOld(modified, now) ? 'A run that ended by force left it.' : undefined
}

function isOld(modified: Date, now: Date): boolean {
  return now.getTime() - modified.getTime() > day
}

/** What no listing shows: in a folder, links and names that are no keys, and files that were never finished. */
export async function unlistedStrays(vault: Vault, run: Run): Promise<Stray[]> {
  const found: Stray[] = []
  const now = run.clock.now()
  for await (const { name, modified, unfinished } of vault.store.unlisted?.(run.signal) ?? []) {
    if (unfinished && isOld(modified, now)) {
      found.push({ key: name, reason: 'An unfinished file of a run that ended by force.' })
    }
    if (!unfinished && own.test(name))
      found.push({ key: name, reason: 'No vault has a file of that name or kind.' })
  }
  return found
}

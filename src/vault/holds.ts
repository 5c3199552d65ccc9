import { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { parseDocument, parseJson, plainText, readAll } from './read.ts'
import { identifier, time } from './schemas.ts'
import type { Vault } from './vault.ts'

/** `holds/<snapshot id>.json`: no prune forgets that snapshot, whatever its policy says. */
export interface Hold {
  schema: 'holdfast.hold/1'
  snapshot: string
  time: string
  reason?: string
}

const holdSchema: z.ZodType<Hold> = z.strictObject({
  schema: z.literal('holdfast.hold/1'),
  snapshot: identifier,
  time,
  reason: z.string().exactOptional(),
})

const prefix = 'holds/'
const limit = 64 * 1024

const keyOf = (id: string) => `${prefix}${id}.json`
const idOf = (key: string) => key.slice(prefix.length, -'.json'.length)

/** Ids of all snapshots that are held: from the keys alone, so that even a damaged hold holds. */
export async function heldIds(vault: Vault, signal?: AbortSignal): Promise<Set<string>> {
  const found = new Set<string>()
  for await (const { key } of vault.store.list(prefix, signal)) {
    if (key.endsWith('.json')) found.add(idOf(key))
  }
  return found
}

export async function listHolds(vault: Vault, signal?: AbortSignal): Promise<Hold[]> {
  const holds: Hold[] = []
  for (const id of await heldIds(vault, signal)) {
    const bytes = await readAll(vault.store, keyOf(id), limit, signal)
    if (bytes) holds.push(parseDocument(keyOf(id), holdSchema, parseJson(keyOf(id), bytes)))
  }
  return holds
}

/**
 * Holds a snapshot. A prune may be about to forget it: the hold is written first and the snapshot is looked for
 * afterwards, while a prune publishes first and looks for holds afterwards; so one of the two always sees the other.
 */
export async function holdSnapshot(
  vault: Vault,
  wanted: { snapshot: string; reason?: string },
  run: Run,
): Promise<Hold> {
  const { condemnedRoots } = await import('./prune/delete-lists.ts')
  const { keyOfRoot } = await import('./snapshots.ts')
  const root = await vault.snapshots.find(wanted.snapshot, run)
  const hold: Hold = {
    schema: 'holdfast.hold/1',
    snapshot: root.id,
    time: run.clock.now().toISOString(),
    ...(wanted.reason && { reason: wanted.reason }),
  }
  const text = plainText(hold)
  const isHeld = (await vault.store.head(keyOf(root.id), run.signal)) !== undefined
  await vault.store.put(keyOf(root.id), text, { size: text.byteLength, signal: run.signal })
  const key = keyOfRoot(root)
  const condemned = await condemnedRoots(vault, run.signal)
  const isThere = (await vault.store.head(key, run.signal)) !== undefined
  if (isThere && !condemned.has(key)) return hold
  if (!isHeld) await takeBack(vault, keyOf(root.id), { text, signal: run.signal })
  throw new HoldfastError('prune-running', {
    what: `Snapshot ${root.id} cannot be held: a prune is forgetting it just now.`,
    why: isThere ? 'It is on the delete list of that prune.' : 'It is gone.',
    next: 'Look with `holdfast snapshots` when the prune has ended.',
  })
}

/** Only what nobody else wrote: an earlier hold, or one that comes at the same time, may have been confirmed to somebody. */
async function takeBack(
  vault: Vault,
  key: string,
  { text, signal }: { text: Buffer; signal: AbortSignal },
): Promise<void> {
  const found = await readAll(vault.store, key, limit, signal)
  if (found?.equals(text)) await vault.store.delete(key, signal)
}

/** The snapshot may be gone, or damaged: its hold is found by the id alone. False: it was not held. */
export async function releaseSnapshot(vault: Vault, wanted: string, run: Run): Promise<string | undefined> {
  const held = await heldIds(vault, run.signal)
  const id = held.has(wanted) ? wanted : (await vault.snapshots.find(wanted, run)).id
  if (!held.has(id)) return undefined
  await vault.store.delete(keyOf(id), run.signal)
  return id
}

import { z } from 'zod'
import type { Run } from '../../core/run.ts'
import { damaged } from '../damage.ts'
import { keys, type RunClaim, type Tombstone } from '../format.ts'
import { parseDocument, parseJson, plainText, readAll } from '../read.ts'
import { identifier, time } from '../schemas.ts'
import type { Vault } from '../vault.ts'
import { isRootKey } from './delete-lists.ts'
import type { Erase } from './erase.ts'

/** A run that may still commit: its root key holds neither a snapshot nor a tombstone. */
export interface OpenClaim extends RunClaim {
  /** By the store's clock. */
  since: Date
}

const claimSchema: z.ZodType<RunClaim> = z
  .strictObject({
    schema: z.literal('holdfast.claim/1'),
    run: identifier,
    root: z.string().refine(isRootKey, 'not the key of a snapshot'),
    time,
  })
  .refine((claim) => claim.root.endsWith(`-${claim.run}.json`), 'its root is not its own')

const limit = 64 * 1024

/**
 * All open claims. Claims are listed before roots: what commits in between is seen as settled, and a claim that is
 * written later belongs to a run that reads the delete lists later.
 */
export async function openClaims(vault: Vault, signal: AbortSignal): Promise<OpenClaim[]> {
  const claims: { key: string; run: string; since: Date }[] = []
  for await (const { key, modified } of vault.store.list('runs/', signal)) {
    const match = /^runs\/([^/]+)\/claim\.json$/.exec(key)
    if (match?.[1]) claims.push({ key, run: match[1], since: modified })
  }
  const settled = new Set((await vault.snapshots.keys(undefined, signal)).map(runIn))
  const open: OpenClaim[] = []
  for (const { key, run, since } of claims) {
    if (settled.has(run)) continue
    const bytes = await readAll(vault.store, key, limit, signal)
    if (!bytes) continue
    const claim = parseDocument(key, claimSchema, parseJson(key, bytes))
    if (claim.run !== run) throw damaged(key, 'It is the claim of another run.')
    open.push({ ...claim, since })
  }
  return open
}

const runIn = (key: string): string => key.slice(key.lastIndexOf('-') + 1, -'.json'.length)

/**
 * A tombstone at the key of the root that the run is going to create, by the same conditional write: exactly one of
 * the two wins, however long the run was asleep. Answers the ids of the runs that lost.
 */
export async function revoke(vault: Vault, claims: OpenClaim[], run: Run): Promise<string[]> {
  const revoked: string[] = []
  for (const claim of claims) {
    const tombstone: Tombstone = {
      schema: 'holdfast.tombstone/1',
      run: claim.run,
      time: run.clock.now().toISOString(),
    }
    const text = plainText(tombstone)
    const options = { size: text.byteLength, ifAbsent: true, signal: run.signal }
    if ((await vault.store.put(claim.root, text, options)) === 'created') revoked.push(claim.run)
  }
  return revoked
}

/** A forgotten snapshot's claim goes before its root: without the root it would look open again. */
export async function removeRun(rootKey: string, erase: Erase): Promise<void> {
  await erase(keys.claim(runIn(rootKey)))
  await erase(keys.report(runIn(rootKey)))
}

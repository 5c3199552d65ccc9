import type { Run } from '../../core/run.ts'
import type { Vault } from '../vault.ts'
import { type Condemned, gcKeys, hexIn, writePart } from './delete-lists.ts'
import type { DigestSet } from './digest-set.ts'
import type { Generation } from './generation.ts'

/** Objects in one part of a list, and in memory at once. */
const partSize = 10_000

export interface Totals {
  blobs: number
  /** Blobs, states and shards. */
  objects: number
  bytes: number
}

export interface CondemnedTotals extends Totals {
  /** What no kept snapshot needs but is younger than the grace, and when the first of it may be deleted. */
  young: Totals
  nextPossible?: Date
}

interface Condemning {
  live: DigestSet
  now: Date
  grace: number
  /** Absent: a dry run, which writes no list. */
  generation?: Generation
  run: Run
}

export const noTotals = (): Totals => ({ blobs: 0, objects: 0, bytes: 0 })

export function addTo(totals: Totals, { key, size }: Condemned): void {
  totals.objects++
  totals.bytes += size
  if (key.startsWith('blobs/')) totals.blobs++
}

/** Finds what no kept snapshot needs and is older than the grace, and writes the parts of the list. Answers how many. */
export async function condemn(
  vault: Vault,
  { live, now, grace, generation, run }: Condemning,
): Promise<{ totals: CondemnedTotals; parts: number }> {
  const totals: CondemnedTotals = { ...noTotals(), young: noTotals() }
  let part: Condemned[] = []
  let parts = 0
  const flush = async () => {
    if (generation && part.length > 0) await writePart(vault, gcKeys.part(generation.id, parts++), part)
    part = []
    await generation?.alive()
  }
  run.progress.phase('looking for what no snapshot needs')
  for (const prefix of ['blobs/sha256/', 'shards/', 'states/']) {
    for await (const { key, size, modified } of vault.store.list(prefix, run.signal)) {
      const hex = hexIn(key)
      if (!hex || live.has(hex)) continue
      const free = modified.getTime() + grace
      if (free > now.getTime()) {
        addTo(totals.young, { key, size })
        if (!totals.nextPossible || free < totals.nextPossible.getTime()) totals.nextPossible = new Date(free)
        continue
      }
      addTo(totals, { key, size })
      part.push({ key, size })
      if (part.length >= partSize) await flush()
    }
  }
  await flush()
  return { totals, parts }
}

export function addTotals(...all: Totals[]): Totals {
  const sum = (pick: (totals: Totals) => number) => all.reduce((total, each) => total + pick(each), 0)
  return {
    blobs: sum((each) => each.blobs),
    objects: sum((each) => each.objects),
    bytes: sum((each) => each.bytes),
  }
}

import type { Run } from '../../core/run.ts'
import type { Vault } from '../vault.ts'
import { candidates } from './candidates.ts'
import { type Condemned, gcKeys, hexIn, writePart } from './delete-lists.ts'
import type { DigestSet } from './digest-set.ts'
import type { Generation } from './generation.ts'

/** Objects, or versions of them, in one part of a list, and in memory at once. */
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
  keepsVersions: boolean
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
  { live, now, grace, generation, keepsVersions, run }: Condemning,
): Promise<{ totals: CondemnedTotals; parts: number }> {
  const totals: CondemnedTotals = { ...noTotals(), young: noTotals() }
  const parts = new Parts(vault, generation)
  run.progress.phase('looking for what no snapshot needs')
  for (const prefix of ['blobs/sha256/', 'shards/', 'states/']) {
    for await (const found of candidates(vault.store, { prefix, keepsVersions }, run.signal)) {
      const { modified, ...object } = found
      const hex = hexIn(object.key)
      if (!hex || live.has(hex)) continue
      const free = modified.getTime() + grace
      if (free > now.getTime()) {
        addTo(totals.young, object)
        if (!totals.nextPossible || free < totals.nextPossible.getTime()) totals.nextPossible = new Date(free)
        continue
      }
      addTo(totals, object)
      await parts.add(object)
    }
  }
  return { totals, parts: await parts.end() }
}

class Parts {
  readonly #vault: Vault
  readonly #generation: Generation | undefined
  #part: Condemned[] = []
  #weight = 0
  #count = 0

  constructor(vault: Vault, generation: Generation | undefined) {
    this.#vault = vault
    this.#generation = generation
  }

  async add(object: Condemned): Promise<void> {
    this.#part.push(object)
    this.#weight += object.versions?.length ?? 1
    if (this.#weight >= partSize) await this.#flush()
  }

  async end(): Promise<number> {
    await this.#flush()
    return this.#count
  }

  async #flush(): Promise<void> {
    const key = this.#generation && gcKeys.part(this.#generation.id, this.#count)
    if (key && this.#part.length > 0) {
      this.#count++
      await writePart(this.#vault, key, this.#part)
    }
    this.#part = []
    this.#weight = 0
    await this.#generation?.alive()
  }
}

export function addTotals(...all: Totals[]): Totals {
  const sum = (pick: (totals: Totals) => number) => all.reduce((total, each) => total + pick(each), 0)
  return {
    blobs: sum((each) => each.blobs),
    objects: sum((each) => each.objects),
    bytes: sum((each) => each.bytes),
  }
}

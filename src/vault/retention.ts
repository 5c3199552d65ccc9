import { plural } from '../core/bytes.ts'
import { HoldfastError } from '../core/errors.ts'
import type { SnapshotRoot } from './format.ts'

/** How many of each to keep. Of an hour, a day ... the newest snapshot stands for it (UTC; weeks begin on Monday). */
export interface RetentionPolicy {
  last?: number
  hourly?: number
  daily?: number
  weekly?: number
  monthly?: number
  yearly?: number
}

export interface RetentionFacts {
  /** Ids of snapshots that are held. */
  holds: ReadonlySet<string>
  /** The store's time. Snapshots that claim to be later are kept and count for nothing. */
  now: Date
  /** Ids of suspicious snapshots whose loss of images was intended: they hold nothing. */
  accepted?: ReadonlySet<string>
}

export interface KeptSnapshot {
  root: SnapshotRoot
  /** `last`, `daily` ..., `held`, `future`, `before ID` (which is suspicious). Never empty. */
  reasons: string[]
}

export interface Suspicious {
  root: SnapshotRoot
  predecessor: SnapshotRoot
}

export interface Retention {
  kept: KeptSnapshot[]
  forgotten: SnapshotRoot[]
  /** Snapshots that lost more than 30 % of the images of the one before. */
  suspicious: Suspicious[]
}

/** Two machines' clocks may differ by this much without anybody having done wrong. */
const clockTolerance = 60 * 60 * 1000
const suspiciousLoss = 0.3

type Slot = keyof RetentionPolicy

const slots: Record<Slot, (root: SnapshotRoot) => string> = {
  last: (root) => root.id,
  hourly: (root) => root.time.slice(0, 13),
  daily: (root) => root.time.slice(0, 10),
  weekly: (root) => weekOf(root.time),
  monthly: (root) => root.time.slice(0, 7),
  yearly: (root) => root.time.slice(0, 4),
}
const slotNames = Object.keys(slots) as Slot[]

/**
 * What stays and what goes, of all registries. Given the roots oldest first. Pure. Throws `prune-refused` when a
 * registry would be left without a complete snapshot that it has.
 */
export function retain(
  roots: readonly SnapshotRoot[],
  policy: RetentionPolicy,
  facts: RetentionFacts,
): Retention {
  const answer: Retention = { kept: [], forgotten: [], suspicious: [] }
  for (const ofRegistry of byRegistry(roots).values()) {
    const one = retainOne(ofRegistry, policy, facts)
    refuseLastComplete(ofRegistry, one)
    answer.kept.push(...one.kept)
    answer.forgotten.push(...one.forgotten)
    answer.suspicious.push(...one.suspicious)
  }
  return answer
}

function byRegistry(roots: readonly SnapshotRoot[]): Map<string, SnapshotRoot[]> {
  const groups = new Map<string, SnapshotRoot[]>()
  for (const root of roots) {
    const group = groups.get(root.registry.key)
    if (group) group.push(root)
    else groups.set(root.registry.key, [root])
  }
  return groups
}

function retainOne(roots: SnapshotRoot[], policy: RetentionPolicy, facts: RetentionFacts): Retention {
  const latest = facts.now.getTime() + clockTolerance
  const past = roots.filter((root) => new Date(root.time).getTime() <= latest)
  const reasons = new Map(roots.map((root) => [root, new Set<string>()]))
  const keep = (root: SnapshotRoot, reason: string) => reasons.get(root)?.add(reason)
  const counted = new Set(past)
  for (const root of roots) {
    if (facts.holds.has(root.id)) keep(root, 'held')
    if (!counted.has(root)) keep(root, 'future')
  }
  fillSlots(past, policy, keep)
  const suspicious = suspiciousIn(past)
  for (const { root, predecessor } of suspicious) {
    if (facts.accepted?.has(root.id)) continue
    keep(predecessor, `before ${root.id}`)
    const whole = past.slice(0, past.indexOf(root)).findLast(({ complete }) => complete)
    if (whole) keep(whole, `before ${root.id}`)
  }
  const has = (root: SnapshotRoot) => (reasons.get(root)?.size ?? 0) > 0
  return {
    kept: roots.filter(has).map((root) => ({ root, reasons: [...(reasons.get(root) ?? [])] })),
    forgotten: roots.filter((root) => !has(root)),
    suspicious,
  }
}

/**
 * Complete snapshots fill the slots among themselves. Partial ones stay besides them where they would have had a slot:
 * they never take the place of a complete one.
 */
function fillSlots(
  past: SnapshotRoot[],
  policy: RetentionPolicy,
  keep: (root: SnapshotRoot, reason: string) => void,
): void {
  const whole = past.filter((root) => root.complete)
  for (const slot of slotNames) {
    for (const root of newestOfEach(whole, slot, policy[slot] ?? 0)) keep(root, slot)
    for (const root of newestOfEach(past, slot, policy[slot] ?? 0)) if (!root.complete) keep(root, slot)
  }
}

function newestOfEach(roots: SnapshotRoot[], slot: Slot, count: number): SnapshotRoot[] {
  const found = new Map<string, SnapshotRoot>()
  for (const root of roots.toReversed()) {
    const name = slots[slot](root)
    if (found.has(name)) continue
    if (found.size >= count) break
    found.set(name, root)
  }
  return [...found.values()]
}

export function suspiciousIn(roots: readonly SnapshotRoot[]): Suspicious[] {
  return roots.flatMap((root, at) => {
    const predecessor = roots[at - 1]
    if (!predecessor) return []
    const lost = root.totals.manifests < predecessor.totals.manifests * (1 - suspiciousLoss)
    return lost ? [{ root, predecessor }] : []
  })
}

function refuseLastComplete(roots: SnapshotRoot[], { kept, forgotten }: Retention): void {
  const had = roots.some((root) => root.complete)
  const left = kept.some(({ root }) => root.complete || !had)
  if (left || forgotten.length === 0) return
  throw wouldLeaveNothing(roots[0]?.registry.url ?? '', forgotten.length)
}

export function wouldLeaveNothing(registry: string, forgotten: number): HoldfastError {
  return new HoldfastError('prune-refused', {
    what: `${registry} would be left without a complete snapshot. Nothing was forgotten or deleted.`,
    why: `The policy (or two prunes together) would forget ${plural(forgotten, 'snapshot')} and keep no complete one.`,
    next: 'Keep at least one, for example with --keep-last 1.',
  })
}

/** Monday of the week, as a date: unlike a number it is one thing at the turn of the year. */
function weekOf(time: string): string {
  const day = new Date(`${time.slice(0, 10)}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
  return day.toISOString().slice(0, 10)
}

import type { Digest } from '../core/digest.ts'
import type { ManifestRow } from '../vault/format.ts'

/**
 * Every manifest after its children and after its subject (ecr-facts 4.6), and otherwise in the order in which they
 * were first pushed: count-based lifecycle rules keep the newest, and restored images are as old as their push
 * (ecr-facts 2.2). Children and subjects outside the table do not count.
 */
export function restoreOrder(rows: readonly ManifestRow[]): ManifestRow[] {
  const table = new Map(rows.map((row) => [row.digest, row]))
  const placed = new Set<Digest>()
  const order: ManifestRow[] = []
  for (const row of [...rows].sort(byPush)) place(row, { table, placed, order })
  return order
}

interface Placing {
  table: Map<Digest, ManifestRow>
  placed: Set<Digest>
  order: ManifestRow[]
}

/** Without recursion: a chain of referrers may be as long as the repository is large. */
function place(first: ManifestRow, { table, placed, order }: Placing): void {
  const entered = new Set<Digest>()
  const stack = [first]
  for (let row = stack.at(-1); row; row = stack.at(-1)) {
    const waiting = entered.has(row.digest) || placed.has(row.digest) ? [] : needs(row, table).sort(byPush)
    entered.add(row.digest)
    // Reversed: the oldest is on top. One that was entered already closes a circle, which only a forged state has.
    const open = waiting.filter((need) => !placed.has(need.digest) && !entered.has(need.digest)).reverse()
    if (open.length > 0) stack.push(...open)
    else {
      stack.pop()
      if (!placed.has(row.digest)) order.push(row)
      placed.add(row.digest)
    }
  }
}

function needs(row: ManifestRow, table: Map<Digest, ManifestRow>): ManifestRow[] {
  const digests = row.subject ? [...row.manifests, row.subject] : row.manifests
  return digests.map((digest) => table.get(digest)).filter((found) => found !== undefined)
}

export function byPush(a: ManifestRow, b: ManifestRow): number {
  const [left, right] = [a.pushedAt ?? '', b.pushedAt ?? '']
  if (left !== right) return left < right ? -1 : 1
  return a.digest < b.digest ? -1 : 1
}

/**
 * Manifests that cannot be put because something that they need is not there: an index whose child the vault lacks
 * (the target would refuse it: ReferencedImagesNotFound, ecr-facts 4.6), and what leans on such a one.
 * Digest -> what it lacks. `absent` are manifests that are known not to come.
 */
export function blockedBy(rows: readonly ManifestRow[], absent: ReadonlySet<Digest>): Map<Digest, Digest> {
  const blocked = new Map<Digest, Digest>()
  const table = new Set(rows.map((row) => row.digest))
  const isOut = (digest: Digest) => absent.has(digest) || blocked.has(digest)
  for (const row of restoreOrder(rows)) {
    const child = row.manifests.find((digest) => !table.has(digest) || isOut(digest))
    const lacking = child ?? (row.subject && isOut(row.subject) ? row.subject : undefined)
    if (lacking) blocked.set(row.digest, lacking)
  }
  return blocked
}

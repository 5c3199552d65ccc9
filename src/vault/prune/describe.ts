import type { SnapshotRoot } from '../format.ts'
import type { Retention } from '../retention.ts'
import type { OpenClaim } from './claims.ts'
import type { PrunedSnapshot, PruneReport } from './report.ts'

/** A run that has not ended after this long, by the store's clock, is revoked without waiting. */
export const runDeadAfter = 24 * 60 * 60 * 1000

export function describe({ id, registry, time, complete }: SnapshotRoot): PrunedSnapshot {
  return { id, registry: registry.url, time, complete }
}

export function suspiciousOf({ suspicious }: Retention): PruneReport['suspicious'] {
  return suspicious.map(({ root, predecessor }) => ({
    ...describe(root),
    predecessor: predecessor.id,
    images: root.totals.manifests,
    imagesBefore: predecessor.totals.manifests,
  }))
}

/** Nothing when there is nobody to wait for. */
export function waitedFor(young: OpenClaim[]): Partial<PruneReport> {
  if (young.length === 0) return {}
  const latest = Math.max(...young.map(({ since }) => since.getTime()))
  return {
    waitingFor: young.map(({ run, root, since }) => ({ run, root, since: since.toISOString() })),
    nextPossible: new Date(latest + runDeadAfter).toISOString(),
  }
}

import { shortDigest } from '../core/digest.ts'
import type { LatestScan, MissingAnswer, RepositoryInventory } from '../inventory/inventory.ts'

/** ACTIVE: Inspector scans it continuously, and what it found so far is there. */
const finished = new Set(['COMPLETE', 'ACTIVE'])

export const isFinished = ({ status }: LatestScan): boolean => finished.has(status)

export interface RepositoryScans {
  /** Of the newest image first, then of those in use. */
  scans: readonly LatestScan[]
  /** Why there may be more; what is there stays true. */
  missing?: MissingAnswer
}

/** Of every image that counts: the newest and those that run. */
export function scansOf({ latestScan, deployedScans }: RepositoryInventory): RepositoryScans {
  const newest = 'ok' in latestScan && latestScan.ok !== null ? [latestScan.ok] : []
  const deployed = 'ok' in deployedScans ? deployedScans.ok : []
  const missing = [latestScan, deployedScans].find((answer) => 'error' in answer)
  return {
    scans: [...newest, ...deployed],
    ...(missing && 'error' in missing && { missing: missing.error }),
  }
}

/** `0a1b2c3d4e5f`, or `0a1b2c3d4e5f, which is in use`. */
export function imageWords(scan: LatestScan, { latestScan }: RepositoryInventory): string {
  const newest = 'ok' in latestScan && latestScan.ok?.digest === scan.digest
  return newest ? shortDigest(scan.digest) : `${shortDigest(scan.digest)}, which is in use,`
}

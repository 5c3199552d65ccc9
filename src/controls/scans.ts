import { shortDigest } from '../core/digest.ts'
import type { Inventory, LatestScan, MissingAnswer, RepositoryInventory } from '../inventory/inventory.ts'
import { usesOf } from './uses.ts'

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
export function scansOf(
  { latestScan, deployedScans }: RepositoryInventory,
  inventory: Inventory,
): RepositoryScans {
  if ('error' in latestScan)
    return { scans: 'ok' in deployedScans ? deployedScans.ok : [], missing: latestScan.error }
  const newest = latestScan.ok === null ? [] : [latestScan.ok]
  if ('error' in deployedScans) return { scans: newest, missing: deployedScans.error }
  const scans = [...newest, ...deployedScans.ok]
  // Where nothing can be scanned nothing that is in use can be.
  const missing = newest.length > 0 ? usesOf(inventory).missing : undefined
  return { scans, ...(missing && { missing }) }
}

/** `0a1b2c3d4e5f`, or `0a1b2c3d4e5f, which is in use`. */
export function imageWords(scan: LatestScan, { latestScan }: RepositoryInventory): string {
  const newest = 'ok' in latestScan && latestScan.ok?.digest === scan.digest
  return newest ? shortDigest(scan.digest) : `${shortDigest(scan.digest)}, which is in use,`
}

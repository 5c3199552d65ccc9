import { archiveNote, prices, transferNote } from './prices.ts'
import type { BackupEstimate, BackupPlan, RepositoryBackupPlan } from './report.ts'
import type { Source } from './source.ts'

/** Assumption: a few hundred Mbit/s is what one machine gets from S3 without effort. Stated beside the time. */
const lineBytesPerSecond = 50 * 1024 * 1024
/** Assumption, for a registry that no snapshot knows: a config and a few layers, some of them shared. */
const blobsPerManifest = 4
/** Larger objects go to S3 in parts of this size. */
const partBytes = 8 * 1024 * 1024
/** Claim, shard, root and report of a run. */
const documentsPerRun = 4

/** Out of the archive class, and back. */
const moves = 'ecr:UpdateImageStorageClass'

export interface Known {
  repositories: readonly RepositoryBackupPlan[]
  totals: BackupPlan['totals']
  /** What asking for the plan took: the backup asks the same again. */
  asked: Readonly<Record<string, number>>
  /** Of the newest snapshot. */
  before: { manifests: number; blobs: number } | undefined
  storeUrl: string
}

/** What a backup would take, from what listings tell; nothing of it is exact but what `exact` of the plan names. */
export function estimateBackup(source: Source, known: Known): BackupEstimate {
  const { totals, before } = known
  const ratio = before && before.manifests > 0 ? before.blobs / before.manifests : blobsPerManifest
  const blobs = Math.round(totals.manifestsNew * ratio)
  const requests = { ...known.asked }
  const newManifests = known.repositories.map(({ manifests }) => manifests.new).filter((count) => count > 0)
  for (const [operation, count] of Object.entries(source.foresee?.({ newManifests, blobs }) ?? {}))
    requests[operation] = (requests[operation] ?? 0) + count
  const archive = archiveOf(known.repositories)
  if (archive) requests[moves] = (requests[moves] ?? 0) + 2 * archive.images
  const rates = ratesOf(source, requests)
  return {
    blobs,
    ...(totals.estimatedBytes !== undefined && { bytes: totals.estimatedBytes }),
    requests,
    rates,
    ...timeOf(requests, rates, totals.estimatedBytes),
    lineBytesPerSecond,
    ...(archive && { archive }),
    ...(known.storeUrl.startsWith('s3://') && { s3: costOf(known, blobs) }),
  }
}

function ratesOf(source: Source, requests: Record<string, number>): Record<string, number> {
  const rates: Record<string, number> = {}
  for (const operation of Object.keys(requests)) {
    const rate = source.rateOf?.(operation)
    if (rate !== undefined) rates[operation] = rate
  }
  return rates
}

/** Operations have budgets of their own and run side by side, beside the bytes: the slowest of all decides. */
function timeOf(
  requests: Record<string, number>,
  rates: Record<string, number>,
  bytes = 0,
): Pick<BackupEstimate, 'seconds' | 'limitedBy'> {
  let slowest = { seconds: bytes / lineBytesPerSecond, limitedBy: 'bytes' }
  for (const [operation, rate] of Object.entries(rates)) {
    const seconds = (requests[operation] ?? 0) / rate
    if (seconds > slowest.seconds) slowest = { seconds, limitedBy: operation }
  }
  return { ...slowest, seconds: Math.ceil(slowest.seconds) }
}

function costOf({ totals, repositories }: Known, blobs: number): NonNullable<BackupEstimate['s3']> {
  const bytes = totals.estimatedBytes ?? 0
  const states = repositories.filter(({ change }) => change === 'new' || change === 'changed').length
  const puts = blobs + Math.floor(bytes / partBytes) + totals.manifestsNew + states + documentsPerRun
  const requestsUsd = (puts * prices.putsPerThousand + blobs * prices.headsPerThousand) / 1000
  return {
    puts,
    requestsUsd: cents(requestsUsd),
    ...(totals.estimatedBytes !== undefined && {
      storageUsdPerMonth: cents((bytes / 1e9) * prices.storageGbMonth),
    }),
    prices: { asOf: prices.asOf, region: prices.region },
    note: transferNote,
  }
}

/** ecr-facts 2.11: typically within 20 minutes. */
function archiveOf(repositories: Known['repositories']): BackupEstimate['archive'] {
  const images = repositories.reduce((total, { manifests }) => total + manifests.woken, 0)
  if (images === 0) return undefined
  const bytes = repositories.reduce((total, { wokenBytes = 0 }) => total + wokenBytes, 0)
  const restoreUsd = cents((bytes / 1e9) * prices.archiveRestoreGb)
  return { images, bytes, minutes: 20, restoreUsd, note: archiveNote }
}

/** To a hundredth of a cent: what is less is nothing. */
function cents(usd: number): number {
  return Math.round(usd * 10_000) / 10_000
}

import type { ScanSummary } from '../ecr/scanning.ts'
import type { ImageInventory, LatestScan } from './inventory.ts'

/** A push of an index takes its children along: they were pushed shortly before it. */
const pushWindow = 10 * 60_000
const childrenAsked = 4
/** These do not speak for an index: ECR scans the images under it, not the index. */
const silent = new Set(['NONE', 'UNSUPPORTED_IMAGE'])

export type AskScan = (digest: string) => Promise<ScanSummary>

/**
 * The scan of the newest image that can be scanned: the active image or index that was pushed last, whatever its
 * tag; archived ones and artifacts (signatures, charts, attestations) are passed over. An index counts by the scan
 * that ECR gives for itself, or else by the newest of its likely children that was scanned: untagged images pushed
 * within ten minutes of it, four at most. Which children it really has is only in its manifest, which an audit must
 * not read (law 2).
 * Assumption: a scan of an index is answered with ScanNotFoundException or UNSUPPORTED_IMAGE, if it has none.
 */
export async function newestScan(
  images: readonly ImageInventory[],
  ask: AskScan,
): Promise<LatestScan | null> {
  const newest = newestFirst(images)[0]
  return newest ? await scanOf(newest, images, ask) : null
}

/** The scan of an image, or the one that speaks for an index. */
export async function scanOf(
  image: ImageInventory,
  images: readonly ImageInventory[],
  ask: AskScan,
): Promise<LatestScan> {
  let best: LatestScan = { digest: image.digest, ...(await ask(image.digest)) }
  if (image.kind !== 'index' || !silent.has(best.status)) return best
  for (const child of likelyChildren(image, images)) {
    best = { digest: child.digest, ...(await ask(child.digest)) }
    if (!silent.has(best.status)) return best
  }
  return best
}

/** On one instant an index is newer than the images under it, and tagged is newer than untagged. */
function newestFirst(images: readonly ImageInventory[]): ImageInventory[] {
  const rank = (image: ImageInventory) => Number(image.kind === 'index') * 2 + Number(image.tags.length > 0)
  return images
    .filter((image) => image.status === 'ACTIVE' && image.kind !== 'artifact')
    .sort((a, b) => byPush(b, a) || rank(b) - rank(a) || (a.digest < b.digest ? -1 : 1))
}

function likelyChildren(index: ImageInventory, images: readonly ImageInventory[]): ImageInventory[] {
  return newestFirst(images)
    .filter((image) => image.kind === 'image' && image.tags.length === 0)
    .filter((image) => Math.abs(byPush(image, index)) <= pushWindow)
    .slice(0, childrenAsked)
}

function byPush(a: ImageInventory, b: ImageInventory): number {
  return Date.parse(a.pushedAt) - Date.parse(b.pushedAt)
}

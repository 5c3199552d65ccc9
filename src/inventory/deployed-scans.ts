import type { EcrControl } from '../ecr/control.ts'
import { answer } from './answer.ts'
import type { Answer, ImageInventory, LatestScan, RepositoryInventory } from './inventory.ts'
import type { ImageUse } from './neighbours.ts'
import { scanOf } from './newest-scan.ts'

/** A repository of which more images run at once is judged by these. */
const most = 20

/** The scans of the images in use, or of what speaks for an index; the newest image's is known already. */
export async function deployedScans(
  ecr: EcrControl,
  found: Pick<RepositoryInventory, 'name' | 'images' | 'latestScan'> & { uses: readonly ImageUse[] },
  signal: AbortSignal,
): Promise<Answer<LatestScan[]>> {
  const { name, images, latestScan, uses } = found
  if ('error' in images) return uses.length > 0 ? images : { ok: [] }
  const newest = 'ok' in latestScan ? latestScan.ok?.digest : undefined
  const wanted = usedImages(images.ok, uses).filter(({ digest }) => digest !== newest)
  const ask = (digest: string) => ecr.describeImageScanFindings(name, digest, signal)
  const read = async () => {
    const scans = new Map<string, LatestScan>()
    for (const image of wanted.slice(0, most)) {
      const scan = await scanOf(image, images.ok, ask)
      if (scan.digest !== newest) scans.set(scan.digest, scan)
    }
    return [...scans.values()]
  }
  return answer('ecr:DescribeImageScanFindings', read())
}

/** The images of a repository that these uses name, by digest or by tag; the newest first. */
export function usedImages(images: readonly ImageInventory[], uses: readonly ImageUse[]): ImageInventory[] {
  const digests = new Set(uses.flatMap(({ digest }) => digest ?? []))
  const tags = new Set(uses.flatMap(({ digest, tag }) => (digest ? [] : (tag ?? []))))
  return images
    .filter((image) => digests.has(image.digest) || image.tags.some((tag) => tags.has(tag)))
    .filter(({ kind }) => kind !== 'artifact')
    .sort((a, b) => (a.pushedAt < b.pushedAt ? 1 : -1))
}

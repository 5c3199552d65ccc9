import { plural } from '../../core/bytes.ts'
import { shortDigest } from '../../core/digest.ts'
import type { ImageInventory, Inventory } from '../../inventory/inventory.ts'
import type { LifecycleRule } from '../../lifecycle/policy.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { daysSince } from '../days.ts'
import { readLifecycle } from '../lifecycle-text.ts'
import { notJudged } from '../policy-verdict.ts'

const staleAfter = 30
/** A push of an index takes its children along. */
const pushWindow = 10 * 60_000

export const untaggedStale: RepositoryControl = {
  id: 'untagged-stale',
  title: 'Untagged images do not stay for ever',
  severity: 'low',
  why: 'Images that lost their tag are seldom wanted; they cost money and can still be pulled by digest.',
  needs: ['ecr:DescribeImages', 'ecr:GetLifecyclePolicy'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['SI-12'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'SOC 2', ids: ['C1.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.10'] },
  ],
  fix: 'Add a lifecycle rule that expires untagged images by age.',
  scope: 'repository',
  judge: ({ images, lifecyclePolicy }, inventory) => {
    if ('error' in images) return unknown(images.error)
    if (images.ok.length === 0) return notApplicable('The repository is empty.')
    const stale = staleImages(images.ok, inventory)
    if (stale.length === 0) return pass(`No untagged image is older than ${staleAfter} days.`)
    if ('error' in lifecyclePolicy) return unknown(lifecyclePolicy.error)
    const { rule, strange } = coveringRule(lifecyclePolicy.ok)
    if (strange) return notJudged(`the lifecycle policy has members that are not known here: ${strange}`)
    if (rule)
      return pass(`${plural(stale.length, 'stale image')}, which lifecycle rule ${rule.priority} covers.`)
    return staleVerdict(stale, inventory)
  },
}

function staleVerdict(stale: ImageInventory[], inventory: Inventory): Verdict {
  const oldest = stale.reduce((a, b) => (a.pushedAt < b.pushedAt ? a : b))
  const age = plural(daysSince(oldest.pushedAt, inventory) ?? staleAfter, 'day')
  const reason = `${plural(stale.length, 'untagged image')}, the oldest pushed ${age} ago, and no lifecycle rule for them.`
  return fail(reason, {
    images: stale.slice(0, 10).map(({ digest }) => shortDigest(digest)),
    bytes: stale.reduce((sum, { bytes }) => sum + bytes, 0),
  })
}

/**
 * Garbage, as far as it can be told without manifests: not archived, no artifact (signatures have no tag by design),
 * and no image that was pushed within ten minutes of an index, since that is probably one of its children.
 */
function staleImages(images: ImageInventory[], inventory: Inventory): ImageInventory[] {
  const indexes = images
    .filter(({ kind }) => kind === 'index')
    .map(({ pushedAt }) => Date.parse(pushedAt))
    .sort((a, b) => a - b)
  return images.filter((image) => {
    if (image.tags.length > 0 || image.status !== 'ACTIVE' || image.kind === 'artifact') return false
    if ((daysSince(image.pushedAt, inventory) ?? 0) <= staleAfter) return false
    return image.kind === 'index' || !isNear(indexes, Date.parse(image.pushedAt))
  })
}

/** By halving: a repository may hold ten thousand images and as many indexes. */
function isNear(sorted: number[], time: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < time - pushWindow) low = middle + 1
    else high = middle
  }
  return (sorted[low] ?? Number.POSITIVE_INFINITY) <= time + pushWindow
}

/** `strange`: what the rules do with those members is not known. */
function coveringRule(text: string | null): { rule?: LifecycleRule | undefined; strange?: string } {
  const parsed = text === null ? { rules: [], strange: [] } : readLifecycle(text)
  if ('unreadable' in parsed) return {}
  if (parsed.strange.length > 0) return { strange: parsed.strange.slice(0, 3).join(', ').slice(0, 120) }
  const rule = parsed.rules.find(
    ({ tagStatus, storageClass }) => tagStatus !== 'tagged' && storageClass === 'standard',
  )
  return { rule }
}

import { plural } from '../core/bytes.ts'
import { type Digest, shortDigest } from '../core/digest.ts'
import type { LifecycleImage } from '../lifecycle/image.ts'
import { parseLifecycle } from '../lifecycle/parse.ts'
import { type ImageVerdict, simulate } from '../lifecycle/simulate.ts'
import { isIndexType } from '../oci/media-types.ts'
import type { ManifestRow, RepositoryState } from '../vault/format.ts'
import type { PlannedExpiry, PlannedTag } from './report.ts'
import type { RepositoryContents } from './target.ts'

const soonDays = 30
const day = 24 * 60 * 60 * 1000

export interface LifecyclePolicies {
  /** What the restore sets; else what the target has stays. */
  set?: string | undefined
  found?: string | undefined
}

export interface ExpectedResult {
  state: RepositoryState
  /** What the target has of the repository now. */
  contents: RepositoryContents
  /** In the order in which they are sent. */
  manifests: readonly ManifestRow[]
  tags: readonly PlannedTag[]
  archive: readonly Digest[]
  policies: LifecyclePolicies
}

/**
 * Images of the snapshot that the lifecycle policy would expire after the restore: restored images count as pushed now
 * (ecr-facts 2.2 and 3.2), so that a rule by count may keep others than before and a rule by age begins again. When
 * nothing is sent, nothing changes, and nothing is said.
 */
export function foreseeExpiry(
  result: ExpectedResult,
  now: Date,
): { expires: PlannedExpiry[]; warnings: string[] } {
  const { policies, manifests } = result
  const policy = policies.set ?? policies.found
  if (policy === undefined || manifests.length === 0) return { expires: [], warnings: [] }
  const parsed = parseLifecycle(policy)
  if ('unreadable' in parsed) return { expires: [], warnings: [unknownWords(parsed.unreadable)] }
  const { images, end } = imagesAfter(result, now)
  const own = new Set<string>(result.state.manifests.map(({ digest }) => digest))
  const takenAt = (time: number) =>
    simulate(parsed.rules, images, { now: new Date(time) }).images.filter(
      ({ outcome, image }) => outcome === 'expired' && own.has(image.digest),
    )
  const atOnce = takenAt(end)
  const first = new Set(atOnce.map(({ image }) => image.digest))
  const soon = takenAt(now.getTime() + soonDays * day).filter(({ image }) => !first.has(image.digest))
  const expires = [
    ...atOnce.map((verdict) => expiryOf(verdict, 'at-once')),
    ...soon.map((verdict) => expiryOf(verdict, '30-days')),
  ]
  const strange = parsed.strange.length > 0 ? [unknownWords(`it has ${parsed.strange[0]}`)] : []
  return {
    expires,
    warnings: [...(expires.length > 0 ? [words(expires, policies.set !== undefined)] : []), ...strange],
  }
}

/** A second apart, so that rules by count see the order of the pushes. `end`: when the last is there. */
function imagesAfter(result: ExpectedResult, now: Date): { images: LifecycleImage[]; end: number } {
  const { state, contents, manifests, archive } = result
  const tags = tagsAfter(result)
  const pushed = new Map(
    manifests.map(({ digest }, at) => [digest, new Date(now.getTime() + at * 1000).toISOString()]),
  )
  const end = new Date(now.getTime() + manifests.length * 1000)
  const archived = new Set(archive)
  const rows = state.manifests.filter((row) => contents.digests.has(row.digest) || pushed.has(row.digest))
  const known = new Set(rows.map(({ digest }) => digest))
  const images = rows.map((row) => {
    const isArchived = archived.has(row.digest) || (!pushed.has(row.digest) && row.status === 'archived')
    return {
      ...imageOf(row),
      tags: tags.get(row.digest) ?? [],
      pushedAt: pushed.get(row.digest) ?? contents.activeSince?.get(row.digest) ?? row.pushedAt ?? '',
      ...(!pushed.has(row.digest) && row.lastPull && { lastPull: row.lastPull }),
      ...(isArchived ? { status: 'ARCHIVED' as const, archivedAt: end.toISOString() } : active),
    }
  })
  const others = [...contents.digests]
    .filter((digest) => !known.has(digest))
    .map((digest) => ({
      ...unknownImage,
      digest,
      tags: tags.get(digest) ?? [],
      pushedAt: contents.activeSince?.get(digest) ?? '',
    }))
  return { images: [...images, ...others], end: end.getTime() }
}

const active = { status: 'ACTIVE' as const }

/** What the target has besides: a listing that was made for a restore says no more of it. */
const unknownImage = { ...active, kind: 'image' as const, bytes: 0 }

function imageOf(
  row: ManifestRow,
): Pick<LifecycleImage, 'digest' | 'kind' | 'bytes' | 'children' | 'subject'> {
  const isArtifact = row.artifactType !== undefined || row.subject !== undefined
  return {
    digest: row.digest,
    kind: isIndexType(row.mediaType) ? 'index' : isArtifact ? 'artifact' : 'image',
    bytes: row.size,
    children: row.manifests,
    ...(row.subject && { subject: row.subject }),
  }
}

function tagsAfter({ contents, tags }: ExpectedResult): Map<string, string[]> {
  const target = new Map(contents.tags)
  for (const { tag, digest } of tags) target.set(tag, digest)
  const found = new Map<string, string[]>()
  for (const [tag, digest] of target) found.set(digest, [...(found.get(digest) ?? []), tag])
  return found
}

function expiryOf({ image, rule, why }: ImageVerdict, when: PlannedExpiry['when']): PlannedExpiry {
  return {
    digest: image.digest as Digest,
    tags: [...image.tags].sort(),
    when,
    ...(rule !== undefined && { rule }),
    why,
  }
}

function words(expires: readonly PlannedExpiry[], policyIsSet: boolean): string {
  const count = (when: PlannedExpiry['when']) => expires.filter((each) => each.when === when).length
  const amounts = [
    ...(count('at-once') > 0 ? [`${plural(count('at-once'), 'image')} at once (within 24 hours)`] : []),
    ...(count('30-days') > 0 ? [`${plural(count('30-days'), 'image')} within ${soonDays} days`] : []),
  ]
  const named = expires.slice(0, 5).map(({ tags, digest }) => tags[0] ?? shortDigest(digest))
  const more = expires.length > named.length ? ` and ${expires.length - named.length} more` : ''
  const wayOut = policyIsSet ? '--settings none leaves the policy out' : 'change the policy first'
  return (
    `its lifecycle policy would expire ${amounts.join(' and ')}: ${named.join(', ')}${more}; restored images count as ` +
    `pushed now. To keep them: ${wayOut}`
  )
}

function unknownWords(reason: string): string {
  return (
    `what its lifecycle policy does is not known (${reason}); for it, restored images are new: rules by age start ` +
    'again, and rules by count may expire images soon after the restore'
  )
}

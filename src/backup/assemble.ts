import type { Digest } from '../core/digest.ts'
import { isTag } from '../core/reference.ts'
import { canonicalText } from '../vault/canonical.ts'
import type { BlobRow, ManifestRow, RepositorySettings, RepositoryState, Skipped } from '../vault/format.ts'
import type { Reading } from './images.ts'
import type { ListedImage } from './source.ts'

/** The state of a repository from what was listed and what is held, and everything that it lacks. */
export function assemble(
  reading: Reading,
  settings: RepositorySettings,
): { state: RepositoryState; skipped: Skipped[] } {
  const manifests = heldRows(reading)
  const held = new Set(manifests.map((row) => row.digest))
  const { tags, refused } = tagsOf(reading, held)
  const state: RepositoryState = {
    schema: 'holdfast.state/1',
    repository: reading.repository,
    settings,
    blobs: blobsOf(reading, manifests),
    manifests,
    tags,
  }
  return { state, skipped: [...lacking(reading, manifests, held), ...refused] }
}

/** Every listed image that is held, and children that no listing shows; sorted by digest. */
function heldRows(reading: Reading): ManifestRow[] {
  const rows = new Map<Digest, ManifestRow>()
  const queue: Digest[] = [...reading.listing.keys()]
  for (let digest = queue.pop(); digest; digest = queue.pop()) {
    const row = reading.rows.get(digest)
    if (!row || rows.has(digest)) continue
    rows.set(digest, asListed(row, reading.listing.get(digest)))
    queue.push(...row.manifests)
  }
  return [...rows.values()].sort(byDigest)
}

function asListed(row: ManifestRow, listed: ListedImage | undefined): ManifestRow {
  if (!listed) return row
  const { pushedAt: _pushed, lastPull: _pulled, ...rest } = row
  const { pushedAt, lastPull, status } = listed
  return { ...rest, ...(pushedAt && { pushedAt }), ...(lastPull && { lastPull }), status }
}

function blobsOf(reading: Reading, manifests: ManifestRow[]): BlobRow[] {
  const rows = new Map<Digest, BlobRow>()
  for (const digest of manifests.flatMap((row) => row.blobs)) {
    const row = reading.blobs.get(digest)
    if (row) rows.set(digest, row)
  }
  return [...rows.values()].sort(byDigest)
}

function tagsOf(reading: Reading, held: Set<Digest>) {
  const found: [string, Digest][] = []
  const refused: Skipped[] = []
  for (const { digest, tags } of reading.listing.values()) {
    for (const tag of tags) {
      if (!isTag(tag)) refused.push(badTag(reading.repository, digest, tag))
      else if (held.has(digest)) found.push([tag, digest])
    }
  }
  // fromEntries, unlike assignment, makes an ordinary member of `__proto__`, which is a legal tag.
  const tags = Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
  return { tags, refused }
}

function badTag(repository: string, digest: Digest, tag: string): Skipped {
  const reason = `The registry lists the tag ${JSON.stringify(tag)}, which no tag can be. The image is kept without it.`
  return { repository, digest, code: 'registry-answer-invalid', reason }
}

/** Listed images that are not held, and children of held indexes that are not. */
function lacking(reading: Reading, manifests: ManifestRow[], held: Set<Digest>): Skipped[] {
  const children = manifests.flatMap((row) => row.manifests)
  const missing = [...new Set([...reading.listing.keys(), ...children])]
    .filter((digest) => !held.has(digest))
    .sort()
  return missing.map((digest) => {
    const { code, reason } = whyNot(reading, digest)
    const tags = reading.listing.get(digest)?.tags ?? []
    const named = tags.length > 0 ? ` Tags: ${tags.slice(0, 20).join(', ')}.` : ''
    return { repository: reading.repository, digest, code, reason: `${reason}${named}` }
  })
}

function whyNot(reading: Reading, digest: Digest): { code: string; reason: string } {
  const failure = reading.failures.get(digest)
  if (failure) return failure
  const status = reading.listing.get(digest)?.status
  if (status === 'active')
    return { code: 'registry-answer-invalid', reason: 'The registry lists it, but did not send it.' }
  if (status === 'archived') return { code: 'image-archived', reason: howToUnarchive }
  if (status === 'activating') {
    const reason =
      'It is being restored from the archive and cannot be read yet. Back up again in 20 minutes.'
    return { code: 'image-activating', reason }
  }
  return { code: 'registry-not-found', reason: 'An index names it, but the registry does not have it.' }
}

/** ecr-facts 2.11: pulling an archived image answers 404, and nothing restores it by itself. */
const howToUnarchive =
  'It is archived and was never backed up before: ECR cannot serve it. Back up with --restore-archived, or bring it ' +
  'back (aws ecr update-image-storage-class, with --target-storage-class STANDARD), wait, and back up again.'

/** Equal but for the pull times: those alone do not make a new state. */
export function sameState(before: RepositoryState, after: RepositoryState): boolean {
  return (
    before.manifests.length === after.manifests.length &&
    before.blobs.length === after.blobs.length &&
    before.manifests.every((row, index) => sameRow(row, after.manifests[index])) &&
    sameTags(before.tags, after.tags) &&
    sameSettings(before.settings, after.settings)
  )
}

export function sameSettings(before: RepositorySettings, after: RepositorySettings): boolean {
  return canonicalText(before) === canonicalText(after)
}

/** What a manifest refers to follows from its digest; only what the registry adds can differ. */
function sameRow(before: ManifestRow, after: ManifestRow | undefined): boolean {
  return (
    before.digest === after?.digest && before.pushedAt === after.pushedAt && before.status === after.status
  )
}

function sameTags(before: Record<string, Digest>, after: Record<string, Digest>): boolean {
  const names = Object.keys(before)
  const sameCount = names.length === Object.keys(after).length
  return sameCount && names.every((name) => Object.hasOwn(after, name) && before[name] === after[name])
}

function byDigest(a: { digest: Digest }, b: { digest: Digest }): number {
  return a.digest < b.digest ? -1 : 1
}

import type { Digest } from '../core/digest.ts'
import type { ManifestRow } from '../vault/format.ts'
import type { PlannedTag } from './report.ts'

/**
 * The tag that each manifest takes along when it is put, which saves a put: its first one. A tag may only appear when
 * all that belongs to its image is there. Children go ahead of an index anyway; but where a referrer of the image or of
 * one of its children is put later, all tags of the image wait for the end.
 */
export function tagsAlong(
  manifests: readonly { digest: Digest }[],
  rows: ReadonlyMap<Digest, ManifestRow>,
  tags: readonly PlannedTag[],
): Map<Digest, PlannedTag> {
  const last = lastReferrers(manifests, rows)
  const along = new Map<Digest, PlannedTag>()
  const first = new Map([...tags].reverse().map((tag) => [tag.digest, tag]))
  for (const [at, { digest }] of manifests.entries()) {
    const tag = first.get(digest)
    if (tag && treeOf(digest, rows).every((each) => (last.get(each) ?? -1) < at)) along.set(digest, tag)
  }
  return along
}

/** By subject, where in the order the last of its referrers stands, and of theirs. */
function lastReferrers(
  manifests: readonly { digest: Digest }[],
  rows: ReadonlyMap<Digest, ManifestRow>,
): Map<Digest, number> {
  const last = new Map<Digest, number>()
  // From the end: a referrer comes after its subject, so that its own are known by then.
  for (const [at, { digest }] of [...manifests.entries()].reverse()) {
    const subject = rows.get(digest)?.subject
    if (subject) last.set(subject, Math.max(last.get(subject) ?? 0, last.get(digest) ?? 0, at))
  }
  return last
}

/** An image and everything below it; a forged circle ends. */
function treeOf(root: Digest, rows: ReadonlyMap<Digest, ManifestRow>): Digest[] {
  const found = new Set([root])
  for (const digest of found) for (const child of rows.get(digest)?.manifests ?? []) found.add(child)
  return [...found]
}

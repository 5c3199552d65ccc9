import { type Digest, digestOf } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { readManifest } from '../oci/manifest.ts'
import { mediaType } from '../oci/media-types.ts'
import { fallbackTag } from '../oci/referrers.ts'
import type { ManifestRow, RepositoryState } from '../vault/format.ts'
import type { NotRestored, Route } from './report.ts'
import { imageSetback } from './setback.ts'

export interface ReferrerTagging {
  route: Route
  /** At the target. */
  into: string
  state: RepositoryState
  /** Manifests that did not get there. */
  lost: ReadonlyMap<Digest, unknown>
  run: Run
}

/**
 * Where a registry has no referrers API, clients find what refers to an image by the tag `sha256-<hex of the image>`:
 * an index of its referrers (ecr-facts 4.7). A snapshot of a registry that has the API holds no such tags, so the restore
 * writes them. Entries that the tag has already stay. A tag that the snapshot itself holds is restored as it was, and
 * nothing else. Answers how many were written, and what could not be.
 */
export async function tagReferrers(
  tagging: ReferrerTagging,
): Promise<{ written: number; failed: Omit<NotRestored, 'repository'>[] }> {
  const { route, into, state, run } = tagging
  const failed: Omit<NotRestored, 'repository'>[] = []
  let written = 0
  for (const [subject, rows] of referrersBySubject(tagging)) {
    if (Object.hasOwn(state.tags, fallbackTag(subject))) continue
    try {
      const listed = await route.target.referrersTag?.(into, subject, run.signal)
      if (listed === undefined || listed === 'needless') return { written, failed }
      if (await addTo(tagging, { subject, rows, listed })) written++
    } catch (error) {
      const { kind, reason } = knownSetback(error, run)
      failed.push({ kind, digest: subject, reason: `What refers to it is not listed: ${reason}` })
    }
  }
  return { written, failed }
}

function referrersBySubject({ state, lost }: ReferrerTagging): Map<Digest, ManifestRow[]> {
  const found = new Map<Digest, ManifestRow[]>()
  for (const row of state.manifests) {
    if (!row.subject || lost.has(row.digest)) continue
    found.set(row.subject, [...(found.get(row.subject) ?? []), row])
  }
  return found
}

interface Adding {
  subject: Digest
  rows: readonly ManifestRow[]
  /** Bytes of the index that the tag points to now. */
  listed: Uint8Array | 'none'
}

/** False: all of them are listed already. */
async function addTo(tagging: ReferrerTagging, { subject, rows, listed }: Adding): Promise<boolean> {
  const { route, into, run } = tagging
  const before = listed === 'none' ? emptyIndex() : indexIn(listed)
  const known = new Set(before.manifests.map((entry) => entry['digest']))
  const added = []
  for (const row of rows) if (!known.has(row.digest)) added.push(await descriptorOf(route, row, run))
  if (added.length === 0) return false
  const index = { ...before, manifests: [...before.manifests, ...added] }
  const bytes = Buffer.from(JSON.stringify(index))
  const manifest = {
    digest: digestOf(bytes),
    mediaType: mediaType.ociIndex,
    bytes,
    tag: fallbackTag(subject),
  }
  await route.target.putManifest(into, manifest, run.signal)
  return true
}

type Entry = Record<string, unknown>

function emptyIndex(): { manifests: Entry[] } & Entry {
  return { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [] }
}

/** As it is, members that we do not know included. Anything but an index throws `registry-answer-invalid`. */
function indexIn(bytes: Uint8Array): { manifests: Entry[] } & Entry {
  readManifest(bytes, mediaType.ociIndex)
  return JSON.parse(Buffer.from(bytes).toString())
}

/** What the referrers API would say of it: the type of an artifact is that of its config when it names none. */
async function descriptorOf({ vault }: Route, row: ManifestRow, run: Run): Promise<Entry> {
  const { digest, size } = row
  const content: Entry = JSON.parse(Buffer.from(await vault.blobs.getBytes(digest, run.signal)).toString())
  const config = (content['config'] ?? {}) as Entry
  const artifactType = row.artifactType ?? config['mediaType']
  const { annotations } = content
  return {
    mediaType: row.mediaType,
    digest,
    size,
    ...(typeof artifactType === 'string' && artifactType && { artifactType }),
    ...(typeof annotations === 'object' && annotations && { annotations }),
  }
}

function knownSetback(error: unknown, run: Run): Pick<NotRestored, 'kind' | 'reason'> {
  if (!hasCode(error, 'registry-content-mismatch')) return imageSetback(error, run)
  return { kind: 'failed', reason: 'The registry answered other bytes than it says.' }
}

import type { Digest } from '../core/digest.ts'
import type { ManifestRow, RepositorySettings, RepositoryState } from '../vault/format.ts'
import { assemble, sameSettings, sameState } from './assemble.ts'
import type { RepositoryBackupPlan } from './report.ts'
import type { ListedImage } from './source.ts'

/** What a registry shows of a repository, and what the newest snapshot knows of it. */
export interface Shown {
  repository: string
  state: RepositoryState | undefined
  listing: readonly ListedImage[]
  settings: RepositorySettings
  /** The backup would take what was never held out of the archive. */
  wakes: boolean
}

/** Makes the state that a backup would make, so far as listings tell, with the same function. */
export function comparePlan(shown: Shown): RepositoryBackupPlan {
  const { repository, state, listing, settings, wakes } = shown
  const known = new Set(state?.manifests.map((row) => row.digest))
  const fresh = listing.filter((image) => !known.has(image.digest))
  const woken = wakes ? fresh.filter((image) => image.status === 'archived') : []
  const added = [...fresh.filter((image) => image.status === 'active'), ...woken]
  const after = stateAfter(shown, added)
  const held = new Set(after.manifests.map((row) => row.digest))
  const sized = added.every((image) => image.size !== undefined)
  return {
    repository,
    change: !state ? 'new' : sameState(state, after) ? 'unchanged' : 'changed',
    manifests: {
      new: added.length,
      known: listing.length - fresh.length,
      archived: fresh.length - added.length,
      woken: woken.length,
      gone: [...known].filter((digest) => !held.has(digest)).length,
    },
    tags: compareTags(state?.tags ?? {}, after.tags),
    settingsChanged: state !== undefined && !sameSettings(state.settings, settings),
    ...(sized && { estimatedBytes: sum(added) }),
    ...(woken.length > 0 && { wokenBytes: sum(woken) }),
  }
}

function sum(images: readonly ListedImage[]): number {
  return images.reduce((total, image) => total + (image.size ?? 0), 0)
}

function stateAfter({ repository, state, listing, settings }: Shown, added: ListedImage[]): RepositoryState {
  const rows = new Map(state?.manifests.map((row) => [row.digest, row]))
  for (const { digest } of added) rows.set(digest, unread(digest))
  const reading = {
    repository,
    listing: new Map(listing.map((image) => [image.digest, image])),
    previous: state,
    rows,
    blobs: new Map(state?.blobs.map((row) => [row.digest, row])),
    failures: new Map(),
  }
  return assemble(reading, settings).state
}

/** Stands for a manifest that a plan must not read: that would count as a pull. */
function unread(digest: Digest): ManifestRow {
  return { digest, mediaType: '', size: 0, status: 'active', blobs: [], manifests: [] }
}

function compareTags(
  before: Readonly<Record<string, Digest>>,
  after: Readonly<Record<string, Digest>>,
): RepositoryBackupPlan['tags'] {
  const had = (tag: string) => Object.hasOwn(before, tag)
  const names = Object.keys(after)
  return {
    total: names.length,
    added: names.filter((tag) => !had(tag)).length,
    moved: names.filter((tag) => had(tag) && before[tag] !== after[tag]).length,
    removed: Object.keys(before).filter((tag) => !Object.hasOwn(after, tag)).length,
  }
}

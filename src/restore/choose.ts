import type { Digest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { matchesGlob } from '../core/glob.ts'
import type { RepositoryState } from '../vault/format.ts'
import type { RestoreOptions } from './report.ts'

export type Choice = Pick<RestoreOptions, 'tags' | 'digests'>

/** What is restored of a repository when not all of it is. */
export interface Chosen {
  tags: string[]
  manifests: Digest[]
}

export function choosesImages({ tags, digests }: Choice): boolean {
  return Boolean(tags?.length || digests?.length)
}

/**
 * The images that were asked for, with all that makes them whole: the children of an index, and what is attached to any
 * of them (signatures, SBOMs), whether it names its subject or hangs on a tag made from its digest. Undefined when the
 * repository has none of them.
 */
export function chooseImages(state: RepositoryState, choice: Choice): Chosen | undefined {
  const tags = Object.entries(state.tags).filter(([tag]) =>
    choice.tags?.some((pattern) => matchesGlob(pattern, tag)),
  )
  const own = state.manifests.map((row) => row.digest).filter((digest) => choice.digests?.includes(digest))
  const named = [...tags.map(([, digest]) => digest), ...own]
  if (named.length === 0) return undefined
  const { manifests, attached } = withAll(state, named)
  const all = new Set([...tags.map(([tag]) => tag), ...attached])
  return { tags: Object.keys(state.tags).filter((tag) => all.has(tag)), manifests: [...manifests] }
}

function withAll(state: RepositoryState, first: Digest[]): { manifests: Set<Digest>; attached: Set<string> } {
  const rows = new Map(state.manifests.map((row) => [row.digest, row]))
  const referrers = groups(state.manifests.flatMap((row) => (row.subject ? [[row.subject, row.digest]] : [])))
  const hanging = groups(
    Object.keys(state.tags).flatMap((tag) => {
      const subject = subjectInTag(tag)
      return subject ? [[subject, tag]] : []
    }),
  )
  const manifests = new Set<Digest>()
  const attached = new Set<string>()
  const queue = [...first]
  for (let digest = queue.pop(); digest; digest = queue.pop()) {
    const row = rows.get(digest)
    if (!row || manifests.has(digest)) continue
    manifests.add(digest)
    queue.push(...row.manifests, ...(referrers.get(digest) ?? []))
    for (const tag of hanging.get(digest) ?? []) {
      attached.add(tag)
      queue.push(state.tags[tag] ?? digest)
    }
  }
  return { manifests, attached }
}

function groups<T>(pairs: (readonly [Digest, T])[]): Map<Digest, T[]> {
  const found = new Map<Digest, T[]>()
  for (const [key, value] of pairs) found.set(key, [...(found.get(key) ?? []), value])
  return found
}

/** `sha256-HEX`, the fallback tag of OCI 1.1, and `sha256-HEX.sig` and its like, which signing tools use. */
function subjectInTag(tag: string): Digest | undefined {
  const hex = /^sha256-([0-9a-f]{64})(?:\.[A-Za-z0-9._-]+)?$/.exec(tag)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

/** The state as if the repository had held only what was chosen. */
export function narrowed(state: RepositoryState, chosen: Chosen | undefined): RepositoryState {
  if (!chosen) return state
  const [wanted, tags] = [new Set(chosen.manifests), new Set(chosen.tags)]
  const manifests = state.manifests.filter((row) => wanted.has(row.digest))
  const needed = new Set(manifests.flatMap((row) => row.blobs))
  return {
    ...state,
    manifests,
    blobs: state.blobs.filter((row) => needed.has(row.digest)),
    tags: Object.fromEntries(Object.entries(state.tags).filter(([tag]) => tags.has(tag))),
  }
}

/** Those of the tag patterns and digests that this repository has. */
export function* namedBy({ tags, digests }: Choice, state: RepositoryState): Generator<string> {
  const names = Object.keys(state.tags)
  for (const pattern of tags ?? []) if (names.some((tag) => matchesGlob(pattern, tag))) yield pattern
  const own = new Set(state.manifests.map((row) => row.digest))
  for (const digest of digests ?? []) if (own.has(digest)) yield digest
}

/** A tag or digest that was asked for and is nowhere is a typing error: an empty restore must not look like success. */
export function refuseUnmatched(choice: Choice, matched: readonly (string | undefined)[]): void {
  const asked = [...(choice.tags ?? []), ...(choice.digests ?? [])]
  const idle = asked.filter((each) => !matched.includes(each))
  if (idle.length === 0) return
  throw new HoldfastError('nothing-matches', {
    what: `No image of the snapshot matches ${idle.map((each) => JSON.stringify(each)).join(', ')}.`,
    why: 'None of the repositories that were asked for has such a tag or digest there.',
    next: '`holdfast history REPOSITORY` shows which snapshot has which tag.',
  })
}

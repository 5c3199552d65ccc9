import type { Store, StoredVersion } from '../../store/store.ts'
import { versionsByKey } from './erase.ts'

/** What may be condemned when nothing needs it. */
export interface Candidate {
  key: string
  /** Of all versions together: what is freed. */
  size: number
  /** When the version was written that counts. */
  modified: Date
  /** In the order in which they are to be deleted; absent where none are kept. */
  versions?: string[]
}

/** More of one key are left to the next prune: a part of a delete list must not grow without end. */
const mostVersions = 10_000

/**
 * Everything under a prefix. Where versions are kept these are all of them, hidden keys too: deleting only the one that
 * counts would show the one below.
 */
export async function* candidates(
  store: Store,
  { prefix, keepsVersions }: { prefix: string; keepsVersions: boolean },
  signal: AbortSignal,
): AsyncGenerator<Candidate> {
  if (!keepsVersions) {
    yield* store.list(prefix, signal)
    return
  }
  for await (const group of versionsByKey(store, prefix, signal)) yield* candidateOf(group)
}

/** The one that counts goes last: until then nobody sees a difference. */
function* candidateOf(group: StoredVersion[]): Generator<Candidate> {
  const [latest] = group
  if (!latest) return
  const { key, modified } = latest
  const chosen = group.reverse().slice(0, mostVersions)
  const size = chosen.reduce((sum, version) => sum + version.size, 0)
  yield { key, size, modified, versions: chosen.map(({ version }) => version) }
}

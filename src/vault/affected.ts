import type { Digest } from '../core/digest.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { reasonOfDamage } from './damage.ts'
import { keys, type RepositoryState } from './format.ts'
import type { Vault } from './vault.ts'
import type { Problem } from './verify.ts'
import type { BadBlob } from './verify-blobs.ts'
import type { Structure } from './verify-structure.ts'

/** Says of every bad blob which images and tags need it, in which snapshots. Reads the states again: there is rarely need. */
export async function affectedBy(
  vault: Vault,
  structure: Structure,
  bad: BadBlob[],
  run: Run,
): Promise<Problem[]> {
  if (bad.length === 0) return []
  const found = new Map(
    bad.map(({ digest }) => [digest, { affects: new Set<string>(), snapshots: new Set<string>() }]),
  )
  await inParallel(structure.states, 8, async ([name, use]) => {
    const state = await vault.states
      .read(name, run.signal)
      .catch((error: unknown) => void reasonOfDamage(error))
    if (!state) return
    for (const [digest, images] of imagesNeeding(state, found)) {
      const entry = found.get(digest)
      for (const image of images) entry?.affects.add(image)
      for (const id of use.snapshots) entry?.snapshots.add(id)
    }
  })
  return bad.map(({ kind, digest, reason }) => {
    const { affects = [], snapshots = [] } = found.get(digest) ?? {}
    return {
      kind,
      key: keys.blob(digest),
      digest,
      affects: [...affects].sort(),
      snapshots: [...snapshots].sort(),
      reason,
    }
  })
}

/** Bad digest -> names of the images of this repository that cannot be restored without it. */
function* imagesNeeding(
  state: RepositoryState,
  bad: ReadonlyMap<Digest, unknown>,
): Generator<[Digest, string[]]> {
  const users = new Map<Digest, Digest[]>()
  const add = (need: Digest, user: Digest) => {
    const known = users.get(need)
    if (known) known.push(user)
    else users.set(need, [user])
  }
  for (const row of state.manifests)
    for (const need of [...row.blobs, ...row.manifests]) add(need, row.digest)
  const own = new Set([...state.blobs, ...state.manifests].map((row) => row.digest))
  for (const digest of bad.keys()) if (own.has(digest)) yield [digest, namesOf(state, closure(digest, users))]
}

/** What leads to the digest: the manifests that name it, and the indexes that name those. */
function closure(first: Digest, users: Map<Digest, Digest[]>): Set<Digest> {
  const reached = new Set<Digest>()
  const queue = [first]
  for (let digest = queue.pop(); digest; digest = queue.pop()) {
    if (reached.has(digest)) continue
    reached.add(digest)
    queue.push(...(users.get(digest) ?? []))
  }
  return reached
}

/** Tags first; and images that neither a tag nor another affected image leads to. */
function namesOf(state: RepositoryState, reached: Set<Digest>): string[] {
  const rows = state.manifests.filter((row) => reached.has(row.digest))
  const tags = Object.entries(state.tags).filter(([, digest]) => reached.has(digest))
  const led = new Set([...tags.map(([, digest]) => digest), ...rows.flatMap((row) => row.manifests)])
  const untagged = rows.filter((row) => !led.has(row.digest))
  return [
    ...tags.map(([tag]) => `${state.repository}:${tag}`),
    ...untagged.map((row) => `${state.repository}@${row.digest}`),
  ]
}

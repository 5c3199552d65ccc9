import { plural } from '../core/bytes.ts'
import { isDigest, shortDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import type { RepositoryState } from '../vault/format.ts'
import type { Vault } from '../vault/vault.ts'
import type { Door } from './door.ts'

/** What a step takes away, or lets ECR take away. */
export interface TakenAway {
  repository: string
  /** Absent: the Region of the plan. */
  region?: string | undefined
  images: readonly { digest: string; tags: readonly string[] }[]
}

/**
 * Law 1: throws `plan-refused` unless the newest snapshot of the registry holds every one of these images, with its tags
 * and all that it consists of. Manifests are read and hashed now; of other blobs their presence and size are looked at,
 * since their bytes were hashed when they came in. Nothing to take away asks for no vault.
 */
export async function requireHeld(door: Door, taken: TakenAway): Promise<void> {
  const { repository, images } = taken
  if (images.length === 0) return
  const vault = await door.vault()
  const { place, run } = door
  const key = `ecr-${place.account}-${taken.region ?? place.region}`
  const { root } = await vault.snapshots.newest(key, run.signal, run.clock.now())
  if (!root) throw notHeld(taken, 'the vault has no snapshot of this registry')
  const entry = (await vault.repositories(root, run.signal)).get(repository)
  if (!entry) throw notHeld(taken, `snapshot ${root.id} does not have the repository`)
  const state = await vault.states.read(entry.state, run.signal)
  const held: Held = { vault, state, signal: run.signal, seen: new Set() }
  for (const image of images) {
    const lack = await lackOf(image, held)
    if (lack) throw notHeld(taken, `snapshot ${root.id} does not hold ${nameOf(image)}: ${lack}`)
  }
}

interface Held {
  vault: Vault
  state: RepositoryState
  signal: AbortSignal
  /** Blobs and manifests that were found to be there. */
  seen: Set<string>
}

async function lackOf(
  { digest, tags }: TakenAway['images'][number],
  held: Held,
): Promise<string | undefined> {
  const moved = tags.find((tag) => held.state.tags[tag] !== digest)
  if (moved !== undefined) return `its tag ${moved} was not there, or on another image`
  return await lackOfManifest(digest, held)
}

async function lackOfManifest(digest: string, held: Held): Promise<string | undefined> {
  const { vault, state, signal, seen } = held
  if (seen.has(digest)) return undefined
  seen.add(digest)
  const row = state.manifests.find((one) => one.digest === digest)
  if (!row || !isDigest(digest)) return 'it was not there'
  // Throws when the bytes are not those of the digest.
  await vault.blobs.getBytes(digest, signal)
  for (const blob of row.blobs) {
    if (seen.has(blob)) continue
    const size = state.blobs.find((one) => one.digest === blob)?.size
    if (size === undefined || (await vault.blobs.size(blob, signal)) !== size)
      return `layer ${shortDigest(blob)} is missing or damaged`
    seen.add(blob)
  }
  for (const child of row.manifests) {
    const isRow = state.manifests.some((one) => one.digest === child)
    // One that the registry itself did not have is nothing that could be lost.
    const lack = isRow ? await lackOfManifest(child, held) : undefined
    if (lack) return lack
  }
  return undefined
}

function nameOf({ digest, tags }: TakenAway['images'][number]): string {
  return tags[0] === undefined ? shortDigest(digest) : `${tags[0]} (${shortDigest(digest)})`
}

function notHeld({ repository, images }: TakenAway, why: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `${repository} would lose ${plural(images.length, 'image')}, and not everything is in a verified snapshot.`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    next: 'Back up first: holdfast backup --vault <vault>; then run the same command again.',
  })
}

import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import type { Digest } from '../../src/core/digest.ts'
import { quietRun } from '../../src/core/run.ts'
import { isIndexType } from '../../src/oci/media-types.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { initVault, type Vault, vaultOver } from '../../src/vault/vault.ts'
import { drawIdentifiers } from './doors.ts'
import { Watch } from './invariants.ts'

export type Below = (below: number) => number

export const hour = 60 * 60 * 1000
export const day = 24 * hour

/** A small generator of numbers that depends on nothing but its seed (mulberry32). */
export function seeded(seed: number): Below {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Another stream of numbers from the same seed, so that leaving one thing out does not change the others. */
export function seededFor(seed: number, ...what: number[]): Below {
  let mixed = seed >>> 0
  for (const each of what) mixed = (Math.imul(mixed ^ 0x9e3779b9, 0x85ebca6b) + each + 1) >>> 0
  return seeded(mixed)
}

/** Every second world has a bucket that keeps versions: there the rule promises more. */
export const keepsVersions = (seed: number): boolean => seed % 2 === 0

export interface World {
  seed: number
  clock: ReturnType<typeof jumpingClock>
  /** Every write is looked at. */
  store: Store
  vault: Vault
  watch: Watch
  registries: MemoryRegistry[]
  /** By registry and repository: images that were taken away, in order. */
  removed: { registry: MemoryRegistry; digest: Digest }[]
  /** Deletes that were sent and have not arrived; only where they name versions. */
  flying: (() => Promise<void>)[]
}

/** Two registries that share layers, and an empty vault. `breaking` puts a broken store under the watch's eyes. */
export async function newWorld(seed: number, breaking?: (store: Store) => Store): Promise<World> {
  drawIdentifiers(seededFor(seed, 1))
  const clock = jumpingClock()
  const inner = memoryStore({ clock, versions: keepsVersions(seed) })
  const { header } = await initVault(inner, quietRun({ clock }))
  const watch = new Watch(inner, header)
  const registries = ['oci-one', 'oci-two'].map((key) => {
    const registry = new MemoryRegistry(key)
    registry.now = () => clock.now()
    return registry
  })
  const store = breaking ? breaking(watch.store) : watch.store
  const world: World = {
    seed,
    clock,
    store,
    vault: vaultOver(store, header),
    watch,
    registries,
    removed: [],
    flying: [],
  }
  for (const registry of registries) push(world, registry, seededFor(seed, 2))
  return world
}

/** Few layers, so that what was deleted is often wanted again. */
export function push(_world: World, registry: MemoryRegistry, random: Below): void {
  const name = random(4) ? 'a' : 'b'
  const layers = [`layer ${random(6)}`, `layer ${random(6)}`]
  const image = registry.image(name, layers, { config: `{"n":${random(6)}}`, tags: [`t${random(2)}`] })
  if (random(4) === 0) registry.image(name, [`layer ${random(6)}`], { subject: image, config: '{"sig":1}' })
  if (random(6) === 0) registry.index(name, [image], { tags: ['i'] })
}

/** ECR keeps what an index names (ImageReferencedByManifestList). */
export function remove(world: World, registry: MemoryRegistry, random: Below): void {
  for (const [name, { images }] of registry.repositories) {
    for (const digest of images.keys()) {
      const named = [...images.values()].some(
        ({ bytes, mediaType: type }) => isIndexType(type) && bytes.includes(digest),
      )
      if (random(3) === 0 || named) continue
      registry.remove(name, digest)
      world.removed.push({ registry, digest })
    }
  }
}

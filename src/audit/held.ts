import type { Run } from '../core/run.ts'
import type { SnapshotRoot } from '../vault/format.ts'
import type { Vault } from '../vault/vault.ts'

export interface HeldImages {
  snapshot: SnapshotRoot
  has(repository: string, digest: string): boolean
}

/** The images that the newest snapshot of a registry holds, by its states; bytes are not read. Undefined: no snapshot. */
export async function heldImages(
  vault: Vault,
  registry: { account: string; region: string },
  { signal, clock }: Pick<Run, 'signal' | 'clock'>,
): Promise<HeldImages | undefined> {
  const key = `ecr-${registry.account}-${registry.region}`
  const { root } = await vault.snapshots.newest(key, signal, clock.now())
  if (!root) return undefined
  const held = new Map<string, Set<string>>()
  for (const [name, { state }] of await vault.repositories(root, signal)) {
    const { manifests } = await vault.states.read(state, signal)
    held.set(name, new Set(manifests.map(({ digest }) => digest)))
  }
  return { snapshot: root, has: (repository, digest) => held.get(repository)?.has(digest) === true }
}

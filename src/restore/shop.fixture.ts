import { backup } from '../backup/backup.ts'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { initVault, type Vault } from '../vault/vault.ts'
import type { RestoreOptions, RestoreReport, Route } from './report.ts'
import { planRestore, restore } from './restore.ts'

export const run = quietRun({ clock: jumpingClock() })

/** An index with a signed child, an SBOM with a signature of its own, a signature on a tag, and images beside it. */
export function signedShop() {
  const registry = new MemoryRegistry('shop')
  const name = 'shop/api'
  const amd = registry.image(name, ['base', 'amd64'], { config: '{"a":1}' })
  const arm = registry.image(name, ['base', 'arm64'], { config: '{"a":2}' })
  const index = registry.index(name, [amd, arm], { tags: ['1.0', 'latest'] })
  const sbom = registry.image(name, ['sbom'], { subject: index, artifactType: 'application/spdx+json' })
  const sbomSignature = registry.image(name, ['sbom signature'], { subject: sbom })
  const armSignature = registry.image(name, ['arm signature'], {
    tags: [`${arm.replace(':', '-')}.sig`],
    config: '{"a":3}',
  })
  const old = registry.image(name, ['base', 'old'], { tags: ['0.9'], config: '{"a":4}' })
  const web = registry.image('shop/web', ['base', 'web'], { tags: ['latest'] })
  return { registry, amd, arm, index, sbom, sbomSignature, armSignature, old, web }
}

export async function vaultWith(registry: MemoryRegistry): Promise<Vault> {
  const vault = await initVault(memoryStore(), run)
  await backup(registry.source(), vault, {}, run)
  return vault
}

export async function routeInto(vault: Vault, registry: MemoryRegistry): Promise<Route> {
  return { vault, snapshot: await vault.snapshots.find('latest'), target: registry.target() }
}

export async function restoredInto(
  vault: Vault,
  registry: MemoryRegistry,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const route = await routeInto(vault, registry)
  return restore(route, await planRestore(route, options, run), run)
}

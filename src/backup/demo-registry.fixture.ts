import { jumpingClock } from '../core/clock.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { openOrInitVault, type Vault } from '../vault/vault.ts'
import { MemoryRegistry } from './memory-registry.fixture.ts'

export function quick(signal?: AbortSignal) {
  return quietRun({ clock: jumpingClock(), ...(signal && { signal }) })
}

export async function newVault(): Promise<Vault> {
  return openOrInitVault(memoryStore(), quick())
}

/** Two repositories that share a layer, an index with two children, a signature and an SBOM on it, and its signature. */
export function demoRegistry(): MemoryRegistry {
  const registry = new MemoryRegistry()
  registry.repository('shop/api', { policy: '{"Statement":[]}', resourceTags: { team: 'shop' } })
  const base = 'base layer '.repeat(500)
  const amd = registry.image('shop/api', [base, 'amd64'], { config: '{"a":1}' })
  const arm = registry.image('shop/api', [base, 'arm64'], { config: '{"a":2}' })
  const index = registry.index('shop/api', [amd, arm], {
    tags: ['latest', '1.0', '__proto__', 'constructor', '10', '9'],
  })
  const sbom = registry.image('shop/api', ['sbom'], { subject: index, artifactType: 'application/spdx+json' })
  registry.image('shop/api', ['signature'], { subject: sbom, artifactType: 'application/sig' })
  registry.image('shop/api', ['old'], {})
  registry.image('shop/web', [base, 'web'], { tags: ['latest'] })
  registry.repository('empty', {})
  return registry
}

export async function stateOf(vault: Vault, repository: string) {
  const root = await vault.snapshots.find('latest')
  const entry = (await vault.repositories(root)).get(repository)
  return vault.states.read(entry?.state ?? '')
}

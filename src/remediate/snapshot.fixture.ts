import { openDemo } from '../audit/demo.fixture.ts'
import { backup } from '../backup/backup.ts'
import { openEcrSource } from '../backup/sources/ecr.ts'
import type { Run } from '../core/run.ts'
import { startSandbox } from '../sandbox/start.ts'
import { memoryStore } from '../store/memory.ts'
import { initVault, type Vault } from '../vault/vault.ts'

/**
 * A vault with a snapshot of the registry as the seed makes it. It is taken from a twin: reading manifests moves last
 * pull times, and an inventory of the registry itself must stay as it was.
 */
export async function vaultOfSeed(seed: 'demo' | 'clean' | 'empty', run: Run): Promise<Vault> {
  const twin = await startSandbox({ seed })
  const aws = await openDemo(twin)
  try {
    const vault = await initVault(memoryStore(), run)
    const source = await openEcrSource({ aws }, {}, run)
    await backup(source, vault, {}, run)
    await source.close()
    return vault
  } finally {
    aws.close()
    await twin.close()
  }
}

import { openDemo } from '../audit/demo.fixture.ts'
import { backup } from '../backup/backup.ts'
import { openEcrSource } from '../backup/sources/ecr.ts'
import type { Run } from '../core/run.ts'
import { startSandbox } from '../sandbox/start.ts'
import { memoryStore } from '../store/memory.ts'
import { initVault, type Vault } from '../vault/vault.ts'

/**
 * A vault with a snapshot of the registry as the seed makes it, with what is in the archive, too. It is taken from a twin
 * whose time jumps while it waits: reading manifests moves last pull times, and an inventory of the registry itself must
 * stay as it was.
 */
export async function vaultOfSeed(seed: 'demo' | 'clean' | 'empty', run: Run): Promise<Vault> {
  // Early enough that what follows is newer, and not so early that signatures are too old.
  let ahead = -10 * 60_000
  const now = () => new Date(Date.now() + ahead)
  const sleep = async (ms: number) => {
    ahead += ms
  }
  const twin = await startSandbox({ seed, now })
  const aws = await openDemo(twin)
  const there = { ...run, clock: { now, sleep } }
  try {
    const vault = await initVault(memoryStore(), there)
    const source = await openEcrSource({ aws }, {}, there)
    await backup(source, vault, { restoreArchived: true }, there)
    await source.close()
    return vault
  } finally {
    aws.close()
    await twin.close()
  }
}

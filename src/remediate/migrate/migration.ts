import type { Run } from '../../core/run.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Door } from '../door.ts'

/** One repository on its way to another encryption. */
export interface Migration {
  door: Door
  vault: Vault
  run: Run
  repository: string
  /** Of the registry, as snapshots name it. */
  key: string
}

export async function migrationOf(door: Door, repository: string): Promise<Migration> {
  const { account, region } = door.place
  return {
    ...{ door, vault: await door.vault(), run: door.run, repository },
    key: `ecr-${account}-${region}`,
  }
}

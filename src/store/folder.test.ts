import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from './conformance.ts'
import { folderStore } from './folder.ts'

storeConformance('folder', async () => {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const store = folderStore(join(path, 'vault'))
  return { store, close: () => rm(path, { recursive: true }) }
})

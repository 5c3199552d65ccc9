import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/run.ts'
import { folderStore } from './folder.ts'
import type { Store } from './store.ts'
import { parseStoreUrl } from './url.ts'

export interface OpenOptions {
  /** What `AwsContext.clientConfig('s3')` answers; for s3:// only. A region or endpoint in the URL wins over it. */
  clientConfig?: Record<string, unknown>
  clock?: Clock
  log?: Log
}

/** Opens the store that a vault URL names. Sends nothing and creates nothing. */
export async function openStore(url: string, options: OpenOptions = {}): Promise<Store> {
  const parsed = parseStoreUrl(url)
  const { clientConfig, ...doors } = options
  if (parsed.kind === 'folder') return folderStore(parsed.path, { ...doors, url })
  // Loaded only when it is used: the S3 client alone takes longer than `--help` may.
  const { s3Store } = await import('./s3.ts')
  return s3Store({ ...parsed, ...doors, ...(clientConfig && { clientConfig }) })
}

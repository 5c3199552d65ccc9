import { HoldfastError } from '../core/errors.ts'
import type { Store } from './store.ts'

/** Placeholder of this commit series. */
export function s3Store(options: { bucket: string }): Store {
  throw new HoldfastError('store-unsupported', { what: `s3://${options.bucket}`, next: 'Use a folder.' })
}

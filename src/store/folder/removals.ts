import { unless } from './errors.ts'
import type { DirectorySync } from './sync.ts'

/**
 * Folders from which names were removed without a sync since: a power loss may bring such names back. A prune removes a
 * snapshot and then what only that needed; if the snapshot came back alone it would be half a snapshot. So before a
 * name changes in one folder, the removals in all others are made durable. Removals in one and the same folder, of a
 * million blobs, need no sync at all.
 */
export class Removals {
  readonly #sync: DirectorySync
  readonly #folders = new Map<string, number>()
  #count = 0

  constructor(sync: DirectorySync) {
    this.#sync = sync
  }

  add(folder: string): void {
    this.#folders.set(folder, this.#count++)
  }

  async settleBefore(changed: string): Promise<void> {
    const others = [...this.#folders].filter(([folder]) => folder !== changed)
    await Promise.all(others.map(([folder, count]) => this.#settle(folder, count)))
  }

  /** What was removed while the sync ran waits for the next one. A folder that is gone has no names. */
  async #settle(folder: string, count: number): Promise<void> {
    await unless(['ENOENT'], undefined, () => this.#sync.sync(folder))
    if (this.#folders.get(folder) === count) this.#folders.delete(folder)
  }
}

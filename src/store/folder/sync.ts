import { open } from 'node:fs/promises'
import type { Clock } from '../../core/clock.ts'
import { whenDescriptorsAllow } from './retry.ts'

/**
 * Makes the names in a directory durable. Calls that come while one sync of the directory runs share the next one:
 * a thousand concurrent puts cost a handful of syncs, and each still resolves only after a sync that began later
 * than its rename.
 */
export class DirectorySync {
  readonly #clock: Clock
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Promise<void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sync(directory: string): Promise<void> {
    const waiting = this.#waiting.get(directory)
    if (waiting !== undefined) return waiting
    const next = this.#after(directory)
    this.#waiting.set(directory, next)
    return next
  }

  async #after(directory: string): Promise<void> {
    // Whoever waits for the sync before this one gets its error; this one is a new attempt.
    await Promise.allSettled([this.#running.get(directory)])
    this.#waiting.delete(directory)
    const running = this.#syncNow(directory)
    this.#running.set(directory, running)
    try {
      await running
    } finally {
      if (this.#running.get(directory) === running) this.#running.delete(directory)
    }
  }

  /** Windows cannot open directories and makes names durable by itself. */
  async #syncNow(directory: string): Promise<void> {
    if (process.platform === 'win32') return
    const handle = await whenDescriptorsAllow(this.#clock, () => open(directory, 'r'))
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

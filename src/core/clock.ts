import { setTimeout as sleepReal } from 'node:timers/promises'

/** The only door to time. Tests pass a fake; nothing else reads the wall clock. */
export interface Clock {
  now(): Date
  /** Resolves after `ms`, or rejects with an AbortError when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await sleepReal(ms, undefined, signal ? { signal } : {})
  },
}

/** A clock that stands still until somebody sleeps: sleeping jumps it forward at once. */
export function jumpingClock(
  start: string | Date = '2026-01-01T00:00:00Z',
): Clock & { advance(ms: number): void } {
  let time = new Date(start).getTime()
  return {
    now: () => new Date(time),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      time += ms
    },
    advance: (ms) => {
      time += ms
    },
  }
}

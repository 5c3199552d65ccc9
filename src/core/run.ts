import { type Clock, systemClock } from './clock.ts'

/** What a long job says while it works. Sinks: a status line, plain lines, JSON lines, or nothing. */
export interface Progress {
  /** A new phase begins; totals may be unknown. */
  phase(name: string, total?: { items?: number; bytes?: number }): void
  advance(done: { items?: number; bytes?: number }): void
  /** Totals that became known (or grew) during the phase. */
  expect(more: { items?: number; bytes?: number }): void
}

/** Diagnostics. `warn` reaches people and the JSON document; `debug` only with --debug. Never a secret. */
export interface Log {
  debug(line: string): void
  warn(line: string): void
}

/** What every engine function gets from its caller: how to stop, the time, and whom to tell. */
export interface Run {
  signal: AbortSignal
  clock: Clock
  log: Log
  progress: Progress
}

export const silentProgress: Progress = { phase: () => {}, advance: () => {}, expect: () => {} }
export const silentLog: Log = { debug: () => {}, warn: () => {} }

/** A Run that is silent and never stops, for tests and for library users who want no more. */
export function quietRun(overrides: Partial<Run> = {}): Run {
  return {
    signal: new AbortController().signal,
    clock: systemClock,
    log: silentLog,
    progress: silentProgress,
    ...overrides,
  }
}

import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Store } from '../store/store.ts'
import type { Plan } from './plan.ts'
import { parsePlan } from './plan-file.ts'

/**
 * What was done, written before it was done: `runs/<run>/plan.json`, then one object for each entry. Entries are created,
 * never changed, so that a crash at any moment leaves a journal that tells how far a run may have come.
 */
export interface Entry {
  at: string
  step: string
  /** `start`: its call may have been sent from now on. `back`: the way back may have been sent. */
  event: 'start' | 'done' | 'failed' | 'back' | 'undone' | 'stuck'
  reason?: string
}

export interface JournaledRun {
  id: string
  plan: Plan
  entries: Entry[]
}

export interface Journal {
  readonly url: string
  /** Ids, oldest first. */
  runs(signal: AbortSignal): Promise<string[]>
  /** `journal-missing` when there is no such run. */
  read(run: string, signal: AbortSignal): Promise<JournaledRun>
  begin(plan: Plan, run: Pick<Run, 'clock' | 'signal'>): Promise<JournaledRun>
  /** Durable when it resolves. `plan-refused` when another process writes the same run. */
  write(run: JournaledRun, entry: Entry, signal: AbortSignal): Promise<void>
}

export function openJournal(store: Store): Journal {
  return {
    url: store.url,
    runs: (signal) => runsIn(store, signal),
    read: (run, signal) => readRun(store, run, signal),
    begin: (plan, run) => begin(store, plan, run),
    write: async (run, entry, signal) => {
      const key = entryKey(run.id, run.entries.length + 1)
      const put = await store.put(key, bytes(entry), { ifAbsent: true, signal })
      if (put === 'exists') throw takenBySomebody(run.id)
      run.entries.push(entry)
    },
  }
}

async function runsIn(store: Store, signal: AbortSignal): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list('runs/', signal)) {
    const run = /^runs\/([^/]+)\/plan\.json$/.exec(key)?.[1]
    if (run !== undefined) found.push(run)
  }
  return found
}

async function readRun(store: Store, id: string, signal: AbortSignal): Promise<JournaledRun> {
  const isName = /^[0-9A-Za-z-]+$/.test(id)
  const plan = isName ? await store.get(`runs/${id}/plan.json`, { signal }) : undefined
  if (!plan) throw noSuchRun(id, store.url)
  const entries: Entry[] = []
  for (;;) {
    const key = entryKey(id, entries.length + 1)
    const entry = await store.get(key, { signal })
    if (!entry) break
    entries.push(parseEntry(await readable(entry), `${store.url}/${key}`))
  }
  await requireNoGap(store, id, { next: entryKey(id, entries.length + 1), signal })
  return { id, plan: parsePlan(await readable(plan), `runs/${id}/plan.json`), entries }
}

/** What comes behind a gap was done all the same: a journal without it would hide that. */
async function requireNoGap(
  store: Store,
  id: string,
  { next, signal }: { next: string; signal: AbortSignal },
): Promise<void> {
  for await (const { key } of store.list(`runs/${id}/`, signal))
    if (/\/\d{6}\.json$/.test(key) && key > next) {
      // Another process may have written it since.
      if (await store.head(next, signal)) return
      throw damaged(`${store.url}/${next}`, `It is missing, and ${key} comes after it.`)
    }
}

const entryShape = z.object({
  at: z.string(),
  step: z.string(),
  event: z.enum(['start', 'done', 'failed', 'back', 'undone', 'stuck']),
  reason: z.string().optional(),
})

function parseEntry(text: string, where: string): Entry {
  try {
    const { reason, ...entry } = entryShape.parse(JSON.parse(text))
    return { ...entry, ...(reason !== undefined && { reason }) }
  } catch (cause) {
    throw damaged(where, 'It is no entry of a journal.', cause)
  }
}

function damaged(where: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('journal-damaged', {
    what: `The journal cannot be trusted: ${where}`,
    why: `${why} What the run did cannot be told without it.`,
    next: 'Put the file back from a copy. Without one, undo the steps by the undo calls of plan.json beside it.',
    ...(cause !== undefined && { cause }),
  })
}

/** Ids sort by time: a run of the same millisecond as another, of any plan, waits for the next one. */
async function begin(
  store: Store,
  plan: Plan,
  { clock, signal }: Pick<Run, 'clock' | 'signal'>,
): Promise<JournaledRun> {
  const newest = (await runsIn(store, signal)).at(-1)?.split('-')[0] ?? ''
  for (;;) {
    const time = clock.now().toISOString().replace(/[-:.]/g, '')
    const id = `${time}-${plan.id.slice(0, 6)}`
    const isFree = time !== newest
    const put = isFree && (await store.put(`runs/${id}/plan.json`, bytes(plan), { ifAbsent: true, signal }))
    if (put === 'created') return { id, plan, entries: [] }
    await clock.sleep(1, signal)
  }
}

function entryKey(run: string, number: number): string {
  return `runs/${run}/${String(number).padStart(6, '0')}.json`
}

function bytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`)
}

async function readable(stream: Readable): Promise<string> {
  return await text(stream)
}

/** What the entries say of a step, the last word counts. */
export type Stage = 'untouched' | 'begun' | 'done' | 'undone'

export function stageOf({ entries }: JournaledRun, step: string): Stage {
  let stage: Stage = 'untouched'
  for (const { step: about, event } of entries) {
    if (about !== step) continue
    // What failed before its start sent nothing: there is nothing to take back.
    if (event === 'failed' && stage === 'untouched') continue
    if (event === 'start' || event === 'failed' || event === 'back' || event === 'stuck') stage = 'begun'
    else stage = event
  }
  return stage
}

/** Rolled back, or on the way there: nothing of it is to be applied any more. */
export function isRolledBack({ entries }: JournaledRun): boolean {
  return entries.some(({ event }) => event === 'back' || event === 'undone')
}

function noSuchRun(id: string, where: string): HoldfastError {
  return new HoldfastError('journal-missing', {
    what: `${where} has no run ${JSON.stringify(id)}`,
    next: 'holdfast rollback --list shows the runs of a journal; --journal says where it is.',
  })
}

function takenBySomebody(id: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `Another process is writing to run ${id}.`,
    why: 'Two at once could undo what the other does.',
    next: 'Wait for it to end, then run the same command again.',
  })
}

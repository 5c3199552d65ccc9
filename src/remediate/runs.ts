import { HoldfastError, hasCode } from '../core/errors.ts'
import { type Journal, type JournaledRun, type Stage, stageOf } from './journal.ts'

/** What a journal has. */
export interface RunsReport {
  schema: 'holdfast.runs/1'
  /** Whether a run was in the sandbox. */
  simulated: boolean
  journal: string
  /** The newest first. */
  runs: (RunSummary | UnreadableRun)[]
}

export interface RunSummary {
  id: string
  /** When its first step was begun; absent: none was. */
  at?: string
  simulated: boolean
  registry: string
  plan: string
  /** How many steps of the plan are so. `begun`: it may have been done, and was not finished. */
  steps: Record<Stage, number>
  state: 'done' | 'interrupted' | 'rolled back' | 'partly rolled back'
}

/** Such as one of another version: the others are listed all the same. */
export interface UnreadableRun {
  id: string
  unreadable: string
}

export async function listRuns(journal: Journal, signal: AbortSignal): Promise<RunsReport> {
  const runs: RunsReport['runs'] = []
  for (const id of (await journal.runs(signal)).reverse()) runs.push(await lookAt(journal, id, signal))
  const simulated = runs.some((run) => 'simulated' in run && run.simulated)
  return { schema: 'holdfast.runs/1', simulated, journal: journal.url, runs }
}

async function lookAt(
  journal: Journal,
  id: string,
  signal: AbortSignal,
): Promise<RunSummary | UnreadableRun> {
  try {
    return summaryOf(await journal.read(id, signal))
  } catch (error) {
    if (!hasCode(error, 'plan-invalid') && !hasCode(error, 'journal-damaged')) throw error
    return { id, unreadable: [error.message, error.why].filter(Boolean).join(' ') }
  }
}

export async function newestRun(journal: Journal, signal: AbortSignal): Promise<JournaledRun> {
  const newest = (await journal.runs(signal)).at(-1)
  if (newest !== undefined) return await journal.read(newest, signal)
  throw new HoldfastError('journal-missing', {
    what: `${journal.url} has no run.`,
    next: '--journal says where a journal is; holdfast apply writes one.',
  })
}

function summaryOf(run: JournaledRun): RunSummary {
  const { id, plan, entries } = run
  const steps: Record<Stage, number> = { untouched: 0, begun: 0, done: 0, undone: 0 }
  for (const { id: step } of plan.steps) steps[stageOf(run, step)]++
  const [first] = entries
  return {
    id,
    ...(first && { at: first.at }),
    ...{ simulated: plan.simulated, registry: plan.registry.url, plan: plan.id, steps },
    state: stateOf(steps),
  }
}

function stateOf({ begun, done, undone }: Record<Stage, number>): RunSummary['state'] {
  if (undone > 0) return begun + done > 0 ? 'partly rolled back' : 'rolled back'
  return begun > 0 ? 'interrupted' : 'done'
}

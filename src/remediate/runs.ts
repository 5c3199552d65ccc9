import { HoldfastError } from '../core/errors.ts'
import { type Journal, type JournaledRun, type Stage, stageOf } from './journal.ts'

/** What a journal has. */
export interface RunsReport {
  schema: 'holdfast.runs/1'
  /** Whether a run was in the sandbox. */
  simulated: boolean
  journal: string
  /** The newest first. */
  runs: RunSummary[]
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

export async function listRuns(journal: Journal, signal: AbortSignal): Promise<RunsReport> {
  const runs: RunSummary[] = []
  for (const id of (await journal.runs(signal)).reverse())
    runs.push(summaryOf(await journal.read(id, signal)))
  const simulated = runs.some((run) => run.simulated)
  return { schema: 'holdfast.runs/1', simulated, journal: journal.url, runs }
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

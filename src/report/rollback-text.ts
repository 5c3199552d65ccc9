import { plural } from '../core/bytes.ts'
import type { JournaledRun } from '../remediate/journal.ts'
import type { Step } from '../remediate/plan.ts'
import type { RollbackReport, UndoOutcome } from '../remediate/rollback.ts'
import type { RunSummary, RunsReport } from '../remediate/runs.ts'
import { paragraph, plainText, table } from './text.ts'

interface TextOptions {
  width?: number
}

const words: Record<UndoOutcome, string> = {
  undone: 'taken back',
  already: 'was as before',
  'would-undo': 'to take back',
  drifted: 'CHANGED since',
  irreversible: 'NO WAY BACK',
  failed: 'FAILED',
  skipped: 'left out',
}

export function rollbackText(report: RollbackReport, { width = 100 }: TextOptions = {}): string {
  const { steps, registry, simulated, run, complete } = report
  const rows = steps.map(({ outcome, step, reason = '' }) => [words[outcome], step, reason])
  const where = `${registry}${simulated ? ' (simulated)' : ''}`
  const wouldDo = steps.some(({ outcome }) => outcome === 'would-undo')
  const end = wouldDo
    ? 'nothing was changed yet.'
    : complete
      ? 'everything is as it was before it.'
      : 'some of it could not be taken back.'
  const empty = 'there is nothing to take back.'
  return [
    ...(rows.length > 0 ? [table(rows, { width })] : []),
    paragraph(`${where}, run ${run}: ${steps.length > 0 ? end : empty}`, { width }),
    ...(complete ? [] : [nextLines(report)]),
  ].join('\n\n')
}

/** Whoever is stuck halfway has to know that both ways are open. */
function nextLines({ run, steps }: RollbackReport): string {
  const isLeft = steps.some(({ outcome }) => outcome === 'skipped')
  return [
    `Next:  holdfast rollback ${run}             when what stood in the way is gone`,
    ...(isLeft ? [`       holdfast rollback ${run} --continue  takes back the others now`] : []),
  ].join('\n')
}

export function rollbackQuestion({ id, plan }: JournaledRun, touched: readonly Step[]): string {
  const where = `${plan.registry.url}${plan.simulated ? ' (simulated)' : ''}`
  return `${plural(touched.length, 'step')} of run ${id} in ${where}.\nTake ${touched.length === 1 ? 'it' : 'them'} back?`
}

export function runsText({ runs, journal }: RunsReport, { width = 100 }: TextOptions = {}): string {
  if (runs.length === 0)
    return paragraph(`${journal} has no runs yet: holdfast apply writes them.`, { width })
  return runs
    .map((run) => {
      const [state, details] =
        'state' in run ? [run.state, detailsOf(run)] : ['cannot be read', run.unreadable]
      return `${plainText(run.id)}  ${state}\n${paragraph(details, { width, indent: 2 })}`
    })
    .join('\n')
}

function detailsOf({ at, registry, plan, simulated, steps }: RunSummary): string {
  const { untouched, begun, done, undone } = steps
  const counts = [
    ...(done > 0 ? [`${done} done`] : []),
    ...(begun > 0 ? [`${begun} begun`] : []),
    ...(undone > 0 ? [`${undone} taken back`] : []),
    ...(untouched > 0 ? [`${untouched} not done`] : []),
  ].join(', ')
  const where = `${registry}${simulated ? ' (simulated)' : ''}`
  const time = at === undefined ? 'nothing was begun' : at.slice(0, 19).replace('T', ' ')
  return `${time}, ${where}, plan ${plan}: ${counts}`
}

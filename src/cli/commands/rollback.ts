import { exit, HoldfastError } from '../../core/errors.ts'
import type { Journal, JournaledRun } from '../../remediate/journal.ts'
import type { RollbackOptions, RollbackReport } from '../../remediate/rollback.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { widthOf } from '../io.ts'
import { journalOption, withJournal } from '../journal.ts'
import { requireYes, sayHowToGoOn, throughDoor } from '../remediation.ts'
import { vaultOption } from '../vault.ts'

export const rollback: CommandSpec = {
  name: 'rollback',
  summary:
    'Takes back what an apply did, the last step first. What somebody changed since is left alone; what the run did not do is not touched.',
  argument: { spelled: '[run]', does: 'id that holdfast apply said, or from --list' },
  options: [
    { flags: '--list', does: 'the runs of the journal; asks AWS nothing' },
    { flags: '--last', does: 'the newest run' },
    { flags: '--dry-run', does: 'look, and say what would be taken back; changes nothing' },
    { flags: '--yes', does: 'do not ask: for scripts' },
    { flags: '--continue', does: 'go on with the step before after one that cannot be taken back' },
    journalOption,
    { ...vaultOption, does: 'for steps whose way back needs a snapshot' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast rollback --list', does: 'what was applied, and when' },
    { line: 'holdfast rollback --last --dry-run', does: 'what would be taken back' },
    { line: 'holdfast rollback --last --yes', does: 'everything as it was before the newest run' },
  ],
  exits: {
    [exit.failed]: 'nothing could be taken back',
    [exit.partial]: 'some of it was taken back',
    [exit.refused]: 'somebody changed it since, or nobody said yes: nothing was changed',
  },
  run: async (context, options, id) => {
    const asked = askedOf(options, id)
    return withJournal(context, options, (journal) =>
      asked === 'list' ? list(context, journal) : takeBack(context, options, { journal, id: asked.id }),
    )
  },
}

function askedOf(options: CommandOptions, id: string | undefined): 'list' | { id: string | undefined } {
  const ways = [id !== undefined, option.flag(options, 'list'), option.flag(options, 'last')]
  if (ways.filter(Boolean).length === 1) return option.flag(options, 'list') ? 'list' : { id }
  const what = ways.includes(true) ? 'Name a run, or --last, or --list: one of them.' : 'Which run?'
  throw new HoldfastError('usage', { what, next: 'See: holdfast rollback --list' })
}

async function list(context: CommandContext, journal: Journal): Promise<number> {
  const { listRuns } = await import('../../remediate/runs.ts')
  const report = await listRuns(journal, context.run.signal)
  const { runsText } = await import('../../report/rollback-text.ts')
  await context.answer(report, () => runsText(report, { width: widthOf(context.io) }))
  return exit.ok
}

async function takeBack(
  context: CommandContext,
  options: CommandOptions,
  { journal, id }: { journal: Journal; id: string | undefined },
): Promise<number> {
  const { signal } = context.run
  const { newestRun } = await import('../../remediate/runs.ts')
  const run = id === undefined ? await newestRun(journal, signal) : await journal.read(id, signal)
  const { rollBack } = await import('../../remediate/rollback.ts')
  const wanted = rollbackOptions(context, options, run)
  const goingBack = throughDoor(context, options, {
    plan: run.plan,
    work: (door) => rollBack(door, { run, journal }, wanted),
  })
  const next = `Run it again: holdfast rollback ${run.id}`
  const report = await sayHowToGoOn(context, next, goingBack)
  const { rollbackText } = await import('../../report/rollback-text.ts')
  await context.answer(report, () => rollbackText(report, { width: widthOf(context.io) }))
  return exitOf(report)
}

function rollbackOptions(
  context: CommandContext,
  options: CommandOptions,
  run: JournaledRun,
): RollbackOptions {
  return {
    goOn: option.flag(options, 'continue'),
    dryRun: option.flag(options, 'dryRun'),
    agree: async (touched) => {
      const { rollbackQuestion } = await import('../../report/rollback-text.ts')
      const question = rollbackQuestion(run, touched)
      await requireYes(context, options, { question, what: 'The run was not rolled back.' })
    },
  }
}

function exitOf({ complete, steps }: RollbackReport): number {
  if (complete) return exit.ok
  if (steps.some(({ outcome }) => outcome === 'undone' || outcome === 'already')) return exit.partial
  return steps.some(({ outcome }) => outcome === 'failed') ? exit.failed : exit.refused
}

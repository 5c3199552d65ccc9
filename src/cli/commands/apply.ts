import { exit, HoldfastError } from '../../core/errors.ts'
import type { ApplyOptions, ApplyReport } from '../../remediate/apply.ts'
import type { Plan } from '../../remediate/plan.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { widthOf } from '../io.ts'
import { journalOption, withJournal } from '../journal.ts'
import { textOf } from '../lifecycle.ts'
import { onlyOption, requireYes, risksOf, sayHowToGoOn, throughDoor } from '../remediation.ts'
import { vaultOption } from '../vault.ts'

export const apply: CommandSpec = {
  name: 'apply',
  summary:
    'Carries out a plan: looks at every target first, writes down each step before it is done, and reads it again after it. Run again it goes on where it was stopped.',
  argument: { spelled: '<plan>', does: 'file from holdfast plan --out' },
  options: [
    onlyOption,
    { flags: '--step <id>', does: 'only this step; may be repeated', many: true },
    { flags: '--dry-run', does: 'look, and say what would be done; changes nothing' },
    { flags: '--yes', does: 'do not ask: for scripts' },
    {
      flags: '--confirm <name>',
      does: 'your word for a step without a way back; may be repeated',
      many: true,
    },
    {
      flags: '--max <n>',
      does: 'that many destructive steps at most',
      default: '10, or 5 % of the repositories',
    },
    { flags: '--continue', does: 'leave out what fails or was changed since, and go on' },
    journalOption,
    { ...vaultOption, does: 'whose snapshots hold what a step takes away' },
    budgetOption,
  ],
  examples: [
    { line: 'holdfast apply plan.json --dry-run', does: 'whether everything is still as planned' },
    { line: 'holdfast apply plan.json --only safe', does: 'begin with what nobody notices; asks first' },
    { line: 'holdfast apply plan.json --yes --journal s3://my-backups/journal', does: 'in a pipeline' },
    {
      line: 'holdfast apply plan.json --step tag-mutability:shop/api --yes',
      does: 'one step',
    },
  ],
  exits: {
    [exit.failed]: 'nothing could be done',
    [exit.partial]: 'some steps were done, others failed or were left out',
    [exit.refused]: 'something was changed since, or nobody said yes: nothing was changed',
  },
  run: async (context, options, file = '') => {
    const { parsePlan } = await import('../../remediate/plan-file.ts')
    const plan = parsePlan(await textOf(context, file), file)
    const wanted = applyOptions(context, options, plan)
    const { applyPlan } = await import('../../remediate/apply.ts')
    const applying = withJournal(context, options, (journal) =>
      throughDoor(context, options, { plan, work: (door) => applyPlan(door, { plan, journal }, wanted) }),
    )
    const next = 'Run the same command again: it goes on where it was. Or: holdfast rollback --last'
    const report = await sayHowToGoOn(context, next, applying)
    const { applyText } = await import('../../report/apply-text.ts')
    await context.answer(report, () => applyText(report, { width: widthOf(context.io), file }))
    return exitOf(report)
  },
}

function applyOptions(context: CommandContext, options: CommandOptions, plan: Plan): ApplyOptions {
  const only = risksOf(options)
  const steps = option.list(options, 'step')
  const confirmed = option.list(options, 'confirm')
  const max = maxOf(options)
  requireKnown(plan, steps)
  return {
    ...(only && { only }),
    ...(steps && { steps }),
    ...(confirmed && { confirmed }),
    ...(max !== undefined && { max }),
    goOn: option.flag(options, 'continue'),
    dryRun: option.flag(options, 'dryRun'),
    agree: async (todo) => {
      const { applyQuestion } = await import('../../report/apply-text.ts')
      const question = applyQuestion(plan, todo)
      await requireYes(context, options, { question, what: 'The plan was not applied.' })
    },
  }
}

function maxOf(options: CommandOptions): number | undefined {
  const text = option.text(options, 'max')
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new HoldfastError('usage', {
    what: `--max ${JSON.stringify(text)} is not a whole number.`,
    next: 'Say how many destructive steps may be done at most: --max 12',
  })
}

function requireKnown({ steps }: Plan, wanted: readonly string[] = []): void {
  const unknown = wanted.find((id) => !steps.some((step) => step.id === id))
  if (unknown === undefined) return
  const [first] = steps
  throw new HoldfastError('usage', {
    what: `The plan has no step ${JSON.stringify(unknown)}`,
    next: first ? `Such as ${first.id}; apply --dry-run lists them all.` : 'It has no step at all.',
  })
}

function exitOf({ complete, steps }: ApplyReport): number {
  if (complete) return exit.ok
  if (steps.some(({ outcome }) => outcome === 'done' || outcome === 'already')) return exit.partial
  return steps.some(({ outcome }) => outcome === 'failed') ? exit.failed : exit.refused
}

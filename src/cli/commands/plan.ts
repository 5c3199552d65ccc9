import { resolve } from 'node:path'
import type { AwsContext } from '../../aws/context.ts'
import { exit } from '../../core/errors.ts'
import type { Plan } from '../../remediate/plan.ts'
import { type PlanFormatName, planFormatNames, planFormats } from '../../remediate/shown/index.ts'
import { expectedOf, withSecrets } from '../audit-input.ts'
import { baselineOf, checkWishes } from '../baseline.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import { loadConfig } from '../config.ts'
import type { CommandContext } from '../context.ts'
import { heldIn } from '../held.ts'
import { collectOptions, collectThrough, openRegistry } from '../inventory.ts'
import { wantsColour, widthOf } from '../io.ts'
import { onlyOption, risksOf, withDoor } from '../remediation.ts'
import { vaultOption } from '../vault.ts'
import { requirePlace, writeWhole } from '../whole-file.ts'

export const plan: CommandSpec = {
  name: 'plan',
  summary:
    'Says what would put the findings of an audit right, step by step, with the way back. Changes nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    { flags: '--control <id>', does: 'only findings of this control; may be repeated', many: true },
    ...collectOptions,
    {
      flags: '--baseline <file>',
      does: 'take baseline:, audit: and waivers: from this file',
      default: 'holdfast.yaml',
    },
    onlyOption,
    { flags: '--out <file>', does: 'write the plan into a file, for holdfast apply' },
    { ...vaultOption, does: 'whose newest snapshot holds what may go: ./folder or s3://bucket/prefix' },
    { flags: '--exit-code', does: 'exit 3 when there is something to change, for CI' },
    budgetOption,
  ],
  formats: planFormatNames,
  examples: [
    { line: 'holdfast plan', does: 'everything, to read it' },
    { line: 'holdfast plan --out plan.json', does: 'then: holdfast apply plan.json' },
    { line: 'holdfast plan --control tag-immutability --repository shop/*', does: 'a part of it' },
    { line: 'holdfast plan --only safe --format markdown', does: 'for a pull request' },
    { line: "holdfast plan --query 'steps[].id'", does: 'a list for a script' },
  ],
  exits: {
    [exit.findings]: 'with --exit-code: there is something to change',
    [exit.partial]: 'something could not be judged, and is in no plan',
  },
  run: async (given, options, argument) => {
    const file = outOf(given, options)
    if (file) await requirePlace(file)
    const context = await withBaseline(given, options)
    const aws = await openRegistry(context, argument)
    try {
      const { made, unknown } = await makeFrom(context, options, aws)
      await answerPlan(context, made, file)
      if (option.flag(options, 'exitCode') && made.steps.length > 0) return exit.findings
      return unknown > 0 ? exit.partial : exit.ok
    } finally {
      aws.close()
    }
  },
}

function outOf({ io }: CommandContext, options: CommandOptions) {
  const name = option.text(options, 'out')
  return name === undefined ? undefined : { name, path: resolve(io.cwd, name) }
}

async function withBaseline(context: CommandContext, options: CommandOptions): Promise<CommandContext> {
  const file = option.text(options, 'baseline')
  if (file === undefined) return context
  const { baseline, audit, waivers } = await loadConfig(context.io.cwd, file)
  const { baseline: _, audit: __, waivers: ___, ...rest } = context.config
  const chosen = { ...(baseline && { baseline }), ...(audit && { audit }), ...(waivers && { waivers }) }
  return { ...context, config: { ...rest, ...chosen } }
}

/** Judged as an audit does it, then planned. */
async function makeFrom(
  context: CommandContext,
  options: CommandOptions,
  aws: AwsContext,
): Promise<{ made: Plan; unknown: number }> {
  const { config, run } = context
  const baseline = baselineOf(config)
  await checkWishes(baseline, aws)
  const collected = await collectThrough(context, options, aws)
  const inventory = await withSecrets(context, options, collected)
  const held = await heldIn(context, options, inventory)
  const { judge } = await import('../../audit/audit.ts')
  const controls = option.list(options, 'control')
  const narrowed = option.list(options, 'repository') !== undefined
  const report = judge(inventory, { ...(controls && { controls }), narrowed, ...expectedOf(config) })
  const { makePlan } = await import('../../remediate/plan.ts')
  const only = risksOf(options)
  const wishes = controls === undefined && !narrowed
  const input = {
    inventory,
    report,
    baseline,
    wishes,
    ...(held && { isHeld: held.has }),
    ...(only && { only }),
  }
  const { unknown } = report.summary
  if (unknown > 0) run.log.warn(`${unknown} findings are unknown, and in no plan: holdfast audit says why.`)
  run.progress.phase('Planning')
  const made = await withDoor(context, options, { aws, work: (door) => makePlan(door, input) })
  return { made, unknown }
}

async function answerPlan(
  context: CommandContext,
  made: Plan,
  file: { name: string; path: string } | undefined,
): Promise<void> {
  if (file) {
    const { jsonDocument } = await import('../../report/json-text.ts')
    await writeWhole(file, jsonDocument(made))
  }
  const { format } = context.global
  const shown = isPlanFormat(format)
    ? (await planFormats[format]())(made)
    : await forPeople(context, made, file)
  await context.answer(made, () => shown)
}

function isPlanFormat(format: string): format is PlanFormatName {
  return Object.hasOwn(planFormats, format)
}

async function forPeople({ io }: CommandContext, made: Plan, file: { name: string } | undefined) {
  const { planText } = await import('../../report/plan-text.ts')
  return planText(made, { width: widthOf(io), colour: wantsColour(io), file: file?.name })
}

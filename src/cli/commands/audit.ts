import type { Severity } from '../../controls/control.ts'
import { exit } from '../../core/errors.ts'
import { auditFormatNames } from '../../report/formats/index.ts'
import { auditFleet, fleetOptions, isFleet, refuseOneOnly } from '../audit-fleet.ts'
import { askedOf, expectedOf, sinceOf, withSecrets } from '../audit-input.ts'
import { answerAudit, outputFiles } from '../audit-output.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { collectFrom, collectOptions, inventoryFrom } from '../inventory.ts'
import { widthOf } from '../io.ts'

export const audit: CommandSpec = {
  name: 'audit',
  summary: 'Finds what is wrong with an ECR registry. Reads only: it pulls no image and changes nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    ...collectOptions,
    { flags: '--inventory <file>', does: 'judge a saved inventory instead of asking AWS' },
    { flags: '--since <file>', does: 'say what changed since this report (made with --format json)' },
    { flags: '--vault <where>', does: 'also look for secrets in the images of its newest snapshot' },
    { flags: '--control <id>', does: 'only this control; may be repeated', many: true },
    {
      flags: '--framework <id>',
      does: 'only what it demands, by requirement; may be repeated',
      choices: ['fsbp', 'cis-eks', 'nist-800-53', 'nist-800-190', 'pci-dss', 'soc-2', 'iso-27001'],
      many: true,
    },
    {
      flags: '--fail-on <severity>',
      does: 'exit 3 on a finding at or over it',
      choices: ['critical', 'high', 'medium', 'low'],
    },
    { flags: '--all', does: 'show every finding, also what passed' },
    {
      flags: '--out <file>',
      does: 'also a report here, by its ending (.html .sarif ...); may be repeated',
      many: true,
    },
    ...fleetOptions,
    budgetOption,
  ],
  formats: auditFormatNames,
  examples: [
    { line: 'holdfast audit', does: 'the registry of your credentials and Region' },
    { line: 'holdfast audit --fail-on high --out audit.sarif', does: 'a gate for CI, with a file to upload' },
    { line: 'holdfast audit --framework pci-dss --out audit.html', does: 'a report for people' },
    { line: 'holdfast audit --since yesterday.json', does: 'what is new, fixed and still open' },
    { line: "holdfast audit --query 'findings[].resource'", does: 'a list for a script' },
  ],
  exits: {
    [exit.findings]: 'findings at or over --fail-on',
    [exit.partial]: 'something could not be judged',
  },
  run: async (context, options, argument) => {
    const { frameworks, controls } = await askedOf(options)
    if (isFleet(context, options)) {
      refuseOneOnly(context, options, argument)
      return runFleet(context, options, controls)
    }
    const files = await outputFiles(context, options)
    const since = await sinceOf(context, options)
    const file = option.text(options, 'inventory')
    const found = file
      ? await inventoryFrom(context, options, file)
      : await collectFrom(context, options, argument)
    const inventory = await withSecrets(context, options, found)
    const { judge, auditExit } = await import('../../audit/audit.ts')
    const { withFrameworks } = await import('../../audit/by-framework.ts')
    const judged = judge(inventory, {
      ...(controls && { controls }),
      ...(since && { since }),
      narrowed: option.list(options, 'repository') !== undefined,
      ...expectedOf(context.config),
    })
    const report = frameworks ? withFrameworks(judged, frameworks) : judged
    await answerAudit(context, report, { files, all: option.flag(options, 'all') })
    return auditExit(report, gateOf(context.config.audit?.failOn, options))
  },
}

/** Many registries, one report. */
async function runFleet(
  context: CommandContext,
  options: CommandOptions,
  controls: string[] | undefined,
): Promise<number> {
  const repositories = option.list(options, 'repository') ?? context.config.repositories
  const narrowed = option.list(options, 'repository') !== undefined
  const judging = { ...(controls && { controls }), narrowed, ...expectedOf(context.config) }
  const report = await auditFleet({ context, repositories, judging }, options)
  const { fleetTable } = await import('../../report/fleet-table.ts')
  const { fleetExit } = await import('../../audit/fleet.ts')
  const shape = { width: widthOf(context.io), all: option.flag(options, 'all') }
  await context.answer(report, () => fleetTable(report, shape))
  return fleetExit(report, gateOf(context.config.audit?.failOn, options))
}

function gateOf(fromFile: Severity | undefined, options: Record<string, unknown>): Severity | undefined {
  return (option.text(options, 'failOn') as Severity | undefined) ?? fromFile
}

import type { Severity } from '../../controls/control.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import { auditFormatNames } from '../../report/formats/index.ts'
import { answerAudit, outputFiles } from '../audit-output.ts'
import { headerOf, openAwsFor, registryOf } from '../aws.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'

export const audit: CommandSpec = {
  name: 'audit',
  summary: 'Finds what is wrong with an ECR registry. Reads only: it pulls no image and changes nothing.',
  argument: { spelled: '[registry]', does: 'ecr://, ecr://REGION or ecr://ACCOUNT/REGION; default: ecr://' },
  options: [
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    { flags: '--control <id>', does: 'only this control; may be repeated', many: true },
    {
      flags: '--framework <id>',
      does: 'only what it demands, with a section by requirement; may be repeated',
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
      does: 'also write a report, in the format of its ending (.html .md .sarif .xml .csv ...); may be repeated',
      many: true,
    },
    budgetOption,
  ],
  formats: auditFormatNames,
  examples: [
    { line: 'holdfast audit', does: 'the registry of your credentials and Region' },
    { line: 'holdfast audit --fail-on high --out audit.sarif', does: 'a gate for CI, with a file to upload' },
    { line: 'holdfast audit --out audit.html --out audit.csv', does: 'reports to send to people' },
    {
      line: "holdfast audit --repository 'shop/*' --control tag-immutability",
      does: 'one question about some',
    },
    { line: 'holdfast audit --framework pci-dss', does: 'requirement by requirement' },
    { line: "holdfast audit --query 'findings[?status==`fail`].resource'", does: 'a list for a script' },
  ],
  exits: {
    [exit.findings]: 'findings at or over --fail-on',
    [exit.partial]: 'something could not be judged',
  },
  run: async (context, options, argument) => {
    const url = registryOf(context, argument)
    if (url.kind !== 'ecr') throw ecrOnly(argument)
    const files = await outputFiles(context, options)
    const { frameworks, controls } = await askedOf(options)
    const aws = await openAwsFor(context, url.region)
    const identity = await aws.identity()
    requireAccount(url.account, identity.account)
    context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
    const { collectInventory } = await import('../../inventory/collect.ts')
    const { judge, auditExit } = await import('../../audit/audit.ts')
    const { withFrameworks } = await import('../../audit/by-framework.ts')
    const repositories = option.list(options, 'repository') ?? context.config.repositories
    const inventory = await collectInventory(aws, context.run, { ...(repositories && { repositories }) })
    const judged = judge(inventory, { ...(controls && { controls }) })
    const report = frameworks ? withFrameworks(judged, frameworks) : judged
    await answerAudit(context, report, { files, all: option.flag(options, 'all') })
    return auditExit(report, gateOf(context.config.audit?.failOn, options))
  },
}

/** What `--framework` and `--control` leave to ask; each narrows the other. Undefined: everything. */
async function askedOf(options: CommandOptions): Promise<{ frameworks?: string[]; controls?: string[] }> {
  const frameworks = option.list(options, 'framework')
  const wanted = option.list(options, 'control')
  if (!frameworks) return wanted ? { controls: wanted } : {}
  const { controlsOfFrameworks } = await import('../../audit/by-framework.ts')
  const shown = controlsOfFrameworks(frameworks)
  const controls = wanted ? shown.filter((id) => wanted.includes(id)) : shown
  if (controls.length > 0) return { frameworks, controls }
  throw new HoldfastError('usage', {
    what: `None of these controls shows anything about ${frameworks.join(', ')}`,
    next: 'Leave --control out, or --framework: holdfast explain CONTROL lists what a control maps to.',
  })
}

function gateOf(fromFile: Severity | undefined, options: Record<string, unknown>): Severity | undefined {
  return (option.text(options, 'failOn') as Severity | undefined) ?? fromFile
}

function ecrOnly(argument: string | undefined): HoldfastError {
  return new HoldfastError('usage', {
    what: `Only ECR registries can be audited, not ${argument}`,
    next: 'Leave the registry out, or name one as ecr://ACCOUNT/REGION.',
  })
}

/** The account in the URL must be the one of the credentials: a wrong profile must not audit the wrong account. */
function requireAccount(wanted: string | undefined, found: string): void {
  if (!wanted || wanted === found) return
  throw new HoldfastError('credentials-missing', {
    what: `The credentials belong to account ${found}, not to ${wanted}`,
    next: `Choose credentials of ${wanted} with --profile or --role-arn.`,
  })
}

import { exit, HoldfastError } from '../../core/errors.ts'
import type { LintFinding } from '../../lifecycle/findings.ts'
import type { LintDocument } from '../../lifecycle/reports.ts'
import { headerOf, openAwsFor } from '../aws.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { textOf } from '../lifecycle.ts'

export const lifecycleLint: CommandSpec = {
  name: 'lifecycle lint',
  summary:
    'Says what ECR would refuse in a lifecycle policy, and what it accepts but is not what it looks like.',
  argument: { spelled: '[file]', does: 'a policy as JSON; - is standard input' },
  options: [
    {
      flags: '--repository <glob>',
      does: 'the policies that these repositories have; may be repeated',
      many: true,
    },
    { flags: '--strict', does: 'exit 3 on warnings as well' },
  ],
  examples: [
    { line: 'holdfast lifecycle lint policy.json', does: 'before you put it' },
    { line: "holdfast lifecycle lint --repository '*'", does: 'every policy of the registry' },
  ],
  exits: {
    [exit.findings]: 'ECR would refuse a policy (with --strict: or a warning)',
    [exit.partial]: 'a policy could not be read',
  },
  run: async (context, options, file) => {
    const found = await sourcesOf(context, options, file)
    const { lintLifecycle } = await import('../../lifecycle/lint.ts')
    const policies = found.sources.flatMap(({ source, text }) => {
      if (text === undefined) return []
      const { accepted, findings } = lintLifecycle(text)
      return [{ source, accepted, findings }]
    })
    const report: LintDocument = {
      schema: 'holdfast.lifecycle-lint/1',
      ...(found.registry && { registry: found.registry, simulated: found.simulated === true }),
      policies,
      unknown: found.sources.flatMap(({ source, unknown }) => (unknown ? [{ source, reason: unknown }] : [])),
    }
    const { lintText } = await import('../../report/lifecycle-lint-text.ts')
    await context.answer(report, () => lintText(report))
    const all = policies.flatMap(({ findings }) => findings)
    if (all.some((finding) => counts(finding, option.flag(options, 'strict')))) return exit.findings
    return report.unknown.length > 0 ? exit.partial : exit.ok
  },
}

const counts = ({ severity }: LintFinding, strict: boolean) => strict || severity === 'error'

interface Sources {
  registry?: string
  simulated?: boolean
  sources: { source: string; text?: string; unknown?: string }[]
}

async function sourcesOf(
  context: CommandContext,
  options: CommandOptions,
  file: string | undefined,
): Promise<Sources> {
  const repositories = option.list(options, 'repository')
  if ((file === undefined) === (repositories === undefined))
    throw new HoldfastError('usage', {
      what: 'Give a file, or repositories; one of both.',
      next: 'Such as: holdfast lifecycle lint policy.json  holdfast lifecycle lint --repository NAME',
    })
  if (file !== undefined) return { sources: [{ source: file, text: await textOf(context, file) }] }
  const aws = await openAwsFor(context)
  const identity = await aws.identity()
  context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
  const { policiesOf } = await import('../../inventory/lifecycle-listing.ts')
  const listed = await policiesOf(aws, repositories, context.run)
  return {
    registry: `ecr://${identity.account}/${aws.region}`,
    simulated: identity.simulated,
    sources: listed.map(({ repository: source, policy }) => {
      if ('error' in policy) return { source, unknown: `${policy.error.code} (needs ${policy.error.needs})` }
      return policy.ok === null ? { source } : { source, text: policy.ok }
    }),
  }
}

import type { PolicyAsk } from '../../access/write/ask.ts'
import type { WrittenFor } from '../../access/write/kinds.ts'
import type { WrittenPolicy } from '../../access/write/write-policy.ts'
import { partitionOf } from '../../core/arn.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import { wrap } from '../../report/wrap.ts'
import { registryOf } from '../aws.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { widthOf } from '../io.ts'
import { nearest } from '../nearest.ts'

/** Here and not in the writer: a help text loads no engine. A test compares. */
const purposes = ['pull', 'push', 'release', 'admin', 'audit', 'backup', 'restore']

export const accessPolicy: CommandSpec = {
  name: 'access policy',
  summary:
    'Writes the least-privilege policy for a purpose, and proves that it allows exactly that. Changes nothing.',
  argument: { spelled: '<purpose>', does: purposes.join(', ') },
  more: [{ spelled: '[registry]', does: 'ecr://ACCOUNT/REGION: what is not said is left open (*)' }],
  options: [
    { flags: '--repository <glob>', does: 'for repositories that match; may be repeated', many: true },
    { flags: '--account <id>', does: 'whose repositories, when no registry is given' },
    { flags: '--vpc <id>', does: 'only through VPC endpoints of this VPC; may be repeated', many: true },
    { flags: '--vpce <id>', does: 'only through this VPC endpoint; may be repeated', many: true },
    { flags: '--source-ip <range>', does: 'only from these addresses; may be repeated', many: true },
    { flags: '--require-mfa', does: 'only with a second factor' },
    { flags: '--repository-policy', does: 'the policy of a repository instead: for --principal or --org' },
    { flags: '--principal <arn>', does: 'user, role or account to let in; may be repeated', many: true },
    { flags: '--org <id>', does: 'only principals of this organization' },
  ],
  examples: [
    {
      line: "holdfast access policy pull ecr://111122223333/eu-west-1 --repository 'shop/*'",
      does: 'for a role that runs images; > policy.json keeps it',
    },
    {
      line: "holdfast access policy push --repository 'shop/*' --vpc vpc-0a1b2c3d",
      does: 'a condition that really restricts, with what it cannot do',
    },
    {
      line: 'holdfast access policy pull --repository-policy --principal 444455556666',
      does: 'lets another account in',
    },
    { line: 'holdfast access policy backup ecr://111122223333/eu-west-1', does: 'what the command needs' },
  ],
  run: async (context, options, argument, [registry]) => {
    const { writePolicy } = await import('../../access/write/write-policy.ts')
    const { policyText } = await import('../../access/write/size.ts')
    const { permissions } = await import('../../aws/permissions.ts')
    const ask = askFrom(context, options, { kind: purposeOf(argument), registry })
    const { warnings, ...written } = writePolicy({ ...ask, permissions })
    if (context.global.format === 'table') tell(context, written)
    for (const warning of warnings) context.run.log.warn(warning)
    await context.answer({ ...written, warnings: [] }, () => policyText(written.policy))
    return exit.ok
  },
}

function purposeOf(argument: string | undefined): WrittenFor {
  if (argument !== undefined && purposes.includes(argument)) return argument as WrittenFor
  const close = nearest(argument ?? '', purposes)
  throw new HoldfastError('usage', {
    what: `No policy can be written for ${JSON.stringify(argument ?? '')}.`,
    next: `${close ? `Did you mean ${close}? ` : ''}One of ${purposes.join(', ')}.`,
  })
}

function askFrom(
  context: CommandContext,
  options: CommandOptions,
  { kind, registry }: { kind: WrittenFor; registry: string | undefined },
): Omit<PolicyAsk, 'permissions'> {
  return {
    ...{ kind, attachTo: option.flag(options, 'repositoryPolicy') ? 'repository' : 'identity' },
    repositories: repositoriesOf(context, options, kind),
    place: placeOf(context, options, registry),
    vpc: option.list(options, 'vpc') ?? [],
    vpce: option.list(options, 'vpce') ?? [],
    sourceIp: option.list(options, 'sourceIp') ?? [],
    requireMfa: option.flag(options, 'requireMfa'),
    org: option.text(options, 'org'),
    principals: option.list(options, 'principal') ?? [],
  }
}

/** What Holdfast does is for the repositories that its settings name, or for all; what people do is to be named. */
function repositoriesOf(context: CommandContext, options: CommandOptions, kind: WrittenFor): string[] {
  const given = option.list(options, 'repository')
  if (given) return given
  if (option.flag(options, 'repositoryPolicy')) return ['*']
  return ['audit', 'backup', 'restore'].includes(kind) ? (context.config.repositories ?? ['*']) : []
}

function placeOf(context: CommandContext, options: CommandOptions, registry: string | undefined) {
  const url = registryOf(context, registry)
  if (url.kind !== 'ecr')
    throw new HoldfastError('usage', {
      what: `Policies are for ECR registries, not for ${registry ?? context.config.registry}`,
      next: 'Name one as ecr://ACCOUNT/REGION.',
    })
  const account = option.text(options, 'account')
  if (account !== undefined && url.account !== undefined && account !== url.account)
    throw new HoldfastError('usage', {
      what: `--account ${account} is not the account of the registry, ${url.account}.`,
      next: 'Leave one of them out.',
    })
  const region = url.region ?? context.global.region
  return {
    partition: region === undefined ? 'aws' : partitionOf(region),
    account: account ?? url.account ?? '*',
    region: region ?? '*',
  }
}

/** Beside the policy, so that `> policy.json` holds nothing else. */
function tell({ io, global }: CommandContext, written: Omit<WrittenPolicy, 'warnings'>): void {
  if (global.quiet) return
  const lines = [
    ...written.meanings.flatMap((meaning) => wrap(`means: ${meaning}`, widthOf(io))),
    `proof: ${written.proof.requests} requests asked of the evaluator, each answered as it should be`,
    ...written.commands.map((command) => `then: ${command}`),
  ]
  io.stderr(`${lines.join('\n')}\n`)
}

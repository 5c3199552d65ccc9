import type { Access } from '../../access/open-access.ts'
import type { Person } from '../../access/people.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import { inventoryOption, principalIn, registryArgument } from '../access.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { identitiesFrom } from '../identities.ts'
import { widthOf } from '../io.ts'
import { usageOf } from '../usage.ts'

export const accessMinimize: CommandSpec = {
  name: 'access minimize',
  summary:
    'Compares what a user or a role may do with what it did, and writes the smaller policy. Attaches nothing.',
  argument: { spelled: '<principal>', does: "a user's or role's name, user/NAME, role/NAME, or its ARN" },
  more: [registryArgument],
  options: [
    {
      flags: '--days <number>',
      does: "how far back in CloudTrail's history of events, 90 at most",
      default: '90',
    },
    {
      flags: '--most-events <number>',
      does: 'read so many at most, the newest; 100 a second is what CloudTrail gives',
      default: '20000',
    },
    {
      flags: '--events <path>',
      does: 'log files of CloudTrail or an export of Athena instead; may be repeated',
      many: true,
    },
    { flags: '--keep-older', does: 'keep what IAM saw in use before these days' },
    { flags: '--policy', does: 'print the smaller policy, and nothing else' },
    inventoryOption,
    budgetOption,
  ],
  examples: [
    { line: 'holdfast access minimize ci-publisher', does: 'granted and used, and the smaller policy' },
    { line: 'holdfast access minimize role/shop-deploy --policy', does: 'the policy alone, to review' },
    {
      line: "holdfast access minimize ci-publisher --query 'changes[?after==`0`].action'",
      does: 'what would go',
    },
  ],
  exits: { [exit.partial]: 'not all events were read, or something could not be' },
  run: async (context, options, word = '', [registry]) => {
    const alone = option.flag(options, 'policy')
    const quiet = alone ? { ...context, header: () => {} } : context
    const { access, repositories } = await identities(quiet, options, registry)
    const person = personOf(access, await principalIn(access, word))
    const { inventory } = access
    const usage = await usageOf(context, options, { principal: person.name, inventory })
    const { minimize } = await import('../../access/minimize/minimize.ts')
    const keepOlder = option.flag(options, 'keepOlder')
    const report = minimize(access, { person, usage, repositories, keepOlder })
    const { minimizeText } = await import('../../report/access-minimize-text.ts')
    if (alone) await context.answer(report.policy ?? {}, () => policyText(report.policy))
    else await context.answer(report, () => minimizeText(report, { width: widthOf(context.io) }))
    return report.missing.length > 0 || !report.seen.complete ? exit.partial : exit.ok
  },
}

/** The policies of repositories have no say here, so only their names are read. */
async function identities(context: CommandContext, options: CommandOptions, argument: string | undefined) {
  let repositories: string[] | undefined
  const choose = (names: readonly string[]) => {
    repositories = [...names]
    return []
  }
  const inventory = await identitiesFrom(context, options, { argument, choose })
  if (option.text(options, 'inventory') !== undefined && 'ok' in inventory.repositories)
    repositories = inventory.repositories.ok.map(({ name }) => name)
  const { openAccess } = await import('../../access/open-access.ts')
  return { access: openAccess(inventory), repositories }
}

/** Only users and roles of the account have policies here; a session means its role. */
function personOf({ people }: Access, { caller, name }: Pick<Person, 'caller' | 'name'>): Person {
  const arn = 'arn' in caller ? caller.arn : name
  const found = people.find((person) => person.name === arn)
  if (found && (caller.kind === 'user' || caller.kind === 'role')) return found
  throw new HoldfastError('nothing-matches', {
    what: `${name} is no user or role of this account.`,
    why: 'Only their policies can be made smaller.',
    next: 'Give user/NAME or role/NAME.',
  })
}

function policyText(policy: object | null): string {
  return policy ? `${JSON.stringify(policy, null, 2)}\n` : 'Nothing of ECR was used: no policy is needed.\n'
}

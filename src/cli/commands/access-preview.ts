import type { ProposedChange } from '../../access/preview.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { accessTo, inventoryOption, registryArgument } from '../access.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { identitiesFrom } from '../identities.ts'
import { widthOf } from '../io.ts'
import { textOf } from '../lifecycle.ts'

export const accessPreview: CommandSpec = {
  name: 'access preview',
  summary: 'Says who would gain and who would lose what by a new policy. Changes nothing.',
  argument: registryArgument,
  options: [
    { flags: '--repository <name>', does: 'the policy of this repository: with --policy or --remove' },
    { flags: '--policy <file>', does: 'its new text; - reads standard input' },
    { flags: '--registry-policy <file>', does: 'the new policy of the registry' },
    { flags: '--principal <name>', does: 'user/NAME, role/NAME, group/NAME, a name or an ARN' },
    { flags: '--identity-policy <file>', does: 'a policy of that principal, or of --managed-policy' },
    { flags: '--policy-name <name>', does: 'which of its policies is replaced; else one is added' },
    { flags: '--managed-policy <arn>', does: 'a managed policy, for all who have it' },
    { flags: '--remove', does: 'the policy goes: of --repository, or --policy-name of --principal' },
    inventoryOption,
    budgetOption,
  ],
  examples: [
    { line: 'holdfast access preview --repository shop/api --policy new.json', does: 'a repository policy' },
    { line: 'holdfast access preview --repository shop/api --remove', does: 'without its policy' },
    {
      line: 'holdfast access preview --principal role/shop-deploy --identity-policy role.json',
      does: 'one more policy of a role',
    },
    { line: 'holdfast access preview --registry-policy new.json', does: 'the policy of the registry' },
  ],
  exits: { [exit.partial]: 'a policy or the identities could not be read; it says which' },
  run: async (context, options, argument) => {
    const change = await changeFrom(context, options)
    const { checkProposed } = await import('../../access/preview/proposed.ts')
    const { previewChange } = await import('../../access/preview.ts')
    // Before AWS is asked.
    checkProposed(change)
    const found = previewChange(await inventoryOf(context, options, { argument, change }), change)
    const { previewText } = await import('../../report/access-preview-text.ts')
    await context.answer(found, () => previewText(found, { width: widthOf(context.io) }))
    return found.missing.length > 0 ? exit.partial : exit.ok
  },
}

/** Of one repository, only that is read. */
async function inventoryOf(
  context: CommandContext,
  options: CommandOptions,
  { argument, change }: { argument: string | undefined; change: ProposedChange },
): Promise<Inventory> {
  if ('repositoryPolicy' in change) {
    const { repository } = change.repositoryPolicy
    return (await accessTo(context, options, { registry: argument, repository })).access.inventory
  }
  const { repositories: _, ...config } = context.config
  return identitiesFrom({ ...context, config }, options, { argument, choose: (names) => names })
}

async function changeFrom(context: CommandContext, options: CommandOptions): Promise<ProposedChange> {
  const text = (name: string) => option.text(options, name)
  const subjects = ['repository', 'registryPolicy', 'principal', 'managedPolicy'].filter((name) => text(name))
  if (subjects.length !== 1) throw unclear(subjects)
  const read = (name: string, flag: string) => documentOf(context, options, { name, flag })
  const [subject = ''] = subjects
  const named = text(subject) ?? ''
  if (subject === 'registryPolicy') return { registryPolicy: await textOf(context, named) }
  if (subject === 'repository')
    return { repositoryPolicy: { repository: named, document: await read('policy', '--policy') } }
  const document = await read('identityPolicy', '--identity-policy')
  if (subject === 'principal') return principalChange(named, text('policyName'), document)
  if (document !== null) return { managedPolicy: { arn: named, document } }
  throw new HoldfastError('usage', {
    what: 'Who has a managed policy is not changed by deleting it: AWS refuses that while somebody has it.',
    next: 'Take it off one: --principal NAME --policy-name ARN --remove',
  })
}

function principalChange(
  principal: string,
  name: string | undefined,
  document: string | null,
): ProposedChange {
  if (document === null && name === undefined)
    throw new HoldfastError('usage', {
      what: 'Nothing says which policy goes.',
      next: 'Add --policy-name: an inline policy, or a managed one by its name or ARN.',
    })
  return { identityPolicy: { principal, name: name ?? 'proposed', document } }
}

/** Null: it goes. */
async function documentOf(
  context: CommandContext,
  options: CommandOptions,
  { name, flag }: { name: string; flag: string },
): Promise<string | null> {
  const file = option.text(options, name)
  const removes = option.flag(options, 'remove')
  if (removes === (file !== undefined))
    throw new HoldfastError('usage', {
      what: removes ? `${flag} and --remove are two changes.` : 'Nothing says what the policy is to become.',
      next: `Give ${flag} FILE, or --remove.`,
    })
  return file === undefined ? null : textOf(context, file)
}

function unclear(subjects: readonly string[]): HoldfastError {
  return new HoldfastError('usage', {
    what: subjects.length > 1 ? 'One change at a time.' : 'Nothing says which policy is to change.',
    next: 'Give --repository, --registry-policy, --principal or --managed-policy.',
  })
}

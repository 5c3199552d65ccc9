import type { AwsContext } from '../aws/context.ts'
import { HoldfastError } from '../core/errors.ts'
import { selectNames } from '../core/select.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { headerOf, openAwsFor, registryOf } from './aws.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { textOf } from './lifecycle.ts'

/** How commands that look at a registry are told what to look at. */
export const collectOptions: OptionSpec[] = [
  { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
  {
    flags: '--in-use <file>',
    does: 'also in use: references, one a line or as JSON, or what `kubectl get pods -A -o json` prints',
  },
]

/** Reads the registry that the argument names, and what surrounds it; the header says whose it is. */
export async function collectFrom(
  context: CommandContext,
  options: CommandOptions,
  argument: string | undefined,
): Promise<Inventory> {
  return collectThrough(context, options, await openRegistry(context, argument))
}

export async function openRegistry(
  context: CommandContext,
  argument: string | undefined,
): Promise<AwsContext> {
  const url = registryOf(context, argument)
  if (url.kind !== 'ecr') throw ecrOnly(argument)
  const aws = await openAwsFor(context, url.region)
  const identity = await aws.identity()
  requireAccount(url.account, identity.account)
  context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
  return aws
}

export async function collectThrough(
  context: CommandContext,
  options: CommandOptions,
  aws: AwsContext,
): Promise<Inventory> {
  const { collectInventory } = await import('../inventory/collect.ts')
  const repositories = option.list(options, 'repository') ?? context.config.repositories
  const inventory = await collectInventory(aws, context.run, { ...(repositories && { repositories }) })
  return withUses(context, options, inventory)
}

/** A saved inventory, for work without AWS. */
export async function inventoryFrom(
  context: CommandContext,
  options: CommandOptions,
  file: string,
): Promise<Inventory> {
  const { parseInventory } = await import('../inventory/file.ts')
  const whole = parseInventory(await textOf(context, file), file)
  const inventory = narrowed(
    whole,
    option.list(options, 'repository') ?? context.config.repositories,
    context,
  )
  const { url, simulated } = inventory.registry
  context.header(`${url} · as of ${inventory.collectedAt}${simulated ? ' · SIMULATED by the sandbox' : ''}`)
  return withUses(context, options, inventory)
}

/** Only the repositories that are asked for; the surroundings of the registry stay as they were saved. */
function narrowed(
  inventory: Inventory,
  globs: readonly string[] | undefined,
  { run }: CommandContext,
): Inventory {
  const { repositories, registry } = inventory
  if ('error' in repositories) return inventory
  const names = repositories.ok.map(({ name }) => name)
  const wanted = new Set(selectNames(globs, names, { where: registry.url, log: run.log }))
  return { ...inventory, repositories: { ok: repositories.ok.filter(({ name }) => wanted.has(name)) } }
}

/** Adds what a file says is in use, such as the pods of a cluster. */
async function withUses(
  context: CommandContext,
  options: CommandOptions,
  inventory: Inventory,
): Promise<Inventory> {
  const file = option.text(options, 'inUse')
  if (file === undefined) return inventory
  const { parseUseFile } = await import('../inventory/use-file.ts')
  const found = parseUseFile(await textOf(context, file), file, inventory.registry)
  if (found.elsewhere > 0)
    context.run.log.warn(`${file}: ${found.elsewhere} references of other registries were left out.`)
  return { ...inventory, uses: { ...inventory.uses, file: { ok: found.uses } } }
}

export function ecrOnly(argument: string | undefined): HoldfastError {
  return new HoldfastError('usage', {
    what: `Only ECR registries can be looked at, not ${argument}`,
    next: 'Leave the registry out, or name one as ecr://ACCOUNT/REGION.',
  })
}

/** The account in the URL must be the one of the credentials: a wrong profile must not audit the wrong account. */
export function requireAccount(wanted: string | undefined, found: string): void {
  if (!wanted || wanted === found) return
  throw new HoldfastError('credentials-missing', {
    what: `The credentials belong to account ${found}, not to ${wanted}`,
    next: `Choose credentials of ${wanted} with --profile or --role-arn.`,
  })
}

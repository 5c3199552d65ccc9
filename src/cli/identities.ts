import { selectNames } from '../core/select.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { headerOf, openAwsFor, registryOf } from './aws.ts'
import { type CommandOptions, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { ecrOnly, inventoryFrom, requireAccount } from './inventory.ts'

export interface Wanted {
  /** The registry, as on the command line. */
  argument: string | undefined
  credentials?: boolean
  /** Of all names, those that are wanted; it may throw. Else what the configuration says. */
  choose?: (names: readonly string[]) => readonly string[]
}

/** Who may do what, and how they sign in: from a saved inventory, or from AWS. Images are not asked for. */
export async function identitiesFrom(
  context: CommandContext,
  options: CommandOptions,
  { argument, credentials = false, choose }: Wanted,
): Promise<Inventory> {
  const file = option.text(options, 'inventory')
  if (file !== undefined) return inventoryFrom(context, options, file)
  const url = registryOf(context, argument)
  if (url.kind !== 'ecr') throw ecrOnly(argument)
  const aws = await openAwsFor(context, url.region)
  const identity = await aws.identity()
  requireAccount(url.account, identity.account)
  context.header(headerOf(identity, aws.region, aws.endpointOf('ecr')))
  const { collectAccess } = await import('../inventory/collect-access.ts')
  const globs = context.config.repositories
  const configured = (names: readonly string[]) =>
    selectNames(globs, names, { where: `ecr://${identity.account}/${aws.region}`, log: context.run.log })
  return collectAccess(aws, context.run, { choose: choose ?? configured, credentials })
}

import { resolve } from 'node:path'
import { HoldfastError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Usage } from '../inventory/use-of-actions/usage.ts'
import { openAwsFor } from './aws.ts'
import { type CommandOptions, option } from './command.ts'
import type { CommandContext } from './context.ts'
import { daysOf } from './days.ts'
import { requireAccount } from './inventory.ts'

/** What a user or a role was seen to use: from files, or from CloudTrail and IAM. */
export async function usageOf(
  context: CommandContext,
  options: CommandOptions,
  { principal, inventory }: { principal: string; inventory: Inventory },
): Promise<Usage> {
  const files = option.list(options, 'events')
  if (files) return await usageInFiles(context, files, principal)
  const { account, region } = inventory.registry
  const aws = await openAwsFor(context, region)
  requireAccount(account, (await aws.identity()).account)
  const { lookUpUsage } = await import('../inventory/use-of-actions/look-up.ts')
  const { collectLastAccessed } = await import('../inventory/use-of-actions/last-accessed.ts')
  const { answer } = await import('../inventory/answer.ts')
  // CloudTrail keeps events for 90 days.
  const asked = { principal, days: daysOf(options, 90), most: mostOf(options) }
  const usage = await lookUpUsage(aws, context.run, asked)
  const last = collectLastAccessed(aws, context.run, principal)
  return { ...usage, lastAccessed: await answer('iam:GenerateServiceLastAccessedDetails', last) }
}

async function usageInFiles(
  { io, run }: CommandContext,
  files: readonly string[],
  principal: string,
): Promise<Usage> {
  const { readUsage } = await import('../inventory/use-of-actions/event-files.ts')
  const paths = files.map((file) => resolve(io.cwd, file))
  const usage = await readUsage(paths, { principal, signal: run.signal })
  const message = 'With --events nothing is asked of AWS.'
  return { ...usage, lastAccessed: { error: { code: 'NotAsked', message, needs: 'nothing' } } }
}

function mostOf(options: CommandOptions): number {
  const most = Number(option.text(options, 'mostEvents') ?? '20000')
  if (Number.isInteger(most) && most > 0) return most
  throw new HoldfastError('usage', { what: 'Not a number of events', next: 'Such as: --most-events 20000' })
}

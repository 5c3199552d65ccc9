import type { AuditReport, JudgeOptions } from '../audit/audit.ts'
import type { Audited, FleetReport, Place } from '../audit/fleet.ts'
import type { AwsContext } from '../aws/context.ts'
import { HoldfastError, hasCode, toHoldfastError } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { SharedAnswers } from '../inventory/collect/neighbours.ts'
import { openAwsFor } from './aws.ts'
import { type CommandOptions, type OptionSpec, option } from './command.ts'
import type { CommandContext } from './context.ts'

export const fleetOptions: OptionSpec[] = [
  {
    flags: '--all-regions',
    does: 'every Region that is switched on; or name some: --region eu-west-1,us-east-1',
  },
  {
    flags: '--accounts <ids>',
    does: 'these accounts, through --role-arn with {account} in it; or: organization',
  },
]

const atOnce = 4

/** Whether more than one registry is asked for. */
export function isFleet({ global }: CommandContext, options: CommandOptions): boolean {
  const several = global.region?.includes(',') === true
  return several || option.flag(options, 'allRegions') || option.text(options, 'accounts') !== undefined
}

const oneOnly = ['inventory', 'since', 'vault', 'out', 'framework', 'inUse'] as const

/** What belongs to one registry cannot be asked of many. */
export function refuseOneOnly(
  context: CommandContext,
  options: CommandOptions,
  argument: string | undefined,
): void {
  const given = oneOnly.find((name) => options[name] !== undefined)
  const flag = given?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const { format } = context.global
  if (!given && !argument && (format === 'table' || format === 'json')) return
  throw new HoldfastError('usage', {
    what: `${flag ? `--${flag}` : (argument ?? `--format ${format}`)} is for one registry, and several were asked for.`,
    next: 'Audit that one alone: holdfast audit ecr://ACCOUNT/REGION',
  })
}

interface Fleet {
  context: CommandContext
  repositories: readonly string[] | undefined
  judging: JudgeOptions
}

/** Audits every registry of the accounts and Regions, some at once. One that fails is listed; the others go on. */
export async function auditFleet(fleet: Fleet, options: CommandOptions): Promise<FleetReport> {
  const { context } = fleet
  const regions =
    context.global.region
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? []
  const home = await openHome(context, regions[0])
  const own = await home.identity()
  const whose = option.text(options, 'accounts') === undefined ? own.account : `${own.account} and others`
  context.header(`${whose} · several registries${own.simulated ? ' · SIMULATED by the sandbox' : ''}`)
  const accounts = await accountsOf(home, own.account, { context, options })
  const audited: Audited[] = []
  context.run.progress.phase('Auditing accounts', { items: accounts.length })
  for (const account of accounts) {
    audited.push(...(await auditAccount({ ...fleet, account, own: own.account }, { options, regions })))
    context.run.progress.advance({ items: 1 })
  }
  const { fleetReport } = await import('../audit/fleet.ts')
  return fleetReport(audited)
}

async function accountsOf(
  home: AwsContext,
  own: string,
  { context, options }: { context: CommandContext; options: CommandOptions },
): Promise<string[]> {
  const text = option.text(options, 'accounts')
  if (text === undefined) return [own]
  if (!isPattern(context)) {
    throw new HoldfastError('usage', {
      what: '--accounts needs a role to assume in each account.',
      next: 'Give a pattern: --role-arn arn:aws:iam::{account}:role/holdfast-audit',
    })
  }
  if (text === 'organization') {
    const { listAccounts } = await import('../inventory/collect/places.ts')
    return listAccounts(home, context.run.signal)
  }
  const ids = text.split(',').map((id) => id.trim())
  const strange = ids.find((id) => !/^\d{12}$/.test(id))
  if (strange === undefined) return [...new Set(ids)]
  throw new HoldfastError('usage', {
    what: `Not an account id: ${JSON.stringify(strange)}`,
    next: 'Give ids of twelve digits, separated by commas, or the word organization.',
  })
}

type AccountAudit = Fleet & { account: string; own: string }

async function auditAccount(
  fleet: AccountAudit,
  { options, regions }: { options: CommandOptions; regions: readonly string[] },
): Promise<Audited[]> {
  const audited: Audited[] = []
  const shared: SharedAnswers = {}
  const wanted = await attempt({ account: fleet.account, region: '*' }, audited, () =>
    regionsOf(fleet, option.flag(options, 'allRegions'), regions),
  )
  await inParallel(wanted ?? [], atOnce, async (region) => {
    const place: Place = { account: fleet.account, region }
    await attempt(place, audited, async () => {
      audited.push(await auditRegion(fleet, place, shared))
    })
  })
  return audited
}

async function regionsOf(
  fleet: AccountAudit,
  all: boolean,
  named: readonly string[],
): Promise<readonly string[]> {
  if (!all && named.length > 0) return named
  const aws = await openIn(fleet, named[0])
  try {
    if (!all) return [aws.region]
    const { listRegions } = await import('../inventory/collect/places.ts')
    return await listRegions(aws, fleet.context.run.signal)
  } finally {
    aws.close()
  }
}

async function auditRegion(fleet: AccountAudit, place: Place, shared: SharedAnswers): Promise<Audited> {
  const { context, repositories, judging } = fleet
  const aws = await openIn(fleet, place.region)
  try {
    const { collectInventory } = await import('../inventory/collect.ts')
    const { judge } = await import('../audit/audit.ts')
    const inventory = await collectInventory(aws, context.run, {
      shared,
      ...(repositories && { repositories }),
    })
    const { simulated, account } = inventory.registry
    if (account !== place.account) throw otherAccount(account, place.account)
    const none = 'ok' in inventory.repositories && inventory.repositories.ok.length === 0
    const report: AuditReport = judge(inventory, judging)
    return none ? { place, empty: true, simulated } : { place, report }
  } finally {
    aws.close()
  }
}

/** The credentials that everything begins with: a role for each account is not one of them. */
function openHome(context: CommandContext, region: string | undefined): Promise<AwsContext> {
  return isPattern(context) ? openAs('', context, region) : openAwsFor(context, region)
}

/** As any command opens AWS, budget and all, but in this role; none when it is empty. */
function openAs(roleArn: string, context: CommandContext, region: string | undefined): Promise<AwsContext> {
  return openAwsFor({ ...context, global: { ...context.global, roleArn } }, region)
}

function isPattern({ global, config }: CommandContext): boolean {
  return (global.roleArn ?? config.roleArn)?.includes('{account}') === true
}

/** The caller's own account is looked at with the caller's own credentials. */
function openIn({ context, account, own }: AccountAudit, region: string | undefined): Promise<AwsContext> {
  if (!isPattern(context)) return openAwsFor(context, region)
  const pattern = context.global.roleArn ?? context.config.roleArn ?? ''
  return openAs(account === own ? '' : pattern.replaceAll('{account}', account), context, region)
}

/** An interruption ends everything; any other failure is this place's own. */
async function attempt<T>(place: Place, audited: Audited[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (hasCode(error, 'interrupted', 'internal')) throw error
    audited.push({ place, error: toHoldfastError(error) })
    return undefined
  }
}

function otherAccount(found: string, wanted: string): HoldfastError {
  return new HoldfastError('credentials-missing', {
    what: `The role leads to account ${found}, not to ${wanted}.`,
    next: 'Check the pattern of --role-arn: {account} stands for the account id.',
  })
}

import type { Ability } from '../../access/actions.ts'
import type { Answer, Inventory, MissingAnswer } from '../../inventory/inventory.ts'
import type { Identities, LambdaFunction, LogGroup } from '../../inventory/neighbours.ts'
import {
  fail,
  type Judged,
  notApplicable,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { abilitiesInWords, clip } from '../grant-words.ts'
import { isWrite, type Rights, rightsOf } from '../identity-rights.ts'
import { endOf } from '../lambda-runtimes.ts'
import { notJudged } from '../policy-verdict.ts'

export const cleanUpFunction: ResourceControl = {
  id: 'clean-up-function',
  title: 'Functions that delete images by the clock run, tell when they fail, and may do no more',
  severity: 'low',
  why: 'A program that deletes images by itself does harm unseen: by deleting too much, or by not running any more.',
  needs: [
    'lambda:ListFunctions',
    'lambda:GetFunctionEventInvokeConfig',
    'events:ListRules',
    'events:ListTargetsByRule',
    'scheduler:ListSchedules',
    'scheduler:GetSchedule',
    'logs:DescribeLogGroups',
    'iam:GetAccountAuthorizationDetails',
  ],
  mappings: [
    { framework: 'FSBP', ids: ['Lambda.2'] },
    { framework: 'NIST 800-53', ids: ['AC-6', 'AU-12', 'SI-2'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.3', '7.2.5', '10.5.1'] },
    { framework: 'SOC 2', ids: ['CC6.3', 'CC7.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.2', 'A.8.8', 'A.8.15'] },
  ],
  fix: 'Give the function a supported runtime, a dead letter queue, a log retention, and a role for its repositories.',
  scope: 'resource',
  judge: (inventory) => {
    const { functions, identities } = inventory
    const resource = registryArn(inventory)
    if ('error' in functions) return [{ resource, verdict: unknown(functions.error) }]
    const clocks = clocksIn(inventory)
    const started = functions.ok.map((each) => ({
      each,
      by: clocks.ok.filter(({ starts }) => isIt(starts, each)),
    }))
    const scheduled = started.filter(({ by }) => by.length > 0)
    if (scheduled.length > 0 && 'error' in identities)
      return [{ resource, verdict: unknown(identities.error) }]
    const all = 'ok' in identities ? identities.ok : undefined
    const found = scheduled.flatMap(({ each, by }): Judged[] => {
      const rights = all && rightsOfFunction(each, all, inventory)
      if (!rights || !mayDelete(rights)) return []
      return [{ resource: each.arn, verdict: judgeFunction(each, { by, rights, inventory }) }]
    })
    if (clocks.missing) return [...found, { resource, verdict: unknown(clocks.missing) }]
    return found.length > 0 ? found : [{ resource, verdict: none }]
  },
}

const none = notApplicable('Nothing starts a function by the clock that may delete images.')

interface Clock {
  name: string
  enabled: boolean
  /** ARN of what it starts. */
  starts: string
}

/** Rules with a schedule, and schedules; what is known of them, and the answer that is missing. */
function clocksIn({ eventRules, schedules }: Inventory): { ok: Clock[]; missing?: MissingAnswer } {
  const rules = okOf(eventRules).filter(({ schedule }) => schedule !== undefined)
  const byRule = rules.flatMap(({ name, enabled, targets }) =>
    targets.map(({ arn }) => ({ name: `rule ${name}`, enabled, starts: arn })),
  )
  const bySchedule = okOf(schedules).map(({ name, enabled, target }) => ({
    name: `schedule ${name}`,
    enabled,
    starts: target.arn,
  }))
  const answers: readonly Answer<unknown>[] = [eventRules, schedules]
  const missing = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []))[0]
  return { ok: [...byRule, ...bySchedule], ...(missing && { missing }) }
}

function okOf<T>(answer: Answer<T[]>): T[] {
  return 'ok' in answer ? answer.ok : []
}

/** A target may name a version or an alias behind the function. */
function isIt(target: string, { arn }: LambdaFunction): boolean {
  return target === arn || target.startsWith(`${arn}:`)
}

function rightsOfFunction({ role }: LambdaFunction, identities: Identities, inventory: Inventory) {
  const found = identities.roles.find(({ arn }) => arn === role)
  return found && rightsOf(found, inventory)
}

/** For certain, or for all that is known here. */
function mayDelete({ rights, unclear }: Rights): boolean {
  return rights.some(({ ability }) => ability === 'delete') || unclear.length > 0
}

interface Seen {
  by: readonly Clock[]
  rights: Rights
  inventory: Inventory
}

function judgeFunction(found: LambdaFunction, { by, rights, inventory }: Seen): Verdict {
  const log = retentionOf(found, inventory.logGroups)
  const problems = [
    ...runtimeProblems(found, inventory.collectedAt),
    ...(found.deadLetter === undefined && found.onFailure === undefined
      ? ['what it could not do goes nowhere: it has neither a dead letter target nor one on failure']
      : []),
    ...(typeof log === 'string' ? [log] : []),
    ...(by.some(({ enabled }) => enabled) ? [] : [`${by[0]?.name ?? 'what starts it'} is switched off`]),
    ...roleProblems(rights),
  ]
  const evidence = { role: found.role, startedBy: by.slice(0, 5).map(({ name }) => clip(name)) }
  if (problems.length > 0) return fail(`${sentence(problems)}.`, evidence)
  if (rights.unclear.length > 0) return notJudged(clip(rights.unclear[0] ?? '', 300))
  if (typeof log === 'object') return unknown(log)
  return pass(
    `Started by ${clip(by[0]?.name ?? '')}; failures and logs are kept, and its role is limited.`,
    evidence,
  )
}

function runtimeProblems({ runtime }: LambdaFunction, today: string): string[] {
  const end = runtime === undefined ? undefined : endOf(runtime, today)
  return end === undefined ? [] : [`its runtime ${runtime} gets no more fixes since ${end}`]
}

/** Nothing when the logs end some day; a group that is not there yet will be made without an end. */
function retentionOf(
  { logGroup }: LambdaFunction,
  groups: Answer<LogGroup[]>,
): string | MissingAnswer | undefined {
  if ('error' in groups) return groups.error
  const found = groups.ok.find(({ name }) => name === logGroup)
  if (found?.retentionDays !== undefined) return undefined
  return found
    ? 'its logs are kept for ever'
    : `its log group ${clip(logGroup)} is not there, and gets no retention by itself`
}

const needed: Ability[] = ['read', 'pull', 'delete']

/** To clean up takes reading and deleting. */
export function roleProblems({ rights, administrator }: Rights): string[] {
  if (administrator !== undefined) return [`its role may do everything (${administrator})`]
  const writes = rights.filter(isWrite)
  const more = new Set(
    writes.filter(({ ability }) => !needed.includes(ability)).map(({ ability }) => ability),
  )
  const everywhere = writes.some(({ ability, everywhere }) => ability === 'delete' && everywhere)
  return [
    ...(everywhere ? ['its role may delete in every repository'] : []),
    ...(more.size > 0 ? [`its role may also ${abilitiesInWords(more)}`] : []),
  ]
}

function sentence(problems: readonly string[]): string {
  const text = problems.join('; ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

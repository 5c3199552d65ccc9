import { roleProblems } from '../../controls/clean-up-function/control.ts'
import { rightsOf } from '../../controls/identity-rights.ts'
import { endOf } from '../../controls/lambda-runtimes.ts'
import type { LambdaFunction } from '../../inventory/neighbours.ts'
import type { Fix, FixContext } from '../fix.ts'
import { functionFailures } from '../kinds/function-failures.ts'
import { holderPath } from '../kinds/holder.ts'
import { inlinePolicy } from '../kinds/inline-policy.ts'
import { logGroup } from '../kinds/log-group.ts'
import { logRetention } from '../kinds/log-retention.ts'
import { type Ear, earOf, nobodyNamed, proposeEar } from '../watching/ear.ts'
import { lostAtRollback } from '../watching/logs-delivery.ts'
import { roleIn, roleMay } from '../watching/role-may.ts'

/** Where its logs and failures go is a setting; its runtime and its rights are its program's matter. */
export const cleanUpFunction: Fix = {
  control: 'clean-up-function',
  propose: (context) => {
    const { functions } = context.inventory
    for (const { resource } of context.findings) {
      const found = 'ok' in functions ? functions.ok.find(({ arn }) => arn === resource) : undefined
      if (!found) continue
      keepLogs(context, found)
      if (found.deadLetter === undefined && found.onFailure === undefined) tellFailures(context, found)
      askForRuntime(context, found)
      askForRights(context, found)
      askForClock(context, found)
    }
  },
}

function keepLogs({ inventory, draft, baseline }: FixContext, { logGroup: name }: LambdaFunction): void {
  const { logGroups } = inventory
  if ('error' in logGroups) return
  const group = logGroups.ok.find((one) => one.name === name)
  if (group?.retentionDays !== undefined) return
  const { retentionDays } = baseline.monitoring
  if (!group)
    draft.change(logGroup, name, (state) => state ?? { name }, {
      why: 'The log group of the function is there before its first line.',
      warnings: [lostAtRollback],
    })
  draft.change(logRetention, name, (state) => state ?? retentionDays, {
    why: `The logs of the function are kept for ${retentionDays} days.`,
    ...(group && {
      risk: 'destructive' as const,
      warnings: [`Entries older than ${retentionDays} days go, and a rollback does not bring them back.`],
    }),
  })
}

/** With the right to write there, which Lambda asks for before it takes the destination. */
function tellFailures(context: FixContext, found: LambdaFunction): void {
  const { inventory, draft, baseline } = context
  const { arn: resource, role: roleArn, name } = found
  const ear = earOf(inventory, baseline)
  const role = roleIn(inventory, roleArn)
  if (!ear) {
    draft.leave({ resource, ...nobodyNamed })
    return
  }
  proposeEar(context, ear, { resource })
  if (role && !roleMay(role, inventory, { action: 'sns:Publish', resource: ear.arn }))
    draft.change(inlinePolicy, `${holderPath(roleArn)}/holdfast-failures`, () => mayTell(ear), {
      why: `The function ${name} may write to the topic ${ear.name}.`,
    })
  draft.change(
    functionFailures,
    name,
    (state) => ({
      ...(state ?? usual),
      DestinationConfig: { ...state?.DestinationConfig, OnFailure: { Destination: ear.arn } },
    }),
    { why: `What the function ${name} could not do is told to the topic ${ear.name}.` },
  )
}

/** Of a function that was never told anything. */
const usual = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 }

function mayTell({ arn }: Ear): string {
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: arn }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

function askForRuntime({ inventory, draft }: FixContext, { name, arn, runtime }: LambdaFunction): void {
  const end = runtime === undefined ? undefined : endOf(runtime, inventory.collectedAt)
  if (end === undefined || runtime === undefined) return
  const { region } = inventory.registry
  draft.byHand({
    resource: arn,
    why: `Its runtime ${runtime} gets no more fixes since ${end}; whether its program runs on another, only a test shows.`,
    instructions: [
      `Run its tests on the present version of ${runtime.replace(/[\d.]+.*$/, '')}, in a copy of the function.`,
      `aws lambda update-function-configuration --region ${region} --function-name ${name} --runtime ${newest(runtime)}`,
    ],
  })
}

function newest(runtime: string): string {
  const family = runtime.replace(/[\d.]+.*$/, '')
  const names: Record<string, string> = {
    python: 'python3.13',
    nodejs: 'nodejs22.x',
    java: 'java21',
    ruby: 'ruby3.4',
    go: 'provided.al2023',
    provided: 'provided.al2023',
  }
  return names[family] ?? 'RUNTIME'
}

function askForRights({ inventory, draft }: FixContext, { arn, role: roleArn }: LambdaFunction): void {
  const role = roleIn(inventory, roleArn)
  const problems = role ? roleProblems(rightsOf(role, inventory)) : []
  if (!role || problems.length === 0) return
  draft.byHand({
    resource: arn,
    why: `Taking rights from a program may stop it, and ${problems.join('; ')}.`,
    instructions: [
      `See what it used, and the smaller policy: holdfast access minimize role/${role.name} --days 90 --keep-older`,
      `Its repositories named one by one: holdfast plan --control iam-least-privilege shows what a plan would take.`,
    ],
  })
}

function askForClock({ inventory, draft }: FixContext, { arn, name }: LambdaFunction): void {
  const { eventRules, schedules, registry } = inventory
  const rules = ('ok' in eventRules ? eventRules.ok : []).filter(
    ({ schedule, targets }) => schedule && targets.some((target) => isIt(target.arn, arn)),
  )
  const timed = ('ok' in schedules ? schedules.ok : []).filter(({ target }) => isIt(target.arn, arn))
  if ([...rules, ...timed].some(({ enabled }) => enabled)) return
  draft.byHand({
    resource: arn,
    why: 'Everything that starts it is switched off: whether it should run again is for people to say.',
    instructions: [
      ...rules.map((rule) => `aws events enable-rule --region ${registry.region} --name ${rule.name}`),
      ...timed.map((one) => `Switch on the schedule ${one.name} (${one.arn}) in EventBridge Scheduler.`),
      `Or, when a lifecycle policy does its work: aws lambda delete-function --region ${registry.region} --function-name ${name}`,
    ],
  })
}

function isIt(target: string, arn: string): boolean {
  return target === arn || target.startsWith(`${arn}:`)
}

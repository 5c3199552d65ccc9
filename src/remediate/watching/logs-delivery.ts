import type { Inventory } from '../../inventory/inventory.ts'
import type { Trail } from '../../inventory/neighbours.ts'
import type { FixContext } from '../fix.ts'
import { holderPath } from '../kinds/holder.ts'
import { inlinePolicy } from '../kinds/inline-policy.ts'
import { logGroup } from '../kinds/log-group.ts'
import { logRetention } from '../kinds/log-retention.ts'
import { roleIn, roleMay, trusts } from './role-may.ts'

const writing = ['logs:CreateLogStream', 'logs:PutLogEvents']

/**
 * A trail that cannot write to its log group. A plan gives back what is missing: the group, or the right to write.
 * CloudTrail tries again by itself, but its last error stays until then; and what no policy explains, a person looks at.
 */
export function repairDelivery(context: FixContext, trail: Trail, resource: string): void {
  const { inventory, draft } = context
  const { logGroup: arn = '', logsRole = '', homeRegion } = trail
  const name = arn.split(':log-group:')[1] ?? ''
  const { logGroups } = inventory
  const region = homeRegion === inventory.registry.region ? {} : { region: homeRegion }
  if ('ok' in logGroups && !logGroups.ok.some((one) => one.name === name))
    remake(context, { resource: name, ...region })
  const role = roleIn(inventory, logsRole)
  const mayWrite =
    role && writing.every((action) => roleMay(role, inventory, { action, resource: streams(arn) }))
  if (role && !mayWrite)
    draft.change(inlinePolicy, `${holderPath(role.arn)}/holdfast-trail-logs`, () => writeTo(arn), {
      why: `The role ${role.name} may write what trail ${trail.name} records to its log group.`,
    })
  draft.byHand({
    resource,
    why: whyByHand(trail, inventory, mayWrite),
    instructions: [
      ...(role && trusts(role, 'cloudtrail.amazonaws.com') ? [] : trustFirst(logsRole, inventory)),
      `aws cloudtrail update-trail --region ${homeRegion} --name ${trail.name} --cloud-watch-logs-log-group-arn '${arn}:*' --cloud-watch-logs-role-arn ${logsRole}`,
      `Look whether it can write now: aws cloudtrail get-trail-status --region ${homeRegion} --name ${trail.name} --query LatestCloudWatchLogsDeliveryError`,
      'When it still cannot: a KMS key of the log group, a permissions boundary or a policy of the organization may be in the way.',
    ],
  })
}

function remake({ draft, baseline }: FixContext, target: { resource: string; region?: string }): void {
  draft.change(logGroup, target, (state) => state ?? { name: target.resource }, {
    why: 'The log group of the trail is there again.',
    warnings: [lostAtRollback],
  })
  draft.change(logRetention, target, (state) => state ?? baseline.monitoring.retentionDays, {
    why: `Its entries are kept for ${baseline.monitoring.retentionDays} days.`,
  })
}

export const lostAtRollback = 'A rollback deletes the group, and with it what was logged meanwhile.'

function whyByHand({ status }: Trail, inventory: Inventory, mayWrite: boolean | undefined): string {
  const error = 'ok' in status ? status.ok.logsDeliveryError : undefined
  const said = `The last thing that CloudTrail said is ${error}.`
  if ('error' in inventory.identities) return `${said} The policies of its role could not be read.`
  if (mayWrite === undefined) return `${said} Its role does not exist in this account.`
  return mayWrite
    ? `${said} Its role may write there, as far as its policies show: CloudTrail checks again when it is told where to write.`
    : `${said} Its role may write there after the apply: CloudTrail checks again when it is told where to write.`
}

function trustFirst(role: string, { identities, registry }: Inventory): string[] {
  const name = role.split('/').at(-1) ?? ''
  if ('error' in identities) return [`Look at the role: aws iam get-role --role-name ${name}`]
  const exists = identities.ok.roles.some(({ arn }) => arn === role)
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': registry.account } },
      },
    ],
  })
  return exists
    ? [`aws iam update-assume-role-policy --role-name ${name} --policy-document '${trust}'`]
    : [
        `aws iam create-role --role-name ${name} --assume-role-policy-document '${trust}'`,
        `Then make the plan again: it gives the role the right to write.`,
      ]
}

function writeTo(group: string): string {
  const statement = { Effect: 'Allow', Action: writing, Resource: streams(group) }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

function streams(group: string): string {
  return `${group}:log-stream:*`
}

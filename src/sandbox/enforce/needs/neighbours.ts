import type { Need } from '../decide.ts'
import { type Asked, arnIn, memberIn, passRole, textIn, textsIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

/** The resources that a request names; none: the action is asked for on `*`. */
type Resources = (asked: Asked) => string[]
/** What is handed to a service by the request, beside the action. */
type Passing = (asked: Asked) => Need[]

/** `prefix` and the first of the members that is there. */
function named(service: string, prefix: string, ...members: string[]): Resources {
  return (asked) => {
    const name = textIn(asked.input, ...members)
    return name === undefined ? [] : [arnIn(asked, service, `${prefix}${name}`)]
  }
}

const resources: Record<string, Resources> = {
  cloudtrail: named('cloudtrail', 'trail/', 'Name', 'TrailName', 'ResourceId'),
  cloudwatch: (asked) =>
    [
      ...textsIn(asked.input, 'AlarmNames'),
      ...[textIn(asked.input, 'AlarmName', 'ResourceARN') ?? []].flat(),
    ].map((name) => arnIn(asked, 'cloudwatch', `alarm:${name}`)),
  // Its lists take no resource.
  ec2: (asked) => {
    const id = textIn(asked.input, 'VpcEndpointId')
    return id === undefined ? [] : [arnIn(asked, 'ec2', `vpc-endpoint/${id}`)]
  },
  events: rules,
  logs: named('logs', 'log-group:', 'logGroupName', 'logGroupIdentifier', 'resourceArn'),
  scheduler: (asked) => {
    const name = textIn(asked.input, 'Name')
    const group = textIn(asked.input, 'GroupName', 'ScheduleGroup') ?? 'default'
    const schedule = /Schedule$/.test(asked.operation) && name !== undefined
    return schedule ? [arnIn(asked, 'scheduler', `schedule/${group}/${name}`)] : []
  },
  'ecr-public': (asked) => {
    const { input, caller } = asked
    const names = [...textsIn(input, 'repositoryNames'), ...[textIn(input, 'repositoryName') ?? []].flat()]
    const arn = textIn(input, 'resourceArn')
    const own = names.map((name) => `arn:aws:ecr-public::${caller.account}:repository/${name}`)
    return arn === undefined ? own : [arn]
  },
}

function rules(asked: Asked): string[] {
  const { input, operation } = asked
  const arn = textIn(input, 'ResourceARN')
  if (arn !== undefined) return [arn]
  const name = textIn(input, 'Rule', 'Name')
  const bus = textIn(input, 'EventBusName') ?? 'default'
  if (name === undefined) return operation === 'ListRules' ? [arnIn(asked, 'events', 'rule/*')] : []
  return [arnIn(asked, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`)]
}

const passing: Record<string, Passing> = {
  cloudtrail: ({ input }) => passRole(textIn(input, 'CloudWatchLogsRoleArn'), 'cloudtrail.amazonaws.com'),
  events: ({ input }) => {
    const targets = Array.isArray(input['Targets']) ? (input['Targets'] as unknown[]) : []
    const roles = targets.map((each) => textIn(each as Record<string, unknown>, 'RoleArn'))
    return [textIn(input, 'RoleArn'), ...roles].flatMap((role) => passRole(role, 'events.amazonaws.com'))
  },
  scheduler: ({ input }) =>
    passRole(textIn(memberIn(input, 'Target') ?? {}, 'RoleArn'), 'scheduler.amazonaws.com'),
  logs: ({ input }) => passRole(textIn(input, 'roleArn'), 'logs.amazonaws.com'),
}

/**
 * The action of the operation's name, on what it names.
 * Assumption: a service that is not in the table is asked on `*`, so that a policy for single resources of it does
 * not suffice.
 */
export function neighbourNeeds(service: string, asked: Asked): Need[] {
  const action = `${service}:${asked.operation}`
  const additions = tagAdditions(asked)
  const found = (Object.hasOwn(resources, service) ? resources[service]?.(asked) : undefined) ?? []
  const own = (found.length === 0 ? ['*'] : found).map((resource) => ({
    action,
    resource,
    additions,
    // Policies name a log group with `:*` behind it or without.
    ...(service === 'logs' && resource !== '*' && { also: [`${resource.replace(/:\*$/, '')}:*`] }),
  }))
  const handed = Object.hasOwn(passing, service) ? (passing[service]?.(asked) ?? []) : []
  return [...own, ...handed]
}

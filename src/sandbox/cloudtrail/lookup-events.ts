import { parseArn, repositoryArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import { readInteger, readList, readText, refuse, wrongType } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { inRegion, type NeighbourCall } from '../neighbour/service.ts'
import { idOfCall, isReading, type SeenCall, userNameOf } from './events.ts'

const ninetyDays = 90 * 24 * 60 * 60 * 1000
const most = 50

/** Management events of the Region and of the last 90 days, newest first; by one attribute at most. */
export function lookupEvents(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'EventCategory')
  requireSize(call)
  const { from, to } = rangeOf(call)
  const isWanted = attributeOf(call)
  const seen = inRegion(call.account.cloudtrail, call)?.history?.calls ?? []
  const found = seen.filter((each) => each.at >= from && each.at <= to && isWanted(each, call))
  const { items, more } = pageOf(call, found, {
    token: 'NextToken',
    size: 'MaxResults',
    ...{ default: most, most, descending: true },
    keyOf: ({ at, number }) => `${String(at).padStart(15, '0')} ${String(number).padStart(9, '0')}`,
  })
  return { Events: items.map((each) => eventOf(each, call)), ...more }
}

function requireSize(call: NeighbourCall): void {
  const size = readInteger(call, 'MaxResults', {
    min: Number.NEGATIVE_INFINITY,
    max: Number.POSITIVE_INFINITY,
  })
  if (size === undefined || (size >= 1 && size <= most)) return
  throw new AwsError('InvalidMaxResultsException', 'MaxResults must be from 1 to 50.')
}

function rangeOf(call: NeighbourCall): { from: number; to: number } {
  const now = call.world.now()
  const from = timeOf(call, 'StartTime') ?? 0
  const to = timeOf(call, 'EndTime') ?? now
  if (from > to) throw new AwsError('InvalidTimeRangeException', 'StartTime is after EndTime.')
  return { from: Math.max(from, now - ninetyDays), to }
}

function timeOf({ input }: NeighbourCall, name: string): number | undefined {
  const value = input[name]
  if (value == null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(name, 'number of seconds')
  return value * 1000
}

type Test = (seen: SeenCall, call: NeighbourCall) => boolean

const attributes: Record<string, (value: string) => Test> = {
  AccessKeyId: (value) => (seen) => seen.caller.accessKeyId === value,
  EventId: (value) => (seen, call) => idOf(seen, call) === value,
  EventName: (value) => (seen) => seen.name === value,
  EventSource: (value) => (seen) => seen.source === value,
  ReadOnly: (value) => (seen) => String(isReading(seen)) === value,
  ResourceName: (value) => (seen, call) => repositoriesOf(seen, call).includes(value),
  ResourceType: (value) => (seen, call) =>
    value === 'AWS::ECR::Repository' && repositoriesOf(seen, call).length > 0,
  Username: (value) => (seen) => userNameOf(seen.caller) === value,
}

function attributeOf(call: NeighbourCall): Test {
  const list = readList(call, 'LookupAttributes', Number.POSITIVE_INFINITY) ?? []
  const wrong = new AwsError('InvalidLookupAttributesException', 'Give one attribute: its key and its value.')
  if (list.length > 1) throw wrong
  if (list.length === 0) return () => true
  const input = (list[0] ?? {}) as Record<string, unknown>
  const key = readText({ ...call, input }, 'AttributeKey')
  const value = readText({ ...call, input }, 'AttributeValue')
  if (key === undefined || value === undefined || !Object.hasOwn(attributes, key)) throw wrong
  return attributes[key]?.(value) ?? (() => true)
}

function idOf(seen: SeenCall, { caller }: NeighbourCall): string {
  return idOfCall(caller.account, caller.region, seen)
}

function repositoriesOf({ parameters }: SeenCall, { caller }: NeighbourCall): string[] {
  const { repositoryName, repositoryNames, resourceArn, registryId } = parameters ?? {}
  const account = typeof registryId === 'string' ? registryId : caller.account
  const names = [repositoryName, ...(Array.isArray(repositoryNames) ? repositoryNames : [])]
  const arns = names
    .filter((name): name is string => typeof name === 'string')
    .map((name) => repositoryArn({ account, region: caller.region }, name))
  return typeof resourceArn === 'string' ? [...arns, resourceArn] : arns
}

function eventOf(seen: SeenCall, call: NeighbourCall): Record<string, unknown> {
  const resources = repositoriesOf(seen, call)
  return {
    EventId: idOf(seen, call),
    EventName: seen.name,
    ReadOnly: String(isReading(seen)),
    AccessKeyId: seen.caller.accessKeyId,
    EventTime: Math.floor(seen.at / 1000),
    EventSource: seen.source,
    Username: userNameOf(seen.caller),
    Resources: resources.map((ResourceName) => ({ ResourceType: 'AWS::ECR::Repository', ResourceName })),
    CloudTrailEvent: JSON.stringify(documentOf(seen, call)),
  }
}

/** As in ecr-facts 5.2. */
function documentOf(seen: SeenCall, call: NeighbourCall): Record<string, unknown> {
  const { account, region } = call.caller
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(seen, account),
    eventTime: new Date(seen.at).toISOString().replace(/\.\d+/, ''),
    ...{ eventSource: seen.source, eventName: seen.name, awsRegion: region },
    ...{ sourceIPAddress: '203.0.113.12', userAgent: 'simulated by the sandbox' },
    ...(seen.error && { errorCode: seen.error.code, errorMessage: seen.error.message }),
    ...{ requestParameters: seen.parameters, responseElements: null },
    ...{ requestID: idOf(seen, call), eventID: idOf(seen, call), readOnly: isReading(seen) },
    resources: repositoriesOf(seen, call).map((ARN) => ({
      accountId: parseArn(ARN)?.account ?? account,
      ARN,
    })),
    ...{ eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: account },
    eventCategory: 'Management',
  }
}

function identityOf({ caller }: SeenCall, accountId: string): Record<string, unknown> {
  const { arn, userId: principalId, accessKeyId } = caller
  const known = { principalId, arn, accountId, accessKeyId }
  const [kind, role] = (parseArn(arn)?.resource ?? '').split('/')
  if (kind === 'user') return { type: 'IAMUser', ...known, userName: userNameOf(caller) }
  if (kind !== 'assumed-role') return { type: 'Root', ...known }
  const issuer = {
    ...{ type: 'Role', principalId: principalId.split(':')[0], accountId, userName: role },
    arn: `arn:aws:iam::${accountId}:role/${role}`,
  }
  return { type: 'AssumedRole', ...known, sessionContext: { sessionIssuer: issuer } }
}

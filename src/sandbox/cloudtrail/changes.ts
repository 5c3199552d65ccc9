import { AwsError } from '../http.ts'
import { readFlag, readList, readText, refuse } from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { type EventSelector, everyManagementEvent, type FieldSelector, type Trail } from './state.ts'
import { findTrailAtHome } from './trails.ts'

/** By their names in the request, which are not always those of the answer. */
const flags = {
  IncludeGlobalServiceEvents: 'IncludeGlobalServiceEvents',
  IsMultiRegionTrail: 'IsMultiRegionTrail',
  EnableLogFileValidation: 'LogFileValidationEnabled',
} as const

/** What is not given stays as it is. What the trail delivers to is tried anew: an error of before is gone. */
export function updateTrail(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'SnsTopicName', 'IsOrganizationTrail')
  const { trail, status } = findTrailAtHome(call, 'Name')
  const bucket = readText(call, 'S3BucketName')
  if (bucket !== undefined) trail.S3BucketName = needBucket(call, bucket)
  const prefix = readText(call, 'S3KeyPrefix')
  if (prefix !== undefined) trail.S3KeyPrefix = prefix
  const key = readText(call, 'KmsKeyId')
  if (key !== undefined) trail.KmsKeyId = needKey(call, key)
  const logs = logsOf(call)
  Object.assign(trail, logs)
  for (const [asked, name] of Object.entries(flags)) trail[name] = readFlag(call, asked) ?? trail[name]
  if (bucket !== undefined) delete status.LatestDeliveryError
  if (logs.CloudWatchLogsLogGroupArn !== undefined) {
    delete status.LatestCloudWatchLogsDeliveryError
    status.LatestCloudWatchLogsDeliveryTime = Math.floor(call.world.now() / 1000)
  }
  return shown(trail)
}

/** As UpdateTrail answers: without the home Region and what other calls have set. */
function shown(trail: Trail): Record<string, unknown> {
  const { HomeRegion: _, HasCustomEventSelectors: __, HasInsightSelectors: ___, ...rest } = trail
  return rest
}

function needBucket({ world }: NeighbourCall, name: string): string {
  if (Object.hasOwn(world.state.buckets, name)) return name
  throw new AwsError('S3BucketDoesNotExistException', `S3 bucket ${name} does not exist!`)
}

/** An id, an ARN or an alias of a key of the Region that is enabled; the trail shows its ARN. */
function needKey({ account, caller }: NeighbourCall, given: string): string {
  const name = given.startsWith('arn:') ? (given.split(':').at(-1) ?? '') : given
  const found = Object.values(account.kmsKeys).find(
    ({ keyId, aliases, region }) =>
      region === caller.region && (keyId === name.replace(/^key\//, '') || aliases.includes(name)),
  )
  if (!found) throw new AwsError('KmsKeyNotFoundException', `KMS key ${given} was not found.`)
  if (found.state === 'Enabled') return found.arn
  throw new AwsError('KmsKeyDisabledException', `KMS key ${given} is disabled.`)
}

/** Assumption: whether the role may write there is not judged. */
function logsOf(call: NeighbourCall): Partial<Trail> {
  const group = readText(call, 'CloudWatchLogsLogGroupArn')
  const role = readText(call, 'CloudWatchLogsRoleArn')
  if (group === undefined && role === undefined) return {}
  const { groups = [] } = call.account.logs?.[call.caller.region] ?? {}
  const arns = groups.map(({ logGroupName }) => `${arnOf(call, 'logs', `log-group:${logGroupName}`)}:*`)
  if (group === undefined || !arns.includes(group))
    throw new AwsError('InvalidCloudWatchLogsLogGroupArnException', 'Access denied. Check the log group.')
  if (role === undefined || !Object.values(call.account.roles).some(({ arn }) => arn === role))
    throw new AwsError(
      'InvalidCloudWatchLogsRoleArnException',
      'Access denied. Check the trust of your role.',
    )
  return { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role }
}

export function startLogging(call: NeighbourCall): Record<string, unknown> {
  const { status } = findTrailAtHome(call, 'Name')
  status.IsLogging = true
  status.StartLoggingTime = Math.floor(call.world.now() / 1000)
  return {}
}

/** Selectors of one kind take the place of all that were there. */
export function putEventSelectors(call: NeighbourCall): Record<string, unknown> {
  const found = findTrailAtHome(call, 'TrailName')
  const classic = readList(call, 'EventSelectors', 5)
  const advanced = readList(call, 'AdvancedEventSelectors', 500)
  if ((classic === undefined) === (advanced === undefined))
    throw new AwsError('InvalidEventSelectorsException', 'Give selectors of one kind.')
  found.selectors = classic
    ? { EventSelectors: classic.map((one) => readClassic(call, one)) }
    : { AdvancedEventSelectors: (advanced ?? []).map((one) => readAdvanced(call, one)) }
  found.trail.HasCustomEventSelectors =
    JSON.stringify(found.selectors) !== JSON.stringify(everyManagementEvent)
  return { TrailARN: found.trail.TrailARN, ...found.selectors }
}

function readClassic(call: NeighbourCall, given: unknown): EventSelector {
  const each = { ...call, input: (given ?? {}) as Record<string, unknown> }
  const kinds = ['All', 'ReadOnly', 'WriteOnly']
  return {
    ReadWriteType: (readText(each, 'ReadWriteType', kinds) ?? 'All') as EventSelector['ReadWriteType'],
    IncludeManagementEvents: readFlag(each, 'IncludeManagementEvents') ?? true,
    ExcludeManagementEventSources: (readList(each, 'ExcludeManagementEventSources', 10) ?? []).map(String),
    DataResources: (readList(each, 'DataResources', 250) ?? []) as EventSelector['DataResources'],
  }
}

const fields = [
  'eventCategory',
  'readOnly',
  'eventSource',
  'eventName',
  'eventType',
  'resources.type',
  'resources.ARN',
]

function readAdvanced(call: NeighbourCall, given: unknown) {
  const each = { ...call, input: (given ?? {}) as Record<string, unknown> }
  const selectors = (readList(each, 'FieldSelectors', 500) ?? []) as FieldSelector[]
  const wrong = selectors.some(({ Field }) => !fields.includes(Field))
  if (wrong || !selectors.some(({ Field }) => Field === 'eventCategory'))
    throw new AwsError('InvalidEventSelectorsException', 'A selector needs the field eventCategory.')
  return { Name: readText(each, 'Name') ?? '', FieldSelectors: selectors }
}

import { AwsError } from '../http.ts'
import { invalid, needText, needTexts, readFlag, readText, wrongType } from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { needGroup, ownState, stateOf } from './groups.ts'
import type { LogGroup } from './state.ts'

const mostTags = 50

/** Kept for ever until a retention policy says otherwise. */
export function createLogGroup(call: NeighbourCall): Record<string, unknown> {
  const name = needText(call, 'logGroupName')
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
    throw invalid(call, 'logGroupName', 'must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+')
  const key = readText(call, 'kmsKeyId')
  const groupClass = readText(call, 'logGroupClass', ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'])
  if (key !== undefined) checkKey(call, key)
  const tags = readTags(call, 'tags')
  const { groups } = ownState(call)
  if (groups.some(({ logGroupName }) => logGroupName === name))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists')
  const logGroupArn = arnOf(call, 'logs', `log-group:${name}`)
  groups.push({
    logGroupName: name,
    creationTime: call.world.now(),
    arn: `${logGroupArn}:*`,
    logGroupArn,
    storedBytes: 0,
    ...(key !== undefined && { kmsKeyId: key }),
    logGroupClass: (groupClass ?? 'STANDARD') as LogGroup['logGroupClass'],
    deletionProtectionEnabled: readFlag(call, 'deletionProtectionEnabled') ?? false,
  })
  if (tags) setTags(call, logGroupArn, tags)
  return {}
}

/** Assumption: the key must be an enabled one of the Region; whether its policy lets Logs in is not judged. */
function checkKey({ account, caller }: NeighbourCall, arn: string): void {
  const key = Object.values(account.kmsKeys).find((each) => each.arn === arn && each.region === caller.region)
  if (key?.state === 'Enabled') return
  throw new AwsError('InvalidParameterException', `The specified KMS Key Id could not be found: ${arn}`)
}

/** Everything of the group goes with it: events, metric filters and subscription filters. */
export function deleteLogGroup(call: NeighbourCall): Record<string, unknown> {
  const group = needGroup(call, needText(call, 'logGroupName'))
  if (group.deletionProtectionEnabled)
    throw new AwsError('ValidationException', 'Deletion protection is enabled for the log group.')
  const state = ownState(call)
  const others = ({ logGroupName }: { logGroupName: string }) => logGroupName !== group.logGroupName
  state.groups = state.groups.filter(others)
  state.metricFilters = state.metricFilters.filter(others)
  state.subscriptionFilters = state.subscriptionFilters.filter(others)
  if (state.tags) delete state.tags[group.logGroupArn]
  return {}
}

export function deleteMetricFilter(call: NeighbourCall): Record<string, unknown> {
  const group = needText(call, 'logGroupName')
  const name = needText(call, 'filterName')
  needGroup(call, group)
  const state = ownState(call)
  const left = state.metricFilters.filter((each) => each.logGroupName !== group || each.filterName !== name)
  if (left.length === state.metricFilters.length)
    throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.')
  state.metricFilters = left
  return {}
}

/** What is kept for ever already stays so. */
export function deleteRetentionPolicy(call: NeighbourCall): Record<string, unknown> {
  delete needGroup(call, needText(call, 'logGroupName')).retentionInDays
  return {}
}

export function tagResource(call: NeighbourCall): Record<string, unknown> {
  const arn = needGroupArn(call)
  const tags = readTags(call, 'tags')
  if (!tags) throw invalid(call, 'tags', 'must not be null')
  setTags(call, arn, { ...stateOf(call).tags?.[arn], ...tags })
  return {}
}

export function untagResource(call: NeighbourCall): Record<string, unknown> {
  const arn = needGroupArn(call)
  const gone = needTexts(call, 'tagKeys', mostTags)
  const left = Object.entries(stateOf(call).tags?.[arn] ?? {}).filter(([key]) => !gone.includes(key))
  setTags(call, arn, Object.fromEntries(left))
  return {}
}

export function listTagsForResource(call: NeighbourCall): Record<string, unknown> {
  return { tags: stateOf(call).tags?.[needGroupArn(call)] ?? {} }
}

/** Of log groups only: nothing else that can be tagged is here. */
function needGroupArn(call: NeighbourCall): string {
  const arn = needText(call, 'resourceArn')
  if (stateOf(call).groups.some(({ logGroupArn }) => logGroupArn === arn)) return arn
  throw new AwsError('ResourceNotFoundException', 'The specified resource does not exist.')
}

function readTags(call: NeighbourCall, member: string): Record<string, string> | undefined {
  const tags = call.input[member]
  if (tags == null) return undefined
  if (typeof tags !== 'object' || Object.values(tags).some((each) => typeof each !== 'string'))
    throw wrongType(member, 'map of strings')
  const keys = Object.keys(tags)
  if (keys.length > 0 && keys.every((key) => key.length <= 128 && !/^aws:|^$/.test(key)))
    return tags as Record<string, string>
  throw invalid(call, member, 'must have keys of 1 to 128 characters that do not begin with aws:')
}

function setTags(call: NeighbourCall, arn: string, tags: Record<string, string>): void {
  if (Object.keys(tags).length > mostTags)
    throw new AwsError('TooManyTagsException', `A resource can have no more than ${mostTags} tags.`)
  const state = ownState(call)
  const { [arn]: _, ...others } = state.tags ?? {}
  state.tags = Object.keys(tags).length === 0 ? others : { ...others, [arn]: tags }
}

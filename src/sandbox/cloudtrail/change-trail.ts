import { AwsError } from '../http.ts'
import { needText, readFlag, refuse } from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { readDeliveries } from './deliveries.ts'
import { everyManagementEvent, type Trail } from './state.ts'
import { findTrailAtHome, trailsOf } from './trails.ts'

const mostTrails = 5

/** By their names in the request, which are not always those of the answer. */
const flags = {
  IncludeGlobalServiceEvents: 'IncludeGlobalServiceEvents',
  IsMultiRegionTrail: 'IsMultiRegionTrail',
  EnableLogFileValidation: 'LogFileValidationEnabled',
} as const

/** It records every management event, once StartLogging has been called. */
export function createTrail(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'IsOrganizationTrail', 'TagsList', 'RecursiveLogging')
  const name = newName(call)
  needText(call, 'S3BucketName')
  const trail = {
    Name: name,
    TrailARN: arnOf(call, 'cloudtrail', `trail/${name}`),
    HomeRegion: call.caller.region,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    IsOrganizationTrail: false,
    LogFileValidationEnabled: false,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
  } as Trail
  change(call, trail)
  const { account, caller } = call
  const { trails = [] } = account.cloudtrail?.[caller.region] ?? {}
  const fresh = { trail, status: { IsLogging: false }, selectors: structuredClone(everyManagementEvent) }
  account.cloudtrail = { ...account.cloudtrail, [caller.region]: { trails: [...trails, fresh] } }
  return shown(trail)
}

function newName(call: NeighbourCall): string {
  const name = needText(call, 'Name')
  if (!/^[A-Za-z0-9](?:[._-]?[A-Za-z0-9]){2,127}$/.test(name))
    throw new AwsError(
      'InvalidTrailNameException',
      'A trail name has 3 to 128 letters, digits, dots and dashes.',
    )
  const here = trailsOf(call).filter(({ trail }) => trail.HomeRegion === call.caller.region)
  if (here.some(({ trail }) => trail.Name === name))
    throw new AwsError('TrailAlreadyExistsException', `Trail ${name} already exists.`)
  if (here.length >= mostTrails)
    throw new AwsError('MaximumNumberOfTrailsExceededException', `There are ${mostTrails} trails already.`)
  return name
}

/** What is not given stays as it is. What the trail delivers to is tried anew: an error of before is gone. */
export function updateTrail(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'IsOrganizationTrail', 'RecursiveLogging')
  const { trail, status } = findTrailAtHome(call, 'Name')
  const changed = change(call, trail)
  if (changed.S3BucketName !== undefined) delete status.LatestDeliveryError
  if (changed.CloudWatchLogsLogGroupArn !== undefined)
    status.LatestCloudWatchLogsDeliveryTime = Math.floor(call.world.now() / 1000)
  if ('CloudWatchLogsLogGroupArn' in changed) delete status.LatestCloudWatchLogsDeliveryError
  return shown(trail)
}

/** Nothing changes when something is refused. */
function change(call: NeighbourCall, trail: Trail) {
  const changed = readDeliveries(call)
  const switched = Object.entries(flags).map(([asked, name]) => [name, readFlag(call, asked) ?? trail[name]])
  const { IsMultiRegionTrail, IncludeGlobalServiceEvents } = Object.fromEntries(switched) as Trail
  if (IsMultiRegionTrail && !IncludeGlobalServiceEvents)
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    )
  Object.assign(trail, changed, Object.fromEntries(switched))
  for (const [name, value] of Object.entries(changed))
    if (value === undefined) delete trail[name as keyof Trail]
  return changed
}

/** As CreateTrail and UpdateTrail answer: without the home Region and what other calls have set. */
function shown(trail: Trail): Record<string, unknown> {
  const { HomeRegion: _, HasCustomEventSelectors: __, HasInsightSelectors: ___, ...rest } = trail
  return rest
}

/** The logs that it has delivered stay in their bucket. */
export function deleteTrail(call: NeighbourCall): Record<string, unknown> {
  const { trail: gone } = findTrailAtHome(call, 'Name')
  const { account, caller } = call
  const left = trailsOf(call).filter(({ trail }) => trail.HomeRegion === caller.region && trail !== gone)
  account.cloudtrail = { ...account.cloudtrail, [caller.region]: { trails: left } }
  return {}
}

export function startLogging(call: NeighbourCall): Record<string, unknown> {
  const { status } = findTrailAtHome(call, 'Name')
  status.IsLogging = true
  status.StartLoggingTime = Math.floor(call.world.now() / 1000)
  return {}
}

export function stopLogging(call: NeighbourCall): Record<string, unknown> {
  const { status } = findTrailAtHome(call, 'Name')
  status.IsLogging = false
  status.StopLoggingTime = Math.floor(call.world.now() / 1000)
  return {}
}

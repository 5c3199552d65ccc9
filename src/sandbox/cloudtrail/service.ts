import { readFlag, readTexts } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import { createTrail, deleteTrail, startLogging, stopLogging, updateTrail } from './change-trail.ts'
import { knownOperations } from './known-operations.ts'
import { lookupEvents } from './lookup-events.ts'
import { putEventSelectors } from './put-event-selectors.ts'
import { findTrail, isHome, isMeant, trailsOf } from './trails.ts'

export const cloudtrail: NeighbourService = {
  name: 'cloudtrail',
  wire: {
    kind: 'json',
    version: '1.1',
    target: 'CloudTrail_20131101',
    // The AWS CLI's.
    longTarget: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
    known: knownOperations,
  },
  errors: { input: 'InvalidParameterCombinationException', token: 'InvalidNextTokenException' },
  operations: {
    CreateTrail: createTrail,
    DeleteTrail: deleteTrail,
    DescribeTrails: describeTrails,
    GetEventSelectors: (call) => {
      const { trail, selectors } = findTrail(call, 'TrailName')
      return { TrailARN: trail.TrailARN, ...selectors }
    },
    GetTrail: (call) => ({ Trail: findTrail(call, 'Name').trail }),
    GetTrailStatus: (call) => ({ ...findTrail(call, 'Name').status }),
    ListTrails: listTrails,
    LookupEvents: lookupEvents,
    PutEventSelectors: putEventSelectors,
    StartLogging: startLogging,
    StopLogging: stopLogging,
    UpdateTrail: updateTrail,
  },
}

/** A trail of another Region that covers all Regions is seen here as its shadow. */
function describeTrails(call: NeighbourCall): Record<string, unknown> {
  const names = readTexts(call, 'trailNameList', Number.POSITIVE_INFINITY)
  const withShadows = readFlag(call, 'includeShadowTrails') ?? true
  const seen = trailsOf(call).filter(({ trail }) => isHome(call, trail) || trail.IsMultiRegionTrail)
  // A name means a trail of this Region; trails of others are asked for by ARN.
  const wanted = names?.length
    ? seen.filter(({ trail }) => names.some((name) => isMeant(call, trail, name)))
    : seen.filter(({ trail }) => withShadows || isHome(call, trail))
  return { trailList: wanted.map(({ trail }) => trail) }
}

/** All of the account, wherever they are at home. Assumption: 100 a page. */
function listTrails(call: NeighbourCall): Record<string, unknown> {
  const { items, more } = pageOf(call, trailsOf(call), {
    token: 'NextToken',
    default: 100,
    most: 100,
    keyOf: ({ trail }) => trail.TrailARN,
  })
  const Trails = items.map(({ trail: { TrailARN, Name, HomeRegion } }) => ({ TrailARN, Name, HomeRegion }))
  return { Trails, ...more }
}

import { AwsError } from '../http.ts'
import { needText, readFlag, readTexts } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { TrailState } from './state.ts'

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
    DescribeTrails: describeTrails,
    GetEventSelectors: (call) => {
      const { trail, selectors } = findTrail(call, 'TrailName')
      return { TrailARN: trail.TrailARN, ...selectors }
    },
    GetTrail: (call) => ({ Trail: findTrail(call, 'Name').trail }),
    GetTrailStatus: (call) => ({ ...findTrail(call, 'Name').status }),
    ListTrails: listTrails,
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

function findTrail(call: NeighbourCall, member: string): TrailState {
  const name = needText(call, member)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,127}$/.test(name) && !name.startsWith('arn:')) {
    throw new AwsError(
      'InvalidTrailNameException',
      'A trail name has 3 to 128 letters, digits, dots, underscores and dashes.',
    )
  }
  const found = trailsOf(call).find(({ trail }) => isMeant(call, trail, name))
  if (found) return found
  const { caller } = call
  throw new AwsError('TrailNotFoundException', `Unknown trail: ${name} for the user: ${caller.account}`)
}

function trailsOf({ account }: NeighbourCall): TrailState[] {
  return Object.values(account.cloudtrail ?? {}).flatMap(({ trails }) => trails)
}

function isHome({ caller }: NeighbourCall, { HomeRegion }: TrailState['trail']): boolean {
  return HomeRegion === caller.region
}

function isMeant(call: NeighbourCall, trail: TrailState['trail'], name: string): boolean {
  return name === trail.TrailARN || (name === trail.Name && isHome(call, trail))
}

import { AwsError } from '../http.ts'
import { needText } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import type { TrailState } from './state.ts'

export function findTrail(call: NeighbourCall, member: string): TrailState {
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

/** A trail is changed in its home Region only. */
export function findTrailAtHome(call: NeighbourCall, member: string): TrailState {
  const found = findTrail(call, member)
  if (isHome(call, found.trail)) return found
  const text = `The trail is at home in ${found.trail.HomeRegion}.`
  throw new AwsError('InvalidHomeRegionException', text)
}

export function trailsOf({ account }: NeighbourCall): TrailState[] {
  return Object.values(account.cloudtrail ?? {}).flatMap(({ trails }) => trails)
}

export function isHome({ caller }: NeighbourCall, { HomeRegion }: TrailState['trail']): boolean {
  return HomeRegion === caller.region
}

export function isMeant(call: NeighbourCall, trail: TrailState['trail'], name: string): boolean {
  return name === trail.TrailARN || (name === trail.Name && isHome(call, trail))
}

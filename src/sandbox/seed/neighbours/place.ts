import type { Account, World } from '../../world.ts'
import { registryOf } from '../../world.ts'

/** Where the seed puts something, and how many days ago things happened there. */
export interface Place {
  world: World
  account: Account
  region: string
}

const day = 24 * 60 * 60 * 1000

export function placeIn(world: World, accountId: string, region: string): Place | undefined {
  const account = world.state.accounts[accountId]
  return account && { world, account, region }
}

export function arnIn({ account, region }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account.id}:${resource}`
}

export function roleArn({ account }: Place, name: string): string {
  return `arn:aws:iam::${account.id}:role/${name}`
}

/** In milliseconds. */
export function daysAgo({ world }: Place, days: number): number {
  return world.now() - Math.round(days * day)
}

/** In seconds, as most services say times. */
export function secondsAgo(place: Place, days: number): number {
  return Math.round(daysAgo(place, days) / 1000)
}

/** How a task or a function names an image: by tag, or by the digest that the tag has now. */
export function imageOf(
  place: Place,
  repository: string,
  tag: string,
): { byTag: string; byDigest: string; digest: string } {
  const found = registryOf(place.world, place.account.id, place.region).repositories[repository]
  const digest = found?.tags[tag] ?? ''
  const uri = uriOf(place, repository)
  return { byTag: `${uri}:${tag}`, byDigest: `${uri}@${digest}`, digest }
}

/** An image that has no tag. */
export function untaggedImageOf(place: Place, repository: string): { byDigest: string; digest: string } {
  const found = registryOf(place.world, place.account.id, place.region).repositories[repository]
  const tagged = new Set(Object.values(found?.tags ?? {}))
  const digest = Object.keys(found?.images ?? {}).find((each) => !tagged.has(each)) ?? ''
  return { byDigest: `${uriOf(place, repository)}@${digest}`, digest }
}

function uriOf({ account, region }: Place, repository: string): string {
  return `${account.id}.dkr.ecr.${region}.amazonaws.com/${repository}`
}

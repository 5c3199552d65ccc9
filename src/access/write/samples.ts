import { matchesAny } from '../../core/glob.ts'
import type { PolicyAsk } from './ask.ts'
import { isInside } from './ranges.ts'
import type { Restriction } from './restrictions.ts'

/** What stands for the account or the Region where any is meant. */
export const someAccount = '111122223333'
export const someRegion = 'eu-west-1'
export const strangeAccount = '000000000000'

export interface SampleRepository {
  account: string
  region: string
  name: string
}

/** Repositories on both sides of the edge of what was asked for; which side is for the caller to say. */
export function sampleRepositories({ repositories, place }: PolicyAsk): SampleRepository[] {
  const account = place.account === '*' ? someAccount : place.account
  const region = place.region === '*' ? someRegion : place.region
  const first = nameLike(repositories[0] ?? '*', 'x')
  return [
    ...[...new Set(repositories.flatMap(namesAround))].map((name) => ({ account, region, name })),
    { account: strangeAccount, region, name: first },
    { account, region: region === 'us-east-1' ? 'us-west-2' : 'us-east-1', name: first },
  ]
}

const nameLike = (glob: string, star: string): string => glob.replaceAll('*', star)

function namesAround(glob: string): string[] {
  const inside = ['x', 'a/b'].map((star) => nameLike(glob, star))
  const name = inside[0] ?? ''
  return [...inside, `${name}z`, `z${name}`, name.slice(1), name.slice(0, -1), 'other'].filter(
    (one) => one !== '',
  )
}

export function isMeant({ repositories, place }: PolicyAsk, sample: SampleRepository): boolean {
  const { account, region } = place
  return (
    (account === '*' || account === sample.account) &&
    (region === '*' || region === sample.region) &&
    matchesAny(repositories, sample.name)
  )
}

/** Condition keys of a call; null: it has no such key. */
export type Keys = Record<string, string | null>

export interface SampleCall {
  keys: Keys
  /** The option whose condition does not hold; undefined: all hold. */
  fails: Restriction['option'] | undefined
}

/** Calls that meet every condition, in each of the ways; and for each condition calls that fail it alone. */
export function sampleCalls(restrictions: readonly Restriction[]): SampleCall[] {
  const ways = Math.max(1, ...restrictions.map(({ values }) => values.length))
  const met = Array.from({ length: ways }, (_, way) => metBy(restrictions, way))
  const [first = {}] = met
  const failing = restrictions.flatMap((restriction) =>
    [null, wrongFor(restriction)].map((value) => ({
      keys: { ...first, [restriction.key]: value },
      fails: restriction.option,
    })),
  )
  return [...met.map((keys) => ({ keys, fails: undefined })), ...failing]
}

function metBy(restrictions: readonly Restriction[], way: number): Keys {
  return Object.fromEntries(
    restrictions.map(({ key, values }) => [key, addressIn(values[way % values.length] ?? '')]),
  )
}

/** The first address of a range; anything else is itself. */
const addressIn = (value: string): string => value.split('/')[0] ?? value

const elsewhere = ['198.51.100.77', '192.0.2.55', '10.255.255.1', '192.168.200.9', '2001:db8:ffff::9']

function wrongFor({ key, values }: Restriction): string {
  if (key === 'aws:MultiFactorAuthPresent') return 'false'
  if (key.endsWith('SourceIp')) return elsewhere.find((address) => !isInside(address, values)) ?? 'nowhere'
  return `${values[0]}0`
}

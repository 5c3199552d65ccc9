import { BlockList, isIP } from 'node:net'
import { matchesPattern, type Variables } from './wildcard.ts'

/** Does one value of the request meet one value of the policy? Undefined when one of them cannot be read. */
export type Test = (given: string, wanted: string, variables: Variables | undefined) => boolean | undefined

export interface Operator {
  test: Test
  /** Holds when no value matches, and when the key is absent. */
  negated?: boolean
}

const equals: Test = (given, wanted, variables) =>
  matchesPattern(wanted, given, { variables, wildcards: false })
const equalsIgnoringCase: Test = (given, wanted, variables) =>
  matchesPattern(wanted.toLowerCase(), given.toLowerCase(), {
    variables: variables && ((key) => variables(key)?.toLowerCase()),
    wildcards: false,
  })
const like: Test = (given, wanted, variables) => matchesPattern(wanted, given, { variables })

/** Part by part: a wildcard reaches over no colon but those of the last part. */
const arnLike: Test = (given, wanted, variables) => {
  const [have, want] = [arnParts(given), arnParts(wanted)]
  if (!have || !want) return false
  return want.every((part, at) => matchesPattern(part, have[at] ?? '', { variables }))
}

/** A colon within `${...}` is none of the ARN's. */
function arnParts(text: string): string[] | undefined {
  const parts = text.match(/(?:\$\{[^}]*\}|[^:])*(?::|$)/g)?.map((part) => part.replace(/:$/, '')) ?? []
  if (parts[0] !== 'arn' || parts.length < 6) return undefined
  const whole = text.endsWith(':') ? parts : parts.slice(0, -1)
  return [...whole.slice(0, 5), whole.slice(5).join(':')]
}

const bool: Test = (given, wanted) => {
  const [have, want] = [given.toLowerCase(), wanted.toLowerCase()]
  return ['true', 'false'].includes(want) ? have === want : undefined
}

function ordered(read: (text: string) => number, holds: (given: number, wanted: number) => boolean): Test {
  return (given, wanted) => {
    const [have, want] = [read(given), read(wanted)]
    return Number.isNaN(have) || Number.isNaN(want) ? undefined : holds(have, want)
  }
}

const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
/** ISO 8601, or seconds since 1970. */
const date = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const address: Test = (given, wanted) => {
  const [network = '', bits] = wanted.split('/')
  const [have, want] = [isIP(given), isIP(network)]
  const longest = want === 4 ? 32 : 128
  const length = bits === undefined ? longest : number(bits)
  if (have === 0 || want === 0 || !Number.isInteger(length) || length < 0 || length > longest)
    return undefined
  if (have !== want) return false
  const list = new BlockList()
  list.addSubnet(network, length, want === 4 ? 'ipv4' : 'ipv6')
  return list.check(given, have === 4 ? 'ipv4' : 'ipv6')
}

const orders = {
  Equals: (a: number, b: number) => a === b,
  LessThan: (a: number, b: number) => a < b,
  LessThanEquals: (a: number, b: number) => a <= b,
  GreaterThan: (a: number, b: number) => a > b,
  GreaterThanEquals: (a: number, b: number) => a >= b,
}

function compared(kind: string, read: (text: string) => number): [string, Operator][] {
  const all = Object.entries(orders).map(([name, holds]): [string, Operator] => [
    `${kind}${name}`,
    { test: ordered(read, holds) },
  ])
  return [...all, [`${kind}NotEquals`, { test: ordered(read, orders.Equals), negated: true }]]
}

const named: [string, Operator][] = [
  ['StringEquals', { test: equals }],
  ['StringNotEquals', { test: equals, negated: true }],
  ['StringEqualsIgnoreCase', { test: equalsIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { test: equalsIgnoringCase, negated: true }],
  ['StringLike', { test: like }],
  ['StringNotLike', { test: like, negated: true }],
  ['ArnEquals', { test: arnLike }],
  ['ArnLike', { test: arnLike }],
  ['ArnNotEquals', { test: arnLike, negated: true }],
  ['ArnNotLike', { test: arnLike, negated: true }],
  ['Bool', { test: bool }],
  ['IpAddress', { test: address }],
  ['NotIpAddress', { test: address, negated: true }],
  ...compared('Numeric', number),
  ...compared('Date', date),
]

/** By its lower-case name. `Null` is not here: it asks for no value. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  named.map(([name, operator]) => [name.toLowerCase(), operator]),
)

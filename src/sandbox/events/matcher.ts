import { BlockList } from 'node:net'
import { matchesGlob } from '../../core/glob.ts'
import type { AwsError } from '../http.ts'

/** What a leaf of an event must be like: an event's list counts as each of its values, one that is absent as none. */
type Matcher = (values: readonly unknown[]) => boolean
type One = (value: unknown) => boolean
type Refuse = (why: string) => AwsError

/** One entry of a leaf of a pattern. */
export function readMatcher(given: unknown, refuse: Refuse): Matcher {
  if (typeof given !== 'object') return (values) => values.includes(given)
  if (given === null) return (values) => values.includes(null)
  const [name, argument] = onlyMember(given, refuse)
  if (name === 'exists') {
    if (typeof argument !== 'boolean') throw refuse('exists needs true or false')
    return (values) => values.length > 0 === argument
  }
  const test = readOne(name, argument, refuse)
  return (values) => values.some(test)
}

function onlyMember(given: object, refuse: Refuse): [string, unknown] {
  const [first, ...rest] = Object.entries(given) as [string, unknown][]
  if (first && rest.length === 0 && !Array.isArray(given)) return first
  throw refuse('a match expression has one operator')
}

function readOne(name: string, argument: unknown, refuse: Refuse): One {
  if (name === 'numeric') return numeric(argument, refuse)
  if (name === 'anything-but') return anythingBut(argument, refuse)
  if (name === 'cidr') return cidr(argument, refuse)
  return textual(name, argument, refuse)
}

const texts: Record<string, (wanted: string, value: string) => boolean> = {
  prefix: (wanted, value) => value.startsWith(wanted),
  suffix: (wanted, value) => value.endsWith(wanted),
  wildcard: (wanted, value) => matchesGlob(wanted, value),
  'equals-ignore-case': (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
}

/** The argument of `prefix` and `suffix` may say that case does not matter. */
function textual(name: string, argument: unknown, refuse: Refuse): One {
  const test = Object.hasOwn(texts, name) ? texts[name] : undefined
  if (!test) throw refuse(`Unrecognized match type ${name}`)
  if (typeof argument === 'string') return (value) => typeof value === 'string' && test(argument, value)
  const affix = name === 'prefix' || name === 'suffix'
  const [inner, folded] =
    affix && typeof argument === 'object' && argument ? onlyMember(argument, refuse) : []
  if (inner !== 'equals-ignore-case' || typeof folded !== 'string') throw refuse(`${name} needs a text`)
  return (value) => typeof value === 'string' && test(folded.toLowerCase(), value.toLowerCase())
}

/** The value is there, and is none of those. */
function anythingBut(argument: unknown, refuse: Refuse): One {
  if (typeof argument !== 'object' || argument === null) return (value) => value !== argument
  if (Array.isArray(argument)) {
    if (argument.length === 0) throw refuse('anything-but needs a value')
    return (value) => !argument.includes(value)
  }
  const [name, inner] = onlyMember(argument, refuse)
  const tests = [inner].flat().map((each) => textual(name, each, refuse))
  return (value) => !tests.some((test) => test(value))
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
}

/** `["=", 5]`, or two: `[">", 0, "<=", 5]`. */
function numeric(argument: unknown, refuse: Refuse): One {
  const parts: unknown[] = Array.isArray(argument) ? argument : []
  if (parts.length !== 2 && parts.length !== 4) throw refuse('numeric needs one or two comparisons')
  const tests = parts.flatMap((operator, at) => {
    if (at % 2 === 1) return []
    const [compare, limit] = [comparisons[String(operator)], parts[at + 1]]
    if (!compare || typeof limit !== 'number')
      throw refuse('a numeric comparison is an operator and a number')
    return [(value: number) => compare(value, limit)]
  })
  return (value) => typeof value === 'number' && tests.every((test) => test(value))
}

function cidr(argument: unknown, refuse: Refuse): One {
  const [, net = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(String(argument)) ?? []
  const family = net.includes(':') ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  try {
    list.addSubnet(net, Number(bits || '-1'), family)
  } catch {
    throw refuse('cidr needs a network such as 10.0.0.0/24')
  }
  return (value) => typeof value === 'string' && list.check(value, value.includes(':') ? 'ipv6' : 'ipv4')
}

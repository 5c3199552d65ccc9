import { AwsError } from '../http.ts'
import { invalid, needText } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { readMatcher } from './matcher.ts'

type Node = Record<string, unknown>
type EventTest = (event: Node) => boolean

/** Whether an event would be taken. It shares no code with what the audit makes of the same pattern. */
export function testEventPattern(call: NeighbourCall): Record<string, unknown> {
  const takes = compileEventPattern(needText(call, 'EventPattern'))
  const event = parse(needText(call, 'Event'))
  const needed = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type']
  const missing = isNode(event) ? needed.find((name) => !Object.hasOwn(event, name)) : 'an object'
  if (!isNode(event) || missing !== undefined) throw invalid(call, 'Event', `must have ${missing}`)
  return { Result: takes(event) }
}

/** An object whose leaves are lists of values and matchers; all members must fit. */
export function compileEventPattern(text: string): EventTest {
  const pattern = parse(text)
  if (!isNode(pattern)) throw badPattern('Pattern must be a JSON object')
  return compileNode(pattern)
}

function compileNode(pattern: Node): EventTest {
  const members = Object.entries(pattern)
  if (members.length === 0) throw badPattern('Empty objects are not allowed')
  const tests = members.map(([name, wanted]) => compileMember(name, wanted))
  return (event) => tests.every((test) => test(event))
}

function compileMember(name: string, wanted: unknown): EventTest {
  if (name === '$or' && Array.isArray(wanted) && wanted.length > 1 && wanted.every(isNode)) {
    const tests = wanted.map(compileNode)
    return (event) => tests.some((test) => test(event))
  }
  if (isNode(wanted)) {
    const test = compileNode(wanted)
    return (event) => insideOf(event[name]).some(test)
  }
  if (!Array.isArray(wanted) || wanted.length === 0)
    throw badPattern(`"${name}" must be an object or a list that is not empty`)
  const matchers = wanted.map((each) => readMatcher(each, badPattern))
  return (event) => {
    const values = Object.hasOwn(event, name) ? [event[name]].flat() : []
    return matchers.some((matches) => matches(values))
  }
}

/** A member that is not there fits what asks for its absence; of a list of objects, one has to fit. */
function insideOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.filter(isNode)
  return isNode(value) ? [value] : [{}]
}

function badPattern(why: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${why}`)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

import type { Condition, Policy, Principal, Selection, Statement } from './policy.ts'

/** Why a text is no policy. Whoever reads policies must not take this for an empty one. */
export interface Unreadable {
  unreadable: string
}

type Json = Record<string, unknown>

/** Reads a policy text. Never throws, whatever the text holds. */
export function parsePolicy(text: string): Policy | Unreadable {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { unreadable: 'the policy is not JSON' }
  }
  if (!isObject(document)) return { unreadable: 'the policy is not a JSON object' }
  const found = listOf(member(document, 'Statement'))
  const statements = found.map(readStatement)
  const broken = statements.find((statement) => 'unreadable' in statement)
  return broken ? broken : { statements: statements as Statement[] }
}

function readStatement(found: unknown, at: number): Statement | Unreadable {
  const number = `statement ${at + 1}`
  if (!isObject(found)) return { unreadable: `${number} is not an object` }
  const sid = member(found, 'Sid')
  const effect = member(found, 'Effect')
  if (effect !== 'Allow' && effect !== 'Deny') {
    return { unreadable: `${number} has no effect that IAM knows` }
  }
  const principals = readPrincipals(found)
  if (!principals) return { unreadable: `${number} has no principal that can be read` }
  return {
    name: typeof sid === 'string' && sid !== '' ? sid : number,
    effect,
    principals,
    actions: selection(found, 'Action', []),
    resources: selection(found, 'Resource', ['*']),
    conditions: readConditions(member(found, 'Condition')),
  }
}

function selection(found: Json, name: string, absent: string[]): Selection<string> {
  const only = member(found, name)
  const except = member(found, `Not${name}`)
  if (only === undefined && except !== undefined) return { not: true, list: textsOf(except) }
  return { not: false, list: only === undefined ? absent : textsOf(only) }
}

function readPrincipals(found: Json): Selection<Principal> | undefined {
  const only = member(found, 'Principal')
  const value = only ?? member(found, 'NotPrincipal')
  const list = principalList(value)
  return list && { not: only === undefined, list }
}

function principalList(value: unknown): Principal[] | undefined {
  if (typeof value === 'string') return [{ type: 'AWS', id: value }]
  if (!isObject(value)) return undefined
  return Object.entries(value).flatMap(([type, ids]) => textsOf(ids).map((id) => ({ type, id })))
}

function readConditions(found: unknown): Condition[] {
  if (!isObject(found)) return []
  return Object.entries(found).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: textsOf(values) }))
      : [],
  )
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Own members only: a policy may hold any name. */
function member(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function textsOf(value: unknown): string[] {
  return listOf(value).map((one) => (typeof one === 'string' ? one : String(JSON.stringify(one))))
}

import type { Condition, Policy, Principal, Selection, Statement } from './policy.ts'
import { repeatedMember } from './repeated-member.ts'
import { flawIn, isObject, type Json, listOf, type PolicyKind } from './statement-shape.ts'

/** Why a text is no policy. Whoever reads policies must not take this for an empty one. */
export interface Unreadable {
  unreadable: string
}

/** Twice the longest policy that AWS stores, that of a KMS key. */
const longest = 65_536
const versions = new Set(['2012-10-17', '2008-10-17'])

/**
 * Reads a policy text. Never throws, whatever the text holds; what it does not know how to read, such as an element
 * that is newer than this program, makes the whole policy unreadable.
 */
export function parsePolicy(text: string, kind: PolicyKind = 'resource'): Policy | Unreadable {
  const document = parseDocument(text)
  return 'unreadable' in document ? document : readDocument(document.json, kind)
}

/**
 * The same, without a name that one object holds twice: readers differ in which of the two they take
 * (repeated-member.ts).
 */
export function parseStrictly(text: string, kind: PolicyKind): Policy | Unreadable {
  const document = parseDocument(text)
  if ('unreadable' in document) return document
  const policy = readDocument(document.json, kind)
  // Written back as it was, nothing is there twice; most policies are, and it is quicker than to look.
  if ('unreadable' in policy || JSON.stringify(document.json) === text) return policy
  const twice = repeatedMember(text)
  return twice === undefined
    ? policy
    : { unreadable: `it holds ${JSON.stringify(twice.slice(0, 40))} twice in one place` }
}

/** Variables such as `${aws:username}` are plain text in a policy of the old version, which is also the default. */
export function knowsVariables(text: string): boolean {
  // Without a variable, however it is escaped, it does not matter.
  if (!/\$\{|\\u/.test(text)) return false
  const document = parseDocument(text)
  return 'json' in document && member(document.json, 'Version') === '2012-10-17'
}

function parseDocument(text: string): { json: Json } | Unreadable {
  if (text.length > longest) return { unreadable: `the policy is longer than ${longest} characters` }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { unreadable: `the policy is not JSON${encodingIn(text)}` }
  }
  if (!isObject(document)) return { unreadable: 'the policy is not a JSON object' }
  return { json: document }
}

/** Editors save texts in other ways, which nobody sees. */
function encodingIn(text: string): string {
  if (text.startsWith('\uFEFF')) return ': it begins with a byte order mark'
  return /[\0\uFFFD]/.test(text) ? ': it is not saved as UTF-8' : ''
}

function readDocument(document: Json, kind: PolicyKind): Policy | Unreadable {
  const strange = Object.keys(document).find((name) => !['Version', 'Id', 'Statement'].includes(name))
  if (strange !== undefined) {
    return { unreadable: `the policy has an element that is not known here: ${shown(strange)}` }
  }
  const version = member(document, 'Version')
  if (version !== undefined && !(typeof version === 'string' && versions.has(version))) {
    return { unreadable: `the policy is of a version that is not known here: ${shown(version)}` }
  }
  const statements = listOf(member(document, 'Statement')).map((each, at) => readStatement(each, at, kind))
  const broken = statements.find((statement) => 'unreadable' in statement)
  return broken ? broken : { statements: statements as Statement[] }
}

function readStatement(found: unknown, at: number, kind: PolicyKind): Statement | Unreadable {
  const number = `statement ${at + 1}`
  if (!isObject(found)) return { unreadable: `${number} is not an object` }
  const flaw = flawIn(found, kind)
  if (flaw !== undefined) return { unreadable: `${number} ${flaw}` }
  const sid = member(found, 'Sid')
  return {
    name: typeof sid === 'string' && sid !== '' ? sid : number,
    effect: found['Effect'] as Statement['effect'],
    principals: readPrincipals(found),
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

function readPrincipals(found: Json): Selection<Principal> {
  const only = member(found, 'Principal')
  const value = only ?? member(found, 'NotPrincipal')
  return { not: only === undefined, list: principalList(value) }
}

function principalList(value: unknown): Principal[] {
  if (!isObject(value)) return textsOf(value).map((id) => ({ type: 'AWS', id }))
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

/** Own members only: a policy may hold any name. */
function member(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function textsOf(value: unknown): string[] {
  return listOf(value).map(String)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : `a ${typeof value}`
}

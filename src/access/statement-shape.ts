/** The parts that IAM's grammar knows; a part from the future may limit a statement, or widen it. */
const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

export type Json = Record<string, unknown>

/** Policies of resources say who; those of identities say on what, and are about whoever has them. */
export type PolicyKind = 'resource' | 'identity'

/** Why a statement cannot be read, as the end of a sentence about it; undefined when it can. */
export function flawIn(statement: Json, kind: PolicyKind): string | undefined {
  const { Effect } = statement
  const strange = Object.keys(statement).find((name) => !elements.has(name))
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'has no effect that IAM knows'
  if (strange !== undefined) return `has an element that is not known here: ${nameOf(strange)}`
  for (const name of ['Principal', 'Action', 'Resource']) {
    if (has(statement, name) && has(statement, `Not${name}`)) return `has ${name} and Not${name}`
  }
  const principals = either(statement, 'Principal')
  if (kind === 'identity' && principals !== undefined)
    return 'names a principal, which no identity policy does'
  if (kind === 'resource' && !isPrincipals(principals)) return 'has no principal that can be read'
  if (!isTexts(either(statement, 'Action'))) return 'has no action that can be read'
  const resources = either(statement, 'Resource')
  if (kind === 'identity' && resources === undefined) return 'names no resource'
  if (resources !== undefined && !isTexts(resources)) return 'has a resource that cannot be read'
  if (has(statement, 'Condition') && !isConditions(statement['Condition'])) {
    return 'has a condition that cannot be read'
  }
  return undefined
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Own members only: a policy may hold any name. */
function has(object: Json, name: string): boolean {
  return Object.hasOwn(object, name)
}

function either(statement: Json, name: string): unknown {
  return has(statement, name) ? statement[name] : statement[`Not${name}`]
}

function isPrincipals(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && Object.values(value).every(isTexts))
}

function isTexts(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}

function isConditions(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isKeys)
}

function isKeys(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((values) => listOf(values).every(isPlain))
}

export function listOf(value: unknown): unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function nameOf(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}

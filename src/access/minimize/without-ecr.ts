import { actionNames } from '../actions.ts'
import { parsePolicy } from '../parse.ts'
import { repeatedMember } from '../repeated-member.ts'
import { matchesWildcard } from '../wildcard.ts'

type Json = Record<string, unknown>

/**
 * What is left of a policy when it gives nothing of ECR any more; its denies, and what it gives of other services, stay
 * letter by letter. `cannot`: an action such as `e*:*` gives ECR and others in one.
 */
export type Rest =
  | { verdict: 'keep' }
  | { verdict: 'remove' }
  | { verdict: 'replace'; document: string }
  | { verdict: 'cannot'; why: string }

export function withoutEcr(document: string): Rest {
  const policy = parsePolicy(document, 'identity')
  if ('unreadable' in policy) return { verdict: 'cannot', why: policy.unreadable }
  if (repeatedMember(document) !== undefined) return { verdict: 'cannot', why: 'it holds a name twice' }
  const whole = JSON.parse(document) as Json
  const statements = (Array.isArray(whole['Statement']) ? whole['Statement'] : [whole['Statement']]) as Json[]
  const left: Json[] = []
  let changed = false
  for (const statement of statements) {
    const one = restOf(statement)
    if (typeof one === 'string') return { verdict: 'cannot', why: one }
    if (one !== statement) changed = true
    if (one !== undefined) left.push(one)
  }
  if (!changed) return { verdict: 'keep' }
  if (left.length === 0) return { verdict: 'remove' }
  return { verdict: 'replace', document: JSON.stringify({ ...whole, Statement: left }, null, 2) }
}

/** The statement as it stays, another in its place, none, or why neither. */
function restOf(statement: Json): Json | undefined | string {
  if (statement['Effect'] !== 'Allow') return statement
  const not = listOf(statement['NotAction'])
  if (statement['Action'] === undefined)
    return isWithoutEcr(not) ? statement : allBut(statement, [...not, 'ecr:*'])
  const actions = listOf(statement['Action'])
  if (actions.some((action) => /^\*+$/.test(action))) return allBut(statement, ['ecr:*'])
  const rest = actions.filter((action) => !action.toLowerCase().startsWith('ecr:'))
  const mixed = rest.find(givesEcr)
  if (mixed !== undefined) return `${mixed} gives ECR and other services in one`
  if (rest.length === actions.length) return statement
  return rest.length === 0 ? undefined : { ...statement, Action: rest.length === 1 ? rest[0] : rest }
}

/** NotAction names all of ECR already. */
function isWithoutEcr(not: readonly string[]): boolean {
  return actionNames.every((action) => not.some((pattern) => fits(pattern, action)))
}

function givesEcr(pattern: string): boolean {
  return actionNames.some((action) => fits(pattern, action))
}

function fits(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase())
}

/** In the place where the actions stood. */
function allBut(statement: Json, NotAction: string[]): Json {
  return Object.fromEntries(
    Object.entries(statement).map(([name, value]) =>
      name === 'Action' || name === 'NotAction' ? ['NotAction', NotAction] : [name, value],
    ),
  )
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)
}

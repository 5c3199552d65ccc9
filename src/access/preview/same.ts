import { type Layer, select } from '../layer.ts'
import type { AccessPolicies } from '../policies.ts'

type Part = Layer | 'unknown' | 'granted' | undefined

/** Whether both sides say the same about an action, so that nobody needs to ask. Takes it in lower case. */
export function saysTheSame(before: AccessPolicies, after: AccessPolicies, action: string): boolean {
  const parts = ['identity', 'boundary', 'repository', 'registry'] as const
  return parts.every((part) => isSame(before[part], after[part], action))
}

function isSame(before: Part, after: Part, action: string): boolean {
  return before === after || said(before, action) === said(after, action)
}

const remembered = new WeakMap<Layer, Map<string, string>>()

/** An absent policy says as little as one that does not name the action. */
function said(part: Part, action: string): string {
  if (part === undefined) return nothing
  if (typeof part === 'string') return part
  const known = remembered.get(part) ?? new Map<string, string>()
  remembered.set(part, known)
  const text = known.get(action) ?? textOf(part, action)
  known.set(action, text)
  return text
}

const nothing = JSON.stringify([[], [], false])

function textOf(layer: Layer, action: string): string {
  const { allows, denies, unreadable, doubtful } = select(layer, action)
  const statements = [...allows, ...denies].map(({ source }) => source)
  const why = unreadable.map(({ name, unreadable: text }) => `${name}: ${text}`)
  return JSON.stringify([statements, why, doubtful && statements.length + why.length > 0])
}

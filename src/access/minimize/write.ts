import type { Condition } from '../policy.ts'
import type { PolicyDocument, WrittenStatement } from '../write/statements.ts'
import { sorted } from '../write/statements.ts'
import type { Grant } from './grants.ts'

/** Of a managed policy, white space not counted. */
const mostCharacters = 6144

export interface Written {
  document: PolicyDocument | null
  characters: number
  /** Too long with every repository by its name: the patterns of the old statements are in their place. */
  rounded: boolean
}

/** What the old policies gave of what is wanted, and nothing else; null when that is nothing. */
export function writeSmaller(grants: readonly Grant[]): Written {
  const exact = documentOf(grants, false)
  const characters = sizeOf(exact)
  if (characters <= mostCharacters) return { document: exact, characters, rounded: false }
  const rounded = documentOf(grants, true)
  // The old patterns may be longer still.
  if (sizeOf(rounded) >= characters) return { document: exact, characters, rounded: false }
  return { document: rounded, characters: sizeOf(rounded), rounded: true }
}

function sizeOf(document: PolicyDocument | null): number {
  return document ? JSON.stringify(document).length : 0
}

type Block = Record<string, Record<string, string[]>>

interface Place {
  resources: string[]
  /** Everything but these. */
  not: boolean
  conditions: Block
}

function documentOf(grants: readonly Grant[], byPattern: boolean): PolicyDocument | null {
  if (grants.length === 0) return null
  const byAction = new Map<string, { action: string; place: Place }>()
  for (const grant of grants) {
    const place = placeOf(grant, byPattern)
    const { action } = grant.wanted
    // Resources of one action under the same conditions come together; exceptions never mix.
    const key = JSON.stringify([action, place.conditions, place.not && place.resources])
    const before = byAction.get(key)
    if (before) before.place.resources = sorted([...before.place.resources, ...place.resources])
    else byAction.set(key, { action, place })
  }
  return { Version: '2012-10-17', Statement: statementsOf([...byAction.values()]) }
}

/** Actions on the same resources share a statement. */
function statementsOf(list: readonly { action: string; place: Place }[]): WrittenStatement[] {
  const groups = new Map<string, { actions: string[]; place: Place }>()
  for (const { action, place } of list) {
    const key = JSON.stringify(place)
    const group = groups.get(key) ?? { actions: [], place }
    group.actions.push(action)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ actions, place }, at) => {
    const { resources, not, conditions } = place
    return {
      Sid: `Used${at + 1}`,
      Effect: 'Allow' as const,
      Action: sorted(actions),
      ...(not ? { NotResource: resources } : { Resource: resources.length === 1 ? resources[0] : resources }),
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    } as WrittenStatement
  })
}

function placeOf({ wanted, from, exact, variables, conditions }: Grant, byPattern: boolean): Place {
  const asText = (text: string) => (variables ? text : literal(text))
  const block = blockOf(conditions, asText)
  if (exact && (!byPattern || wanted.resource === '*'))
    return { resources: [wanted.resource], not: false, conditions: block }
  return { resources: from.resources.list.map(asText), not: from.resources.not, conditions: block }
}

/** Two conditions with the same operator and key do not occur: JSON has each name once. */
function blockOf(conditions: readonly Condition[], asText: (text: string) => string): Block {
  const block: Block = {}
  for (const { operator, key, values } of conditions) {
    block[operator] = { ...block[operator], [key]: values.map(asText) }
  }
  return block
}

/** The new policy is of a version that has variables; what was text in the old one stays text. */
function literal(text: string): string {
  return text.replace(/\$(?=\{)/g, '$${$$}')
}

import type { LayerName } from '../layer.ts'
import { compilePolicy } from '../layer.ts'
import type { Condition, Principal, Selection, Statement } from '../policy.ts'
import type { CompiledStatement } from '../statement.ts'

/** A statement as it stands in a policy. */
export type StatementJson = Record<string, unknown>

/** What compiles to the same statement. A name that only says where it stands is left out. */
export function statementJson(source: Statement, layer: LayerName): StatementJson {
  const { name, effect, principals, actions, resources, conditions } = source
  const isOwnResource = layer === 'repository policy' && !resources.not && resources.list.join() === '*'
  return {
    ...(/^statement \d+$/.test(name) ? {} : { Sid: name }),
    Effect: effect,
    ...(principals.list.length > 0 && {
      [principals.not ? 'NotPrincipal' : 'Principal']: principalJson(principals.list),
    }),
    ...selectionJson('Action', actions),
    ...(isOwnResource ? {} : selectionJson('Resource', resources)),
    ...(conditions.length > 0 && { Condition: conditionJson(conditions) }),
  }
}

function selectionJson(name: string, { not, list }: Selection<string>): StatementJson {
  return { [not ? `Not${name}` : name]: oneOrMany(list) }
}

function principalJson(list: readonly Principal[]): unknown {
  if (list.length === 1 && list[0]?.type === 'AWS' && list[0].id === '*') return '*'
  const types = [...new Set(list.map(({ type }) => type))]
  const idsOf = (type: string) => list.filter((one) => one.type === type).map(({ id }) => id)
  return Object.fromEntries(types.map((type) => [type, oneOrMany(idsOf(type))]))
}

function conditionJson(conditions: readonly Condition[]): StatementJson {
  const found = new Map<string, [string, unknown][]>()
  for (const { operator, key, values } of conditions)
    found.set(operator, [...(found.get(operator) ?? []), [key, oneOrMany(values)]])
  return Object.fromEntries([...found].map(([operator, keys]) => [operator, Object.fromEntries(keys)]))
}

function oneOrMany(list: readonly string[]): unknown {
  return list.length === 1 ? list[0] : list
}

/** Compiled from its text, so that what is proven is what is shown. */
export function compileJson(
  statements: readonly StatementJson[],
  { layer, policy, variables }: { layer: LayerName; policy: string; variables: boolean },
): readonly CompiledStatement[] {
  const Version = variables ? '2012-10-17' : '2008-10-17'
  const document = JSON.stringify({ Version, Statement: statements })
  return compilePolicy({ name: policy, document }, layer).statements
}

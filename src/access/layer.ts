import { knowsVariables, parseStrictly } from './parse.ts'
import { type CompiledStatement, compileStatement } from './statement.ts'

/** Where policies come from, in the order in which they are asked. */
export type LayerName =
  | 'resource control policy'
  | 'service control policy'
  | 'endpoint policy'
  | 'repository policy'
  | 'registry policy'
  | 'identity policy'
  | 'permissions boundary'
  | 'session policy'

export interface PolicyText {
  name: string
  /** JSON text. */
  document: string
  /** Managed by AWS: nobody else can change it. */
  ofAws?: boolean
}

export interface CompiledPolicy {
  name: string
  statements: readonly CompiledStatement[]
  /** Why it cannot be read: then it may allow and may deny. */
  unreadable: string | undefined
}

/** Policies of which each allows for all: those of an identity, or of one level of an organization. */
export interface Layer {
  name: LayerName
  policies: readonly CompiledPolicy[]
  /** Only of these actions it says anything; undefined: of all. */
  scope?: ((action: string) => boolean) | undefined
  /** Whether it says anything of an action is not known. */
  isDoubtful?: ((action: string) => boolean) | undefined
  selected: Map<string, Selected>
}

/** The statements about one action. */
export interface Selected {
  allows: readonly CompiledStatement[]
  denies: readonly CompiledStatement[]
  unreadable: readonly CompiledPolicy[]
  /** Whether any of this is in force is not known. */
  doubtful: boolean
}

const withPrincipals: readonly LayerName[] = [
  'repository policy',
  'registry policy',
  'endpoint policy',
  'resource control policy',
]

const mostSelected = 200

/** Never throws: a document that cannot be read is remembered as such. */
export function compilePolicy(
  { name, document, ofAws = false }: PolicyText,
  layer: LayerName,
): CompiledPolicy {
  const hasPrincipals = withPrincipals.includes(layer)
  const policy = parseStrictly(document, hasPrincipals ? 'resource' : 'identity')
  if ('unreadable' in policy) return { name, statements: [], unreadable: policy.unreadable }
  const variables = knowsVariables(document)
  const place = { policy: name, variables, hasPrincipals, ofRepository: layer === 'repository policy', ofAws }
  const statements = policy.statements.map((each) => compileStatement(each, place))
  return { name, statements, unreadable: undefined }
}

export function layerOf(name: LayerName, policies: readonly CompiledPolicy[]): Layer {
  return { name, policies, selected: new Map() }
}

const nothing: Selected = { allows: [], denies: [], unreadable: [], doubtful: false }

/** Remembered by action: most of what is asked is asked of many repositories. */
export function select(layer: Layer, action: string): Selected {
  const before = layer.selected.get(action)
  if (before) return before
  if (layer.selected.size >= mostSelected) layer.selected.clear()
  const found = layer.scope?.(action) === false ? nothing : selectFrom(layer, action)
  const same = [...layer.selected.values()].find((one) => isSame(one, found)) ?? found
  layer.selected.set(action, same)
  return same
}

/** Actions about which the same statements speak share one selection, and then one decision (matrix.ts). */
function isSame(one: Selected, other: Selected): boolean {
  const isSameList = (list: readonly CompiledStatement[], another: readonly CompiledStatement[]) =>
    list.length === another.length && list.every((each, at) => each === another[at])
  return (
    isSameList(one.allows, other.allows) &&
    isSameList(one.denies, other.denies) &&
    one.unreadable.length === other.unreadable.length &&
    one.doubtful === other.doubtful
  )
}

function selectFrom({ policies, isDoubtful }: Layer, action: string): Selected {
  const covering = policies.flatMap(({ statements }) => statements.filter(({ covers }) => covers(action)))
  return {
    allows: covering.filter(({ effect }) => effect === 'Allow'),
    denies: covering.filter(({ effect }) => effect === 'Deny'),
    unreadable: policies.filter(({ unreadable }) => unreadable !== undefined),
    doubtful: isDoubtful?.(action) === true,
  }
}

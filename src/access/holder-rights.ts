/**
 * What a user or a role may change in a registry, as the evaluator answers: for each action a request is sought that gets
 * through (visit.ts), on repositories that nobody has named, on some that the statement names, and without a second factor.
 * @module
 */
import { actionNames, isChange } from './actions.ts'
import { prepareCaller } from './caller.ts'
import { type Visitor, withoutWildcards } from './chosen-values.ts'
import type { Values } from './context.ts'
import type { Registry } from './ecr-ground.ts'
import { matchesGlob, withWildcards } from './glob.ts'
import { ownOrganization } from './guests.ts'
import type { Layer } from './layer.ts'
import { mfaContexts } from './mfa-use/rights.ts'
import type { Person } from './people.ts'
import { type PreparedAction, type PreparedResource, prepareAction, prepareResource } from './prepared.ts'
import { type CompiledStatement, withinBoundary } from './statement.ts'
import { mostEffort, type Outcome, visit } from './visit.ts'

/** One action that somebody may use, and what gives it. */
export interface HolderRight {
  /** Without `ecr:`. */
  action: string
  policy: string
  statement: string
  /** On every repository, also those that are still to come. */
  everywhere: boolean
  /** With a long-term key, which brings no key of MFA along; in a session without a second factor. */
  byKey: boolean
  bySession: boolean
}

export interface HolderRights {
  rights: HolderRight[]
  /** What may give or take something for all that is known here. */
  unclear: string[]
}

export function rightsOfHolder({ caller, own }: Person, registry: Registry): HolderRights {
  const layers = [own.identity, own.boundary].filter((layer): layer is Layer => typeof layer === 'object')
  const unread = layers.flatMap(({ policies }) =>
    policies.flatMap(({ name, unreadable }) =>
      unreadable === undefined ? [] : [`policy ${name}: ${unreadable}`],
    ),
  )
  const unclear = new Set(unread)
  const statements = layers.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements))
  const question: Question = {
    pairs: pairsOf(own),
    denies: statements.filter(({ effect }) => effect === 'Deny'),
    visitor: visitorFor(caller, registry),
    registry,
    unclear,
    effort: { left: mostEffort },
  }
  const rights = groupsOf(question).flatMap((group) => rightOf(question, group))
  return { rights, unclear: [...unclear] }
}

interface Question {
  /** What allows, each within what its boundary leaves. */
  pairs: readonly CompiledStatement[]
  denies: readonly CompiledStatement[]
  visitor: Visitor
  registry: Registry
  unclear: Set<string>
  effort: { left: number }
}

/** A boundary gives nothing: an Allow counts within each Allow of it. */
function pairsOf({ identity, boundary }: Person['own']): CompiledStatement[] {
  const allowsOf = (layer: Layer | undefined) =>
    (layer?.policies ?? []).flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow'))
  const own = allowsOf(typeof identity === 'object' ? identity : undefined)
  if (boundary === undefined) return own
  const limits = allowsOf(boundary)
  return own.flatMap((allow) => limits.map((limit) => withinBoundary(allow, limit)))
}

/** Its people may be in any network, in any organization, and in a session of any name. */
function visitorFor(caller: Person['caller'], { account, region }: Registry): Visitor {
  return {
    caller: prepareCaller(caller),
    account,
    fixed: new Map<string, Values>([['aws:requestedregion', [region]]]),
    free: ['network', 'source', 'user', 'organization'],
  }
}

/** Actions of which the same statements speak. */
interface Group {
  actions: string[]
  prepared: PreparedAction
  allows: readonly CompiledStatement[]
  denies: readonly CompiledStatement[]
}

const changes = actionNames
  .map((action) => ({ name: action.replace('ecr:', ''), prepared: prepareAction(action) }))
  .filter(({ name }) => isChange(name))

function groupsOf({ pairs, denies }: Question): Group[] {
  const groups = new Map<string, Group>()
  for (const { name, prepared } of changes) {
    const allows = pairs.filter(({ covers }) => covers(prepared.name))
    if (allows.length === 0) continue
    const covering = denies.filter(({ covers }) => covers(prepared.name))
    const places = [
      ...allows.map((each) => pairs.indexOf(each)),
      '/',
      ...covering.map((each) => denies.indexOf(each)),
    ]
    const key = `${prepared.registryWide} ${prepared.facts.complete.join()} ${places.join()}`
    const same = groups.get(key)
    if (same) same.actions.push(name)
    else groups.set(key, { actions: [name], prepared, allows, denies: covering })
  }
  return [...groups.values()]
}

function rightOf(question: Question, group: Group): HolderRight[] {
  const everywhere = group.allows.find((allow) => isEverywhere(question, group, allow))
  const giving = everywhere ?? group.allows.find((allow) => isSomewhere(question, group, allow))
  if (!giving) return []
  const without = (call: 'key' | 'session') =>
    group.allows.some((allow) => isSomewhere(question, group, allow, mfaContexts[call]))
  const right = {
    policy: giving.policy,
    statement: giving.name,
    everywhere: everywhere !== undefined,
    byKey: without('key'),
    bySession: without('session'),
  }
  return group.actions.map((action) => ({ action, ...right }))
}

/** On repositories that nobody would name, and that have no tags: what is given on both is given on all. */
function isEverywhere(question: Question, group: Group, allow: CompiledStatement): boolean {
  const { registry } = question
  const names = group.prepared.registryWide
    ? ['*']
    : ['0/zz', 'q'].map((name) => repositoryIn(registry, name))
  return names.every((arn) => {
    const resource = resourceOf(arn, group, { registry, tags: {} })
    return ask(question, { ...group, allow, resource }).is === 'open'
  })
}

function isSomewhere(
  question: Question,
  group: Group,
  allow: CompiledStatement,
  context: Readonly<Record<string, string | null>> = {},
): boolean {
  const names = group.prepared.registryWide ? ['*'] : namesIn(allow, question)
  return names.some((arn) => {
    const resource = resourceOf(arn, group, question)
    const { is, doubts } = ask(question, { ...group, allow, resource, context })
    if (is === 'unclear')
      for (const doubt of doubts) question.unclear.add(`${doubt} (${allow.name} of ${allow.policy})`)
    return is === 'open'
  })
}

interface Asked extends Omit<Group, 'actions' | 'allows'> {
  allow: CompiledStatement
  resource: PreparedResource
  context?: Readonly<Record<string, string | null>>
}

function ask(
  { visitor, effort }: Question,
  { allow, denies, prepared, resource, context = {} }: Asked,
): Outcome {
  const fixed = new Map(visitor.fixed)
  for (const [key, value] of Object.entries(context))
    fixed.set(key.toLowerCase(), value === null ? null : [value])
  return visit({ allow, denies, visitor: { ...visitor, fixed }, action: prepared, resource, effort })
}

function resourceOf(
  resource: string,
  { prepared }: Pick<Group, 'prepared'>,
  { registry, tags }: { registry: Registry; tags?: Record<string, string> },
): PreparedResource {
  const caller = { kind: 'root', account: registry.account } as const
  const request = { resource, caller, resourceOrganization: ownOrganization }
  return prepareResource(tags ? { ...request, resourceTags: tags } : request, prepared)
}

function repositoryIn({ partition, region, account }: Registry, name: string): string {
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`
}

const mostNames = 20

/** Repositories of this registry that the statement is about, and those that a Deny of all but them spares. */
function namesIn(
  { source: { resources } }: CompiledStatement,
  { registry, visitor, denies }: Question,
): string[] {
  const unnamed = ['zz-none/zz-none', 'zz-none'].map((name) => repositoryIn(registry, name))
  const spared = denies.flatMap(({ source }) => (source.resources.not ? source.resources.list : []))
  const named = [...(resources.not ? [] : resources.list), ...spared]
  return [...named.slice(0, mostNames).flatMap((pattern) => nameFor(pattern, registry, visitor)), ...unnamed]
}

/** A policy variable may be anything that the caller is not known to be. */
function nameFor(pattern: string, registry: Registry, { caller }: Visitor): string[] {
  const sections = pattern.split(':')
  const here = repositoryIn(registry, '').split(':')
  const isHere = here
    .slice(0, 5)
    .every((section, at) => matchesGlob(withWildcards(sections[at] ?? ''), section))
  const rest = sections.slice(5).join(':')
  if (!isHere || rest === '') return []
  const name = withoutWildcards(
    rest.replace(/\$\{([^},]*)[^}]*\}/g, (_whole, key: string) =>
      textOf(caller.facts.values.get(key.toLowerCase())),
    ),
  )
  return [[...here.slice(0, 5), name.startsWith('repository/') ? name : 'repository/zz-none'].join(':')]
}

function textOf(known: unknown): string {
  return Array.isArray(known) && typeof known[0] === 'string' ? known[0] : 'zz-none'
}

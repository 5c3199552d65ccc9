/**
 * Whom a policy of a resource lets in from outside its account, and to do what, as the evaluator answers: for each Allow
 * and each candidate (guests.ts) a request is sought that gets through (visit.ts).
 * @module
 */
import { keysWithout } from './action-scope.ts'
import type { Candidate, GuestKind, Place } from './guests.ts'
import { candidatesFor, ownOrganization } from './guests.ts'
import type { CompiledPolicy } from './layer.ts'
import { limitWords } from './limit-words.ts'
import type { Statement } from './policy.ts'
import { type PreparedAction, type PreparedResource, prepareAction, prepareResource } from './prepared.ts'
import { kindOfPrincipal } from './principal.ts'
import type { CompiledStatement } from './statement.ts'
import { trapWords } from './trap-words.ts'
import { mostEffort, type Outcome, visit } from './visit.ts'

/** What one Allow statement gives to somebody outside the account. */
export interface Grant {
  statement: string
  source: Statement
  /** It is for any AWS account: `*`, or NotPrincipal in an Allow. Conditions may say otherwise. */
  everybody: boolean
  guests: Guest[]
  /** Users and roles of the account, and services, that are named and get something by it. */
  insiders: Guest[]
  /** Ids of deleted users and roles: nobody can use these. */
  dangling: string[]
  /** What keeps strangers out of a statement for everybody: keys with their values, in words. */
  limits: string[]
  /** Conditions that look as if they did, and why they do not. */
  traps: string[]
}

/** Somebody who gets in. */
export interface Guest {
  kind: GuestKind
  name: string
  account: string | undefined
  /** Only from there. */
  organization?: string
  /** `ecr:PutImage`. */
  actions: string[]
  /** Why this is not certain; empty when it is. */
  doubts: string[]
}

/** What a policy is about. */
export interface Ground extends Place {
  /** On which a statement may be tried out. */
  resources: (statement: Statement) => string[]
  /** That a statement covers and that can be done here. */
  actions: (statement: Statement) => readonly string[]
  /** Of the account that owns the resources, if it is another. */
  organization?: string
  /** Of the one resource; absent: nobody has read them. */
  tags?: Record<string, string> | undefined
  /** The same for grounds that differ in nothing but the name and the tags of the resource. */
  alike?: string
}

/** The Allow statements of a policy that can be read, in their order, each beside the Denies of the same policy. */
export function grantsOf({ statements }: CompiledPolicy, ground: Ground): Grant[] {
  const denies = statements.filter(({ effect }) => effect === 'Deny')
  const effort = { left: mostEffort }
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .map((allow) => {
      const { name: statement, source } = allow
      return { statement, source, ...remembered({ allow, denies, ground, effort }) }
    })
}

type Given = Omit<Grant, 'statement' | 'source'>

const given = new Map<string, Given>()

/** Most statements stand in many policies: they are asked about once. */
function remembered(question: Question): Given {
  const { allow, denies, ground } = question
  if (ground.alike === undefined || ![allow, ...denies].every(isForAny)) return grantOf(question, groupsOf)
  const beside = denies.map(({ meaning }) => meaning).join(' ')
  const key = `${ground.alike} ${allow.meaning} ${beside}`
  const before = given.get(key)
  if (before) return before
  if (given.size >= mostRemembered) given.clear()
  const found = grantOf(question, () => sharedGroups(question, `${ground.alike} ${beside}`))
  if (question.effort.left > 0) given.set(key, found)
  return found
}

/** What it says hangs neither on the name of the resource nor on its tags. */
function isForAny({ source: { resources }, conditions }: CompiledStatement): boolean {
  const isAll = !resources.not && resources.list.length === 1 && resources.list[0] === '*'
  return isAll && !conditions.some(({ keys }) => keys.some((key) => key.includes(':resourcetag/')))
}

interface Question {
  allow: CompiledStatement
  denies: readonly CompiledStatement[]
  ground: Ground
  effort: { left: number }
}

function grantOf(question: Question, groupsFor: (question: Question) => Group[]): Given {
  const { allow, denies, ground } = question
  const { source } = allow
  const { anybody, others, insiders } = candidatesFor(allow, denies, ground)
  const groups = anybody || others.length + insiders.length > 0 ? groupsFor(question) : []
  const within = new Map<string, Guest>()
  const guests = new Map<string, Guest>()
  const limits = new Set<string>()
  for (const group of groups) {
    const first = anybody && ask(question, anybody, group)
    if (anybody && first) note(guests, anybody, { group, outcome: first })
    if (first?.is === 'closed')
      for (const words of limitWords(allow, group.denies, first.request)) limits.add(words)
    askOthers(question, { others, group, guests, isOpen: first?.is === 'open' })
    askOthers(question, { others: insiders, group, guests: within, isOpen: false })
  }
  const found = [...guests.values()]
  const isOpen = found.some(({ kind, doubts }) => kind === 'anybody' && doubts.length === 0)
  return {
    everybody: anybody !== undefined,
    guests: found,
    insiders: [...within.values()],
    dangling: idsOf(source, 'dangling', ground.account),
    limits: [...limits],
    traps: isOpen ? trapWords(source) : [],
  }
}

function idsOf({ principals }: Statement, kind: string, account: string): string[] {
  return principals.list.filter((each) => kindOfPrincipal(each, account) === kind).map(({ id }) => id)
}

/** Actions about which the Denies say the same. */
interface Group {
  actions: string[]
  prepared: PreparedAction
  denies: readonly CompiledStatement[]
  resources: readonly PreparedResource[]
}

const tellingKeys = /^(aws:(requesttag\/|tagkeys|resourcetag\/)|ecr:(resourcetag\/|accountsetting))/

function isTelling({ allow, denies }: Question): boolean {
  return [allow, ...denies].some(({ conditions }) =>
    conditions.some(({ keys }) => keys.some((key) => tellingKeys.test(key))),
  )
}

const shared = new Map<string, Group[]>()

/** Statements for other people ask for the same few lists of actions. */
function sharedGroups(question: Question, beside: string): Group[] {
  const { actions } = question.allow.source
  const key = `${beside} ${isTelling(question)} ${actions.not} ${actions.list.join()}`
  const before = shared.get(key)
  if (before) return before
  if (shared.size >= mostRemembered) shared.clear()
  const found = groupsOf(question)
  shared.set(key, found)
  return found
}

function groupsOf(question: Question): Group[] {
  const { allow, denies, ground } = question
  const telling = isTelling(question)
  const groups = new Map<string, Group>()
  for (const action of ground.actions(allow.source)) {
    const prepared = preparedAction(action)
    const covering = denies.filter(({ covers }) => covers(prepared.name))
    const bits =
      covering.length === denies.length
        ? 'all'
        : denies.map((deny) => Number(covering.includes(deny))).join('')
    const key = `${bits} ${prepared.registryWide} ${telling ? keysWithout(prepared.name).join() : ''}`
    const same = groups.get(key)
    if (same) same.actions.push(action)
    else
      groups.set(key, {
        actions: [action],
        prepared,
        denies: covering,
        resources: resourcesFor(prepared, allow.source, ground),
      })
  }
  return [...groups.values()]
}

const actions = new Map<string, PreparedAction>()
const mostRemembered = 1000

function preparedAction(action: string): PreparedAction {
  const before = actions.get(action)
  if (before) return before
  if (actions.size >= mostRemembered) actions.clear()
  const found = prepareAction(action)
  actions.set(action, found)
  return found
}

function resourcesFor(action: PreparedAction, statement: Statement, ground: Ground) {
  const { account, tags, resources, organization = ownOrganization } = ground
  const names = action.registryWide ? ['*'] : resources(statement)
  const caller = { kind: 'root', account } as const
  return names.map((resource) =>
    prepareResource(
      { resource, caller, resourceOrganization: organization, ...(tags && { resourceTags: tags }) },
      action,
    ),
  )
}

/** The worst that comes of any of the candidate's visits to any resource. */
function ask({ allow, effort }: Question, { visitors }: Candidate, { prepared, denies, resources }: Group) {
  let worst: Outcome | undefined
  for (const visitor of visitors)
    for (const resource of resources) {
      const found = visit({ allow, denies, visitor, action: prepared, resource, effort })
      if (found.is === 'open') return found
      if (!worst || worst.is === 'closed') worst = found
    }
  return worst
}

interface Others {
  others: readonly Candidate[]
  group: Group
  guests: Map<string, Guest>
  /** To anybody, so that whom conditions name need not be asked. */
  isOpen: boolean
}

/** Whoever gets in without an organization is not asked for with one. */
function askOthers(question: Question, { others, group, guests, isOpen }: Others): void {
  const free = new Set<string>()
  for (const candidate of others) {
    const { kind, name, organization } = candidate
    const isCovered = isOpen && kind !== 'named'
    if (isCovered || (organization !== undefined && free.has(name))) continue
    const outcome = ask(question, candidate, group)
    if (outcome && note(guests, candidate, { group, outcome }) && organization === undefined) free.add(name)
  }
}

function note(
  guests: Map<string, Guest>,
  { kind, name, account, organization, doubt }: Candidate,
  { group, outcome }: { group: Group; outcome: Outcome },
): boolean {
  if (outcome.is === 'closed') return false
  const doubts = doubt === undefined ? outcome.doubts : [...outcome.doubts, doubt]
  const key = `${kind} ${name} ${organization ?? ''} ${doubts.join()}`
  const same = guests.get(key)
  if (same) same.actions = [...same.actions, ...group.actions]
  else {
    const guest: Guest = { kind, name, account, actions: group.actions, doubts }
    guests.set(key, organization === undefined ? guest : { ...guest, organization })
  }
  return true
}

import { chosenValues, type Visitor } from './chosen-values.ts'
import type { CompiledCondition } from './conditions/compile.ts'
import type { Context, Known, Values } from './context.ts'
import { lookUp } from './context.ts'
import type { PreparedAction, PreparedResource } from './prepared.ts'
import { appliesTo, type CompiledStatement } from './statement.ts'
import { both, either, maybe, no, type Truth, yes } from './truth.ts'
import { anyHold, holdsOf, type PreparedRequest } from './weigh.ts'
import { unknownIn } from './who-keys.ts'

/** A question: does this Allow, beside these Denies, let the visitor do it on the resource? */
export interface Visit {
  /** Undefined: something else allows it. */
  allow: CompiledStatement | undefined
  /** Those about the action. */
  denies: readonly CompiledStatement[]
  visitor: Visitor
  action: PreparedAction
  resource: PreparedResource
  /** What may still be spent on looking, shared by all questions about one policy. */
  effort: { left: number }
}

/**
 * `open`: there is a request that gets through. `unclear`: whether one does hangs on what is not known here. What
 * AWS does not promise, such as a wildcard inside a principal, counts as it harms.
 */
export interface Outcome {
  is: 'open' | 'closed' | 'unclear'
  doubts: string[]
  /** The request that gets farthest. */
  request: PreparedRequest
}

/** Conditions that a policy can have and be worked out: a hostile one must not hold up everything. */
export const mostEffort = 300_000

/** Looks for values of condition keys, among those that the visitor may choose, by which the request gets through. */
export function visit(question: Visit): Outcome {
  const { visitor, action, resource } = question
  const given = new Map<string, Known>(visitor.fixed)
  const context: Context = {
    given,
    caller: visitor.caller.facts,
    resource: resource.facts,
    action: action.facts,
    others: 'unknown',
  }
  const request = { caller: visitor.caller, action, resource, bounded: false, context }
  // Whom no value of a key lets in needs no search.
  if (question.allow && anyHold(holdsOf(question.allow, request)) === no) return closed(request)
  const keys = keysOf(question, context)
  for (const [key, [first = null]] of keys) given.set(key, first)
  search(question, request, keys)
  return outcomeOf(question, request)
}

const closed = (request: PreparedRequest): Outcome => ({ is: 'closed', doubts: [], request })

type Choices = ReadonlyMap<string, readonly Values[]>

/** The keys on which the answer may hang, with what can be chosen for each. */
function keysOf({ allow, denies, visitor }: Visit, context: Context): Choices {
  const asked = new Map<string, CompiledCondition[]>()
  for (const statement of allow ? [allow, ...denies] : denies)
    for (const condition of statement.conditions)
      for (const key of condition.keys) {
        const same = asked.get(key)
        if (same) same.push(condition)
        else asked.set(key, [condition])
      }
  const found = new Map<string, readonly Values[]>()
  for (const [key, conditions] of asked) {
    const isTold = lookUp(context, key) !== undefined && key !== 'aws:principalarn'
    if (isTold || isNamed(visitor, key)) continue
    const about = conditions.filter((each) => each.keys[0] === key)
    const values = directly(key, allow) ?? chosenValues(key, about, visitor)
    if (values !== undefined) found.set(key, values)
  }
  return found
}

/**
 * Calls are taken to be direct, as `who-can` takes them: a Deny that spares what services do for somebody would else
 * keep nobody out. Unless an Allow is for such calls.
 */
function directly(key: string, allow: CompiledStatement | undefined): readonly Values[] | undefined {
  if (!/^aws:(viaawsservice|calledvia(first|last)?)$/.test(key)) return undefined
  if (allow?.conditions.some(({ keys }) => keys.includes(key))) return undefined
  return [key === 'aws:viaawsservice' ? ['false'] : null]
}

/** The ARN of a user or a role is what it is; of an account it may be any. */
function isNamed({ caller, fixed }: Visitor, key: string): boolean {
  return (
    key === 'aws:principalarn' && (fixed.has(key) || !['account', 'federated'].includes(caller.caller.kind))
  )
}

/** Key by key, and once more, since what one key needs may hang on another. */
function search(question: Visit, request: PreparedRequest, keys: Choices): void {
  const given = request.context.given as Map<string, Known>
  let best = scoreOf(question, request)
  for (let round = 0; round < 2; round++) {
    const before = best
    for (const [key, values] of keys) {
      let chosen = given.get(key)
      for (const value of values) {
        given.set(key, value)
        const score = scoreOf(question, request)
        if (score <= best) continue
        best = score
        chosen = value
      }
      given.set(key, chosen ?? null)
    }
    if (best === before) return
  }
}

/** More of what the Allow asks for counts most; then fewer Denies. */
function scoreOf({ allow, denies, effort }: Visit, { context, ...request }: PreparedRequest): number {
  let score = 0
  for (const { test } of allow?.conditions ?? []) score += 1000 * test(context)
  for (const deny of denies) score -= deniedBy(deny, { context, ...request })
  effort.left -= 1 + (allow?.conditions.length ?? 0) + denies.length
  return effort.left > 0 ? score : Number.NEGATIVE_INFINITY
}

function deniedBy(deny: CompiledStatement, request: PreparedRequest): Truth {
  const holds = anyHold(holdsOf(deny, request))
  return holds === no ? no : both(holds, appliesTo(deny, request.resource, request.context))
}

function outcomeOf({ allow, denies, effort }: Visit, request: PreparedRequest): Outcome {
  if (effort.left <= 0)
    return { is: 'unclear', doubts: ['it has more conditions than are worked out here'], request }
  if (allow && appliesTo(allow, request.resource, request.context) === no) return closed(request)
  const harmful: CompiledStatement[] = []
  let deny: Truth = no
  for (const each of denies) {
    const truth = deniedBy(each, request)
    if (truth === maybe) harmful.push(each)
    deny = either(deny, truth)
  }
  if (deny === yes) return closed(request)
  const open = (allow ? [allow, ...harmful] : harmful).flatMap(({ conditions }) => conditions)
  const doubts = open.filter(({ test }) => test(request.context) === maybe).map(doubtWords)
  return { is: doubts.length > 0 ? 'unclear' : 'open', doubts: [...new Set(doubts)], request }
}

function doubtWords({ source }: CompiledCondition): string {
  const words = `${source.operator} ${source.key}`.slice(0, 100)
  return unknownIn(source) ?? `what ${words} compares cannot be told here`
}

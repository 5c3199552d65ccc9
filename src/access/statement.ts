import { sectionsOf } from './conditions/arn.ts'
import { type CompiledCondition, compileCondition } from './conditions/compile.ts'
import type { Context } from './context.ts'
import { anyRun, compileGlob, type Glob, withWildcards } from './glob.ts'
import type { Selection, Statement } from './policy.ts'
import type { PreparedResource } from './prepared.ts'
import { compilePrincipals, type PrincipalMatch } from './principal-match.ts'
import { both, either, maybe, no, opposite, type Truth, yes } from './truth.ts'
import { constantOf, fill, readTemplate, type Template } from './variables.ts'

/** A statement, ready to be compared with many requests. */
export interface CompiledStatement {
  policy: string
  name: string
  effect: Statement['effect']
  /** Takes the action in lower case. */
  covers: (action: string) => boolean
  resource: (resource: PreparedResource, context: Context) => Truth
  conditions: readonly CompiledCondition[]
  /** Of a resource policy; an identity policy is about whoever has it. */
  principals: PrincipalMatch | undefined
  source: Statement
  place: Place
  /** The same for statements that say the same, whatever they are called and wherever they stand. */
  meaning: string
}

interface Place {
  policy: string
  variables: boolean
  hasPrincipals: boolean
  /** It belongs to one repository, so that a Resource which does not fit it means nobody knows what (ecr-facts 6.3). */
  ofRepository: boolean
  /** Of a policy that nobody but AWS can change. */
  ofAws: boolean
}

export function compileStatement(source: Statement, place: Place): CompiledStatement {
  const { effect, principals, actions, resources, conditions } = source
  const { variables, hasPrincipals, ofRepository } = place
  const said = JSON.stringify([effect, actions, resources, conditions, variables, ofRepository])
  const parts = remembered(said, () => compileParts(source, place))
  return {
    policy: place.policy,
    name: source.name,
    effect,
    covers: parts.covers,
    resource: parts.resource,
    conditions: parts.conditions,
    principals: hasPrincipals ? compilePrincipals(source) : undefined,
    source,
    place,
    meaning: hasPrincipals ? `${parts.meaning} ${principalsText(principals)}` : `${parts.meaning}`,
  }
}

/** Most statements name one; a blank or a brace in front tells it from a list. */
function principalsText({ not, list }: Statement['principals']): string {
  const [only] = list
  return !not && list.length === 1 && only?.type === 'AWS' ? ` ${only.id}` : `{${not} ${JSON.stringify(list)}`
}

type Parts = Pick<CompiledStatement, 'covers' | 'resource' | 'conditions'> & { meaning: number }

const compiled = new Map<string, Parts>()
const mostRemembered = 2000
const longestRemembered = 2000
let meanings = 0

/** Ten thousand policies are written with the same few statements, for different people. */
function remembered(said: string, compile: () => Parts): Parts {
  const before = compiled.get(said)
  if (before) return before
  const found = compile()
  if (said.length > longestRemembered) return found
  if (compiled.size >= mostRemembered) compiled.clear()
  compiled.set(said, found)
  return found
}

function compileParts(source: Statement, { variables, ofRepository }: Place): Parts {
  const resource = compileResources(source.resources, variables)
  meanings++
  return {
    covers: compileActions(source.actions),
    resource: ofRepository ? atLeastMaybe(resource) : resource,
    conditions: source.conditions.map((each) => compileCondition(each, variables)),
    meaning: meanings,
  }
}

/** What a statement gives within what another leaves. */
export function withinBoundary(allow: CompiledStatement, limit: CompiledStatement): CompiledStatement {
  const { resources } = allow.source
  const others = limit.source.resources
  const list = [...resources.list, ...(others.not ? [] : others.list)]
  return {
    ...allow,
    covers: (action) => allow.covers(action) && limit.covers(action),
    resource: (resource, context) =>
      both(allow.resource(resource, context), limit.resource(resource, context)),
    conditions: [...allow.conditions, ...limit.conditions],
    source: { ...allow.source, resources: resources.not ? others : { not: false, list } },
    meaning: `${allow.meaning} within ${limit.meaning}`,
  }
}

/** Everything but the principal: resource and conditions. */
export function appliesTo(statement: CompiledStatement, resource: PreparedResource, context: Context): Truth {
  let truth = statement.resource(resource, context)
  for (const { test } of statement.conditions) {
    if (truth === no) return no
    truth = both(truth, test(context))
  }
  return truth
}

function compileActions({ not, list }: Selection<string>): (action: string) => boolean {
  const globs = list.map((pattern) => compileGlob(withWildcards(pattern.toLowerCase())))
  return (action) => globs.some((fits) => fits(action)) !== not
}

function atLeastMaybe(match: ResourceMatch): ResourceMatch {
  return (resource, context) => either(match(resource, context), maybe)
}

type ResourceMatch = CompiledStatement['resource']

function compileResources({ not, list }: Selection<string>, variables: boolean): ResourceMatch {
  const each = list.map((text) => compileResource(readTemplate(text, { variables, wildcards: true }), not))
  const [only] = each
  const named: ResourceMatch =
    only && each.length === 1
      ? only
      : (resource, context) => {
          let truth: Truth = no
          for (const one of each) truth = either(truth, one(resource, context))
          return truth
        }
  return not ? (resource, context) => opposite(named(resource, context)) : named
}

/** A variable without a value names nothing; what becomes of NotResource then is not promised. */
function compileResource(template: Template, not: boolean): ResourceMatch {
  const constant = constantOf(template)
  if (constant !== undefined) {
    return rememberLast(compilePattern(constant))
  }
  return (resource, context) => {
    const found = fill(template, context)
    if (found === null) return not ? maybe : no
    const truth = compilePattern(found.text)(resource)
    return found.certain ? truth : both(truth, maybe)
  }
}

/**
 * No wildcard reaches into the next section of an ARN, and sections that are missing at the end are as good as `*`.
 * Where a reading that lets a wildcard run on would fit, the answer is maybe.
 */
function compilePattern(pattern: string): (resource: PreparedResource) => Truth {
  const whole = compileGlob(pattern)
  const sections = sectionsOf(pattern)
  const isPlain = sections.length === 6 && sections.slice(0, 5).every((each) => !/[\uFDD0\uFDD1]/.test(each))
  const isOne = isPlain || pattern === anyRun
  if (isOne) return ({ arn }) => (whole(arn) ? yes : no)
  const globs = sections.map(compileGlob)
  return ({ arn, sections: found }) => {
    if (found.length > 1 && sections.length > 1 && fitAll(globs, found)) return yes
    return whole(arn) ? (found.length > 1 ? maybe : yes) : no
  }
}

function fitAll(globs: readonly Glob[], sections: readonly string[]): boolean {
  for (let at = 0; at < globs.length; at++) if (!globs[at]?.(sections[at] ?? '')) return false
  return true
}

/** Many actions are asked of one resource in a row. */
function rememberLast(fits: (resource: PreparedResource) => Truth): (resource: PreparedResource) => Truth {
  let last: PreparedResource | undefined
  let truth: Truth = no
  return (resource) => {
    if (resource !== last) truth = fits(resource)
    last = resource
    return truth
  }
}

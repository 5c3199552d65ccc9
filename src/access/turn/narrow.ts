import type { LayerName } from '../layer.ts'
import type { Statement } from '../policy.ts'
import type { PreparedRequest } from '../weigh.ts'
import { type Found, isSilent } from './asked.ts'
import {
  onlyActions,
  type Subject,
  sparing,
  withoutActions,
  withoutCaller,
  withoutResource,
} from './narrowing.ts'
import type { Edit } from './plan.ts'
import { compileJson, statementJson } from './statement-json.ts'

interface Candidate {
  after: readonly Statement[]
  sideEffects: readonly string[]
}

const ofOneHolder: readonly LayerName[] = ['identity policy', 'permissions boundary', 'session policy']

/** The smallest edit after which a Deny has nothing to do with the requests. At worst it goes. */
export function narrowDeny(found: Found, prepared: readonly PreparedRequest[]): Edit {
  const { source } = found.statement
  const subject = subjectOf(found, prepared)
  const rest = withoutActions(source, subject)
  const others = rest && rest.actions.list.length > 0 ? [rest] : []
  // With the actions named one by one, the others keep their Deny as it is.
  const part = rest ? (others.length > 0 ? onlyActions(source, subject) : source) : source
  const wide = rest ? [] : [`every other action of the statement is spared as well: ${actionWords(source)}`]
  const spared = ofOneHolder.includes(subject.layer)
    ? [{ left: withoutResource(part, subject), beside: sharedWords(found, 'is spared') }]
    : [
        { left: withoutCaller(part, subject), beside: [] },
        { left: asList(sparing(part, subject)), beside: [] },
      ]
  const candidates = spared.flatMap(({ left, beside }): Candidate[] =>
    left ? [{ after: [...others, ...left], sideEffects: [...wide, ...beside] }] : [],
  )
  const whole = { after: others, sideEffects: [`nobody is denied ${actionWords(part)} by it any more`] }
  return firstSilent(found, { prepared, candidates: [...candidates, whole, goes(source)] })
}

/** The smallest edit after which an Allow gives nothing of what was asked for. At worst it goes. */
export function narrowAllow(found: Found, prepared: readonly PreparedRequest[]): Edit {
  const { source } = found.statement
  const subject = subjectOf(found, prepared)
  const rest = withoutActions(source, subject)
  const isAll = rest?.actions.list.length === 0
  const resourceLeft = withoutResource(source, subject)
  const callerLeft = withoutCaller(source, subject)
  const arn = subject.prepared[0]?.resource.arn
  const isOnlyResource =
    subject.layer === 'repository policy' ||
    resourceLeft?.length === 0 ||
    source.resources.list.join() === arn
  const candidates: Candidate[] = []
  const shared = ofOneHolder.includes(subject.layer) ? sharedWords(found, 'loses it') : []
  if (isAll && isOnlyResource && (callerLeft?.length === 0 || ofOneHolder.includes(subject.layer)))
    candidates.push({ after: [], sideEffects: shared })
  if (isAll && callerLeft && callerLeft.length > 0) candidates.push({ after: callerLeft, sideEffects: [] })
  if (isAll && resourceLeft && !source.resources.not && source.resources.list.join() !== '*')
    candidates.push({ after: resourceLeft, sideEffects: shared })
  if (rest && !isAll)
    candidates.push({ after: [rest], sideEffects: [...shared, ...lossWords(source, found)] })
  const last = isAll ? { after: [], sideEffects: [...shared, ...lossWords(source, found)] } : goes(source)
  return firstSilent(found, { prepared, candidates: [...candidates, last] })
}

function subjectOf({ layer, statement }: Found, prepared: readonly PreparedRequest[]): Subject {
  return { layer: layer.name, prepared: prepared.filter(({ action }) => statement.covers(action.name)) }
}

function firstSilent(
  { layer, statement }: Found,
  { prepared, candidates }: { prepared: readonly PreparedRequest[]; candidates: readonly Candidate[] },
): Edit {
  const { policy, place } = statement
  const edits = candidates.map(({ after, sideEffects }): Edit => {
    return { layer: layer.name, after: after.map((one) => statementJson(one, layer.name)), sideEffects }
  })
  const compiled = (after: Edit['after']) =>
    compileJson(after, { layer: layer.name, policy, variables: place.variables })
  const silent = edits.find(({ after }) => isSilent(compiled(after), { layer, prepared }))
  return silent ?? { layer: layer.name, after: [], sideEffects: [] }
}

const asList = (statement: Statement | undefined) => statement && [statement]

/** The statement goes, and all that it says with it. */
function goes(source: Statement): Candidate {
  const { effect, principals } = source
  const whom = principals.list.length === 0 ? '' : ` to ${principalWords(source)}`
  const verb = effect === 'Allow' ? 'gives' : 'denies'
  return {
    after: [],
    sideEffects: [`everything else that it ${verb} goes with it: ${actionWords(source)}${whom}`],
  }
}

function lossWords(source: Statement, { layer }: Found): string[] {
  if (source.principals.list.length > 0) return [`it goes for ${principalWords(source)}`]
  const isOnly =
    source.resources.list.length === 1 && resourceWords(source) !== '*' && !/[*?]/.test(resourceWords(source))
  if (isOnly || layer.name === 'repository policy') return []
  return [`it goes on everything that the statement is about: ${resourceWords(source)}`]
}

function sharedWords({ statement }: Found, verb: string): string[] {
  return [`whoever else has policy ${statement.policy} ${verb}, too`]
}

const actionWords = ({ actions }: Statement) => `${actions.not ? 'all but ' : ''}${shortList(actions.list)}`

function resourceWords({ resources }: Statement): string {
  return `${resources.not ? 'all but ' : ''}${shortList(resources.list)}`
}

function principalWords({ principals }: Statement): string {
  const list = principals.list.map(({ id }) => (id === '*' ? 'everybody' : id))
  return `${principals.not ? 'all but ' : ''}${shortList(list)}`
}

function shortList(list: readonly string[]): string {
  const more = list.length > 3 ? ` and ${list.length - 3} more` : ''
  return `${list.slice(0, 3).join(', ')}${more}`
}

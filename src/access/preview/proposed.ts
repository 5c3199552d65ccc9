import { HoldfastError } from '../../core/errors.ts'
import { jsonPlaces } from '../../lifecycle/json-places.ts'
import { grantedActions } from '../actions.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../policy.ts'
import { repeatedMember } from '../repeated-member.ts'
import type { PolicyKind } from '../statement-shape.ts'
import type { ProposedChange } from './change.ts'

/** ecr-facts 2.10, 6.3. */
const longestResourcePolicy = 10_240

/** Refuses what is no policy; answers what AWS, or somebody who reads it, would stumble over. */
export function checkProposed(change: ProposedChange): string[] {
  const [text, kind] = textIn(change)
  if (text === null) return []
  const policy = readProposed(text, kind)
  const tooLong =
    kind === 'resource' && text.length > longestResourcePolicy
      ? [`The policy has ${text.length} characters; ECR takes ${longestResourcePolicy} at most.`]
      : []
  return [...tooLong, ...policy.statements.flatMap(unlistedIn)]
}

function textIn(change: ProposedChange): [string | null, PolicyKind] {
  if ('repositoryPolicy' in change) return [change.repositoryPolicy.document, 'resource']
  if ('registryPolicy' in change) return [change.registryPolicy, 'resource']
  if ('identityPolicy' in change) return [change.identityPolicy.document, 'identity']
  return [change.managedPolicy.document, 'identity']
}

function readProposed(text: string, kind: PolicyKind): Policy {
  const policy = parsePolicy(text, kind)
  if ('unreadable' in policy) throw invalid(policy.unreadable, placeOf(text, policy.unreadable))
  const twice = repeatedMember(text)
  if (twice !== undefined) {
    const line = jsonPlaces(text).duplicates[0]?.line
    throw invalid(`it holds ${JSON.stringify(twice.slice(0, 40))} twice in one place`, line)
  }
  if (policy.statements.length === 0) throw invalid('the policy has no statement', undefined)
  return policy
}

/** The line of what is no JSON, or of the statement that the words name. */
function placeOf(text: string, words: string): number | undefined {
  const places = jsonPlaces(text)
  if (places.brokenLine !== undefined) return places.brokenLine
  const number = /^statement (\d+)/.exec(words)?.[1]
  if (number === undefined) return undefined
  return places.lineOf(`Statement[${Number(number) - 1}]`)
}

function invalid(words: string, line: number | undefined): HoldfastError {
  const place = line === undefined ? '' : ` (line ${line})`
  return new HoldfastError('policy-invalid', {
    what: 'This is not a policy that can be read, so nobody can say what it changes.',
    why: `${words.charAt(0).toUpperCase()}${words.slice(1)}${place}.`,
    next: 'Correct the text. A repository or registry policy names principals, an identity policy resources.',
  })
}

function unlistedIn({ name, actions }: Policy['statements'][number]): string[] {
  return grantedActions(actions).unlisted.map(
    (pattern) => `${name}: ${JSON.stringify(shortened(pattern))} is no ECR action that is known here.`,
  )
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/**
 * Writes the smallest policy for a purpose, and proves by the evaluator that it allows exactly that.
 *
 * `writePolicy(ask)` answers with the policy, what it means, and what to know before it is attached. It throws `usage`
 * for what cannot be written, or would not restrict what it seems to; a policy that fails the proof is never answered.
 * Pure, as all of access.
 * @module
 */
import { HoldfastError } from '../../core/errors.ts'
import type { PolicyAsk } from './ask.ts'
import { checkAsk } from './check-ask.ts'
import { commandsFor } from './commands.ts'
import { identityPolicy } from './identity-policy.ts'
import { kindOf } from './kinds.ts'
import { type Proof, provePolicy } from './prove.ts'
import { notGivenByRepository, principalsOf, repositoryPolicy } from './repository-policy.ts'
import { restrictionsOf } from './restrictions.ts'
import { type PolicySize, sizeOf } from './size.ts'
import type { PolicyDocument } from './statements.ts'
import { warningsOf } from './warnings.ts'

export interface WrittenPolicy {
  schema: 'holdfast.access-policy/1'
  kind: PolicyAsk['kind']
  attachTo: PolicyAsk['attachTo']
  policy: PolicyDocument
  meanings: string[]
  /** Actions of the purpose that such a policy cannot give. */
  leftOut: string[]
  warnings: string[]
  size: PolicySize
  proof: { requests: number }
  /** To attach it, once it is in policy.json. */
  commands: string[]
}

export function writePolicy(ask: PolicyAsk): WrittenPolicy {
  checkAsk(ask)
  const isIdentity = ask.attachTo === 'identity'
  const policy = isIdentity ? identityPolicy(ask) : repositoryPolicy(ask)
  const size = sizeOf(ask, policy)
  const proof = provePolicy(ask, policy)
  if (proof.failures.length > 0) throw unproven(proof)
  return {
    schema: 'holdfast.access-policy/1',
    ...{ kind: ask.kind, attachTo: ask.attachTo, policy, meanings: meaningsOf(ask) },
    leftOut: isIdentity ? [] : notGivenByRepository(ask),
    ...{ warnings: [...warningsOf(ask), ...sizeWarnings(ask, size)], size },
    proof: { requests: proof.requests },
    commands: commandsFor(ask, size),
  }
}

function meaningsOf(ask: PolicyAsk): string[] {
  const { place, repositories, attachTo } = ask
  const whom = principalsOf(ask).map(({ arn }) => arn)
  const where = `in ${place.account === '*' ? 'any account' : `account ${place.account}`}, ${place.region === '*' ? 'any Region' : place.region}`
  return [
    ...kindOf(ask).means,
    attachTo === 'identity'
      ? `on repositories that match ${repositories.join(', ')}, ${where}`
      : `on the repository that it is attached to, for ${whom.length > 0 ? whom.join(', ') : 'everybody who meets the conditions'}`,
    ...restrictionsOf(ask).map(({ words, key }) => `${words} (${key})`),
  ]
}

function sizeWarnings({ attachTo }: PolicyAsk, { characters, fits }: PolicySize): string[] {
  if (attachTo === 'repository' || fits.includes('managed policy')) return []
  return [
    `It has ${characters} characters, too many for a managed policy: it only fits as ${fits.join(', ')}.`,
  ]
}

function unproven({ failures }: Proof): HoldfastError {
  return new HoldfastError('internal', {
    what: 'The policy that was written does not allow exactly what it says, so it is not shown.',
    why: `${failures.length} answers are wrong; the first: ${failures[0]}`,
    next: 'Report this with the command line.',
  })
}

import { registryGround, repositoryGround } from '../access/ecr-ground.ts'
import { type Grant, grantsOf } from '../access/grant.ts'
import { type CompiledPolicy, compilePolicy } from '../access/layer.ts'
import type { Statement } from '../access/policy.ts'
import type { Answer, Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import { pass, unknown, type Verdict } from './control.ts'
import { join, statementWords } from './grant-words.ts'

interface PolicyQuestion {
  policy: Answer<string | null>
  /** The verdict when there is no policy at all; a text is the reason of a pass. */
  none: string | Verdict
}

/** Judges a policy that is there and can be read; one that cannot be read is never a pass (law 3). */
export function judgePolicy(
  { policy, none }: PolicyQuestion,
  judge: (policy: CompiledPolicy) => Verdict,
): Verdict {
  if ('error' in policy) return unknown(policy.error)
  if (policy.ok === null) return typeof none === 'string' ? pass(none) : none
  const compiled = readPolicy(policy)
  return compiled.unreadable === undefined ? judge(compiled) : notJudged(compiled.unreadable)
}

/** `unknown` with a reason of its own, for what is there and cannot be understood. */
export function notJudged(why: string): Verdict {
  return { status: 'unknown', reason: `Not judged: ${why}.` }
}

/** What hangs on words that are not known here. */
export function unclearVerdict(grants: readonly Grant[]): Verdict {
  const why = grants.flatMap(({ guests }) => guests.flatMap(({ doubts }) => doubts))
  const [first] = grants
  return notJudged(`${join([...new Set(why)].slice(0, 3))}${first ? ` (${statementWords(first)})` : ''}`)
}

/** A policy with what has been worked out of it: it belongs to one thing, so that one answer is enough. */
interface ReadPolicy extends CompiledPolicy {
  grants?: Grant[]
}

const compiled = new WeakMap<object, ReadPolicy>()

/** Each text is compiled once, however many controls ask for it; forgotten with the inventory that it came in. */
export function readPolicy(policy: { ok: string | null }): ReadPolicy {
  const before = compiled.get(policy)
  if (before) return before
  const found = compilePolicy({ name: 'policy', document: policy.ok ?? '{}' }, 'repository policy')
  compiled.set(policy, found)
  return found
}

export function statementsOf({ statements }: CompiledPolicy): Statement[] {
  return statements.map(({ source }) => source)
}

/** Whom the policy of a repository lets in from outside. */
export function readGrants(
  policy: ReadPolicy,
  { arn, tags }: Pick<RepositoryInventory, 'arn' | 'tags'>,
  { registry }: Inventory,
): Grant[] {
  policy.grants ??= grantsOf(
    policy,
    repositoryGround(registry, { arn, tags: 'ok' in tags ? tags.ok : undefined }),
  )
  return policy.grants
}

/** Whom the policy of the registry lets in, should it be about every action. */
export function readRegistryGrants(policy: ReadPolicy, { registry }: Inventory): Grant[] {
  policy.grants ??= grantsOf(policy, registryGround(registry))
  return policy.grants
}

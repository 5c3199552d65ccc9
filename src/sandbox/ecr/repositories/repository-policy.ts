import { AwsError } from '../../http.ts'
import type { Registry, Repository } from '../../world.ts'
import { invalidParameter, within } from '../errors.ts'
import { needText, readFlag } from '../input/read.ts'
import { namesOf, needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { parsePolicy } from '../policy/grammar.ts'
import { locksOut } from '../policy/lock-out.ts'

const longestPolicy = 10_240

export const setRepositoryPolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  const policyText = needText(call.input, 'policyText', { max: longestPolicy })
  const force = readFlag(call.input, 'force') ?? false
  const statements = parsePolicy(policyText, 'repository')
  if (!force && locksOut(statements, call.caller))
    throw invalidParameter('PolicyText', 'The policy would prevent you from setting another one')
  repository.policy = policyText
  return { ...namesOf(call.registry, repository), policyText }
}

export const getRepositoryPolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  return { ...namesOf(call.registry, repository), policyText: needPolicy(call.registry, repository) }
}

export const deleteRepositoryPolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  const policyText = needPolicy(call.registry, repository)
  delete repository.policy
  return { ...namesOf(call.registry, repository), policyText }
}

function needPolicy(registry: Registry, repository: Repository): string {
  if (repository.policy !== undefined) return repository.policy
  throw new AwsError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for ${within(repository.name, registry.account)}`,
  )
}

import { AwsError } from '../../http.ts'
import type { Registry, Repository } from '../../world.ts'
import { within } from '../errors.ts'
import { needText } from '../input/read.ts'
import { namesOf, needRepository, seconds } from '../input/repository.ts'
import { checkLifecyclePolicy } from '../lifecycle/validate.ts'
import type { EcrOperation } from '../operation.ts'

export const putLifecyclePolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  const lifecyclePolicyText = needText(call.input, 'lifecyclePolicyText')
  checkLifecyclePolicy(lifecyclePolicyText)
  repository.lifecyclePolicy = lifecyclePolicyText
  return { ...namesOf(call.registry, repository), lifecyclePolicyText }
}

export const getLifecyclePolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  return document(call.registry, repository)
}

export const deleteLifecyclePolicy: EcrOperation = (call) => {
  const repository = needRepository(call)
  const answer = document(call.registry, repository)
  delete repository.lifecyclePolicy
  delete repository.lifecycleEvaluatedAt
  return answer
}

function document(registry: Registry, repository: Repository) {
  const { lifecyclePolicy, lifecycleEvaluatedAt } = repository
  if (lifecyclePolicy === undefined)
    throw new AwsError(
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist for ${within(repository.name, registry.account)}`,
    )
  return {
    ...namesOf(registry, repository),
    lifecyclePolicyText: lifecyclePolicy,
    ...(lifecycleEvaluatedAt !== undefined && { lastEvaluatedAt: seconds(lifecycleEvaluatedAt) }),
  }
}

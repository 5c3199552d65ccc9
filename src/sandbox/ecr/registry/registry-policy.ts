import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { needText } from '../input/read.ts'
import type { EcrOperation } from '../operation.ts'
import { parsePolicy } from '../policy/grammar.ts'

const longestPolicy = 10_240

/** Resources are not looked at: an ARN that matches nothing is stored like any other (ecr-facts 2.10). */
export const putRegistryPolicy: EcrOperation = ({ registry, input }) => {
  const policyText = needText(input, 'policyText', { max: longestPolicy })
  parsePolicy(policyText, 'registry')
  registry.policy = policyText
  return { registryId: registry.account, policyText }
}

export const getRegistryPolicy: EcrOperation = ({ registry }) => {
  return { registryId: registry.account, policyText: needPolicy(registry) }
}

export const deleteRegistryPolicy: EcrOperation = ({ registry }) => {
  const policyText = needPolicy(registry)
  delete registry.policy
  return { registryId: registry.account, policyText }
}

function needPolicy(registry: Registry): string {
  if (registry.policy !== undefined) return registry.policy
  throw new AwsError(
    'RegistryPolicyNotFoundException',
    `Registry policy does not exist in the registry with id '${registry.account}'`,
  )
}

import { type Call, repositoryCall } from '../call.ts'
import type { Kind } from '../kind.ts'
import { whyNoWayBack } from '../policies/deleted.ts'
import { accessLines } from './access-lines.ts'
import { policyLines, sameText } from './policy-text.ts'
import { ofRepository } from './repository.ts'

/** The text exactly as it was read, so that going back is exact. */
type PolicyText = string

export const repositoryPolicy: Kind<PolicyText> = {
  name: 'repository-policy',
  title: 'policy of repository',
  ofRepository: true,
  reads: (target, place) => [ofRepository('ecr:GetRepositoryPolicy', target, place)],
  read: async (door, { resource, region }) => {
    const found = await door.find('ecr', 'GetRepositoryPolicy', {
      input: { repositoryName: resource },
      ...{ region, resource, absent: ['RepositoryPolicyNotFoundException', 'RepositoryNotFoundException'] },
    })
    return { state: found?.policyText ?? null }
  },
  calls: ({ resource, from, to, place }): Call[] => {
    if (to === null) {
      return from === null
        ? []
        : [repositoryCall('DeleteRepositoryPolicy', { repositoryName: resource }, place)]
    }
    const call = repositoryCall('SetRepositoryPolicy', { repositoryName: resource, policyText: to }, place)
    // ECR refuses a policy that names a principal which IAM made a moment ago (ecr-facts 2.4).
    return [{ ...call, retryOn: ['InvalidParameterException'] }]
  },
  risk: () => 'visible',
  irreversible: ({ from, place }) => whyNoWayBack(from, place.account),
  isSame: sameText,
  lines: policyLines,
  access: ({ resource, to }, inventory) =>
    accessLines(inventory, { repositoryPolicy: { repository: resource, document: to } }),
  cloudformation: ({ resource }, text) => ({
    type: 'AWS::ECR::Repository',
    part: true,
    properties: { RepositoryName: resource, RepositoryPolicyText: JSON.parse(text) },
    identifier: { RepositoryName: resource },
  }),
  terraform: ({ resource }, text) => ({
    type: 'aws_ecr_repository_policy',
    arguments: { repository: resource, policy: text },
    importId: resource,
  }),
}

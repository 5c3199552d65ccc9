import { registryCall } from '../call.ts'
import type { Kind } from '../kind.ts'
import { whyNoWayBack } from '../policies/deleted.ts'
import { accessLines } from './access-lines.ts'
import { policyLines, sameText } from './policy-text.ts'

export const registryPolicy: Kind<string> = {
  name: 'registry-policy',
  title: 'policy of the',
  reads: () => [{ action: 'ecr:GetRegistryPolicy', resource: '*' }],
  read: async (door, { region }) => {
    const found = await door.find('ecr', 'GetRegistryPolicy', {
      ...{ input: {}, region, absent: ['RegistryPolicyNotFoundException'] },
    })
    return { state: found?.policyText ?? null }
  },
  calls: ({ from, to }) => {
    if (to === null) return from === null ? [] : [registryCall('DeleteRegistryPolicy', {})]
    return [
      { ...registryCall('PutRegistryPolicy', { policyText: to }), retryOn: ['InvalidParameterException'] },
    ]
  },
  risk: () => 'visible',
  irreversible: ({ from, place }) => whyNoWayBack(from, place.account),
  isSame: sameText,
  lines: policyLines,
  access: ({ to }, inventory) => accessLines(inventory, { registryPolicy: to }),
  cloudformation: (_, text, { account }) => ({
    type: 'AWS::ECR::RegistryPolicy',
    properties: { PolicyText: JSON.parse(text) },
    identifier: { RegistryId: account },
  }),
  terraform: (_, text, { account }) => ({
    type: 'aws_ecr_registry_policy',
    arguments: { policy: text },
    importId: account,
  }),
}

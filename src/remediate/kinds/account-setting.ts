import { registryCall, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'

/** Of ECR in this account and Region; the resource is its name, such as `BLOB_MOUNTING` (ecr-facts 2.9). */
export const accountSetting: Kind<string> = {
  name: 'account-setting',
  title: 'account setting',
  reads: () => [{ action: 'ecr:GetAccountSetting', resource: '*' }],
  read: async (door, { resource: name, region }) => {
    const { value } = await door.ask('ecr', 'GetAccountSetting', { input: { name }, region, resource: name })
    return { state: value ?? null }
  },
  calls: ({ resource: name, region, to }) =>
    to === null ? [] : sentTo(region, [registryCall('PutAccountSetting', { name, value: to })]),
  risk: () => 'visible',
  // Assumption (ecr-facts 2.9, 2.10): V1 and CLAIR are answered by old registries and taken no more.
  irreversible: ({ from, resource }) => {
    if (from === null) return 'ECR has no call that unsets an account setting.'
    return from === 'V1' || from === 'CLAIR'
      ? `ECR does not take ${from} for ${resource} any more.`
      : undefined
  },
  lines: (value) => [value],
  terraform: ({ resource }, value) => ({
    type: 'aws_ecr_account_setting',
    arguments: { name: resource, value },
    importId: resource,
  }),
}

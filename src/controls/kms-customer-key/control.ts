import type { KmsKey } from '../../inventory/inventory.ts'
import { fail, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'

export const kmsCustomerKey: RepositoryControl = {
  id: 'kms-customer-key',
  title: 'Images are encrypted with a usable customer managed key',
  severity: 'low',
  why: 'Only with a key of your own can you decide, see and cut off who reads the images at rest.',
  needs: ['ecr:DescribeRepositories', 'kms:DescribeKey'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.5'] },
    {
      framework: 'NIST 800-53',
      ids: ['SC-12(2)', 'CM-3(6)', 'SC-13', 'SC-28', 'SC-28(1)', 'SC-7(10)', 'CA-9(1)', 'SI-7(6)', 'AU-9'],
    },
    { framework: 'PCI DSS 4.0.1', ids: ['3.5.1'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.24'] },
  ],
  fix: 'Copy the images into a new repository that is created with your key: encryption cannot be changed later.',
  scope: 'repository',
  judge: ({ encryption }, { keys, registry }) => {
    if (encryption.type === 'AES256') {
      return fail('Encrypted, but not with a customer managed key: AES256, a key that belongs to S3.')
    }
    if (!encryption.kmsKey) return noKeyNamed
    const key = Object.hasOwn(keys, encryption.kmsKey) ? keys[encryption.kmsKey] : undefined
    if (!key) return notAsked(encryption.kmsKey)
    if ('ok' in key) return judgeKey(key.ok, registry.account)
    return key.error.code === 'NotFoundException' ? gone(encryption.kmsKey) : unknown(key.error)
  },
}

function judgeKey(key: KmsKey, ownAccount: string): Verdict {
  const evidence = { key: key.arn, manager: key.manager, state: key.state }
  if (key.state === 'PendingDeletion' || key.state === 'PendingReplicaDeletion') {
    const reason = 'The key is pending deletion: every image in here is lost for ever when it goes.'
    return { ...fail(reason, evidence), severity: 'critical' }
  }
  if (key.state !== 'Enabled') {
    const reason = `The key cannot be used (${key.state}): pushes and pulls fail.`
    return { ...fail(reason, evidence), severity: 'high' }
  }
  if (key.manager !== 'CUSTOMER') {
    return fail('Encrypted, but with a key that AWS manages: you do not control its policy.', evidence)
  }
  const where = key.account === ownAccount ? '' : `, of account ${key.account}`
  return pass(`Customer managed key, enabled${where}.`, evidence)
}

/** KMS does not know the key any more. */
function gone(key: string): Verdict {
  const reason = 'KMS does not know the key: the images can no longer be decrypted.'
  return { ...fail(reason, { key }), severity: 'critical' }
}

const noKeyNamed = unknown({
  code: 'NotAnswered',
  message: 'ECR says that the repository is encrypted with KMS, but not with which key.',
  needs: 'ecr:DescribeRepositories',
})

function notAsked(key: string): Verdict {
  const message = `The inventory holds nothing about ${key}.`
  return unknown({ code: 'NotAnswered', message, needs: 'kms:DescribeKey' })
}

import type { KmsKey } from '../../inventory/inventory.ts'
import { fail, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { dateOf } from '../days.ts'
import { keyOf } from '../repository-key.ts'

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
  judge: (repository, inventory) => {
    const found = keyOf(repository, inventory)
    if (found.kind === 'none') {
      return fail('Encrypted, but not with a customer managed key: AES256, a key that belongs to S3.')
    }
    if (found.kind === 'unnamed') return unknown(found.missing)
    const { name, key } = found
    if ('ok' in key) return judgeKey(key.ok, name, inventory.registry.account)
    return key.error.code === 'NotFoundException' ? gone(name) : unknown(key.error)
  },
}

function judgeKey(key: KmsKey, name: string, ownAccount: string): Verdict {
  const alias = /(^|:)alias\//.test(name)
  const evidence = { key: key.arn, manager: key.manager, state: key.state, ...(alias && { alias: name }) }
  const wrong = judgeState(key)
  if (wrong) return { ...wrong, evidence }
  if (key.manager !== 'CUSTOMER') {
    return fail('Encrypted, but with a key that AWS manages: you do not control its policy.', evidence)
  }
  const where = key.account === ownAccount ? '' : `, of account ${key.account}`
  const now = alias ? `, which alias ${name.split('alias/').pop()} means today` : ''
  return pass(`Customer managed key, enabled${where}${now}.`, evidence)
}

/** Usable: nothing to say. An update of a multi-Region key does not interrupt its use. */
const usable = new Set(['Enabled', 'Updating'])

const unusable = new Map([
  ['Disabled', 'somebody has disabled it'],
  ['Unavailable', 'its key store is not connected'],
  ['PendingImport', 'it has no key material'],
  ['Creating', 'it is not made yet'],
])

function judgeState({ state, deletionAt }: KmsKey): Verdict | undefined {
  if (usable.has(state)) return undefined
  if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') {
    const when = deletionAt ? ` on ${dateOf(deletionAt)}` : ''
    const reason = `The key is pending deletion${when}: every image in here is lost for ever when it goes.`
    return { ...fail(reason), severity: 'critical' }
  }
  const why = unusable.get(state)
  if (why) {
    const reason = `The key cannot be used (${state}: ${why}): pushes and pulls fail.`
    return { ...fail(reason), severity: 'high' }
  }
  return {
    status: 'unknown',
    reason: `Not judged: the state ${JSON.stringify(state)} of the key is not known here.`,
  }
}

/** KMS does not know the key any more. */
function gone(key: string): Verdict {
  const reason = 'KMS does not know the key: the images can no longer be decrypted.'
  return { ...fail(reason, { key }), severity: 'critical' }
}

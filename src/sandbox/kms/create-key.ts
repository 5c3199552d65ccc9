import { randomUUID } from 'node:crypto'
import { partitionOf } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import type { KmsKeyState } from '../world.ts'
import { checkPolicy } from './change-key.ts'
import { metadataOf } from './key-metadata.ts'
import type { KmsOperation } from './operations.ts'
import { readTags } from './tags.ts'

/** What may be said of the kind of a key, because it is what there is anyway. */
const only: Record<string, string> = {
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  Origin: 'AWS_KMS',
}

/** A symmetric key of the customer, enabled at once. Keys of other kinds and in other stores are not here. */
export const createKey: KmsOperation = (world, caller, input) => {
  refuse(input)
  const { Description: description = '', Policy: policy, MultiRegion: multiRegion = false } = input
  if (typeof description !== 'string' || description.length > 8192)
    throw new AwsError('ValidationException', 'Description must be a text of up to 8192 characters.')
  const force = input['BypassPolicyLockoutSafetyCheck']
  const own = policy == null ? {} : { policy: checkPolicy(caller, policy, force) }
  const tags = input['Tags'] == null ? {} : { tags: readTags(input['Tags']) }
  const { account, region } = caller
  const keyId = multiRegion === true ? `mrk-${randomUUID().replaceAll('-', '')}` : randomUUID()
  const key: KmsKeyState = {
    keyId,
    arn: `arn:${partitionOf(region)}:kms:${region}:${account}:key/${keyId}`,
    region,
    manager: 'CUSTOMER',
    state: 'Enabled',
    aliases: [],
    createdAt: world.now(),
    description,
    ...own,
    ...tags,
    ...(multiRegion === true && { multiRegion }),
  }
  const keys = world.state.accounts[account]?.kmsKeys
  if (keys) keys[`${region}/${keyId}`] = key
  return { KeyMetadata: metadataOf(key) }
}

function refuse(input: Record<string, unknown>): void {
  const odd = Object.entries(only).find(([name, value]) => input[name] != null && input[name] !== value)?.[0]
  const found = odd ?? ['CustomKeyStoreId', 'XksKeyId'].find((name) => input[name] != null)
  if (found === undefined) return
  const text = `kms: CreateKey with ${found} ${String(input[found])} is not simulated.`
  throw new AwsError('NotImplementedInSandbox', text, { status: 501 })
}

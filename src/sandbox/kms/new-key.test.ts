import * as sdk from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'
import { complaintsAbout } from '../neighbour/schema.fixture.ts'

const arn = (end: number) =>
  `arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-00000000000${end}`
const [images, ofAws, going, shared] = [arn(1), arn(2), arn(3), arn(4)]
const policy = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
  ],
})

/** Every answer is held against the SDK. */
async function started() {
  const { kms, send } = await startClient()
  const ask = async (operation: string, input: object = {}) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    }
    const response = await send({
      method: 'POST',
      path: '/',
      body: JSON.stringify(input),
      headers,
      service: 'kms',
    })
    const answer = (await response.json()) as Record<string, never>
    if (response.status !== 200) return `${response.status} ${answer['__type']}`
    expect(complaintsAbout('kms', operation, answer)).toEqual([])
    return answer
  }
  const read = async (KeyId: string) =>
    JSON.stringify([
      await ask('DescribeKey', { KeyId }),
      await ask('GetKeyRotationStatus', { KeyId }),
      await ask('GetKeyPolicy', { KeyId, PolicyName: 'default' }),
      await ask('ListResourceTags', { KeyId }),
      await ask('ListAliases', {}),
    ])
  return { client: kms(), ask, read }
}

test('a key is made with all that it needs, and set to go', async () => {
  const { client, read } = await started()
  const { KeyMetadata } = await client.send(
    new sdk.CreateKeyCommand({
      Description: 'Images',
      Policy: policy,
      KeySpec: 'SYMMETRIC_DEFAULT',
      Tags: [{ TagKey: 'owner', TagValue: 'platform' }],
    }),
  )
  const KeyId = KeyMetadata?.KeyId ?? ''
  expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled', KeyManager: 'CUSTOMER', Description: 'Images' })
  expect(await read(KeyId)).toContain('platform')
  const { DeletionDate, PendingWindowInDays } = await client.send(
    new sdk.ScheduleKeyDeletionCommand({ KeyId }),
  )
  expect([DeletionDate instanceof Date, PendingWindowInDays]).toEqual([true, 30])
  const { KeyMetadata: mine } = await client.send(new sdk.CreateKeyCommand({ MultiRegion: true }))
  expect(mine?.KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
  const { Policy } = await client.send(new sdk.GetKeyPolicyCommand({ KeyId: mine?.KeyId }))
  expect(Policy).toContain('Enable IAM User Permissions')
})

const KeyId = shared
const alias = { AliasName: 'alias/fresh' }
test.each<[string, [string, object][], [string, object][]]>([
  ['an alias', [['CreateAlias', { ...alias, TargetKeyId: KeyId }]], [['DeleteAlias', alias]]],
  [
    'where an alias leads',
    [['UpdateAlias', { AliasName: 'alias/shop-worker', TargetKeyId: images }]],
    [['UpdateAlias', { AliasName: 'alias/shop-worker', TargetKeyId: KeyId }]],
  ],
  ['rotation', [['EnableKeyRotation', { KeyId }]], [['DisableKeyRotation', { KeyId }]]],
  ['a key at work', [['DisableKey', { KeyId }]], [['EnableKey', { KeyId }]]],
  [
    'a key',
    [['ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }]],
    [
      ['CancelKeyDeletion', { KeyId }],
      ['EnableKey', { KeyId }],
    ],
  ],
  [
    'tags',
    [['TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }]],
    [['UntagResource', { KeyId, TagKeys: ['a', 'none'] }]],
  ],
])('%s: there and back', async (_name, forth, back) => {
  const { ask, read } = await started()
  const before = await read(KeyId)
  for (const [operation, input] of forth) expect(await ask(operation, input)).toBeTypeOf('object')
  expect(await read(KeyId)).not.toBe(before)
  for (const [operation, input] of back) expect(await ask(operation, input)).toBeTypeOf('object')
  expect(await read(KeyId)).toBe(before)
})

test.each<[string, object, string]>([
  ['CreateKey', { KeySpec: 'RSA_2048' }, '501 NotImplementedInSandbox'],
  ['CreateKey', { CustomKeyStoreId: 'x' }, '501 NotImplementedInSandbox'],
  ['CreateKey', { Policy: '{"Statement":[]}' }, '400 MalformedPolicyDocumentException'],
  ['CreateKey', { Tags: [{ TagKey: 'aws:x', TagValue: '' }] }, '400 TagException'],
  ['CreateKey', { Description: 1 }, '400 ValidationException'],
  ['CreateAlias', { AliasName: 'fresh', TargetKeyId: KeyId }, '400 InvalidAliasNameException'],
  ['CreateAlias', { AliasName: 'alias/aws/x', TargetKeyId: KeyId }, '400 InvalidAliasNameException'],
  ['CreateAlias', { AliasName: 'alias/shop-worker', TargetKeyId: KeyId }, '400 AlreadyExistsException'],
  ['CreateAlias', { ...alias, TargetKeyId: going }, '400 KMSInvalidStateException'],
  ['CreateAlias', { ...alias, TargetKeyId: ofAws }, '400 AccessDeniedException'],
  ['CreateAlias', { ...alias, TargetKeyId: 'none' }, '400 NotFoundException'],
  ['UpdateAlias', { ...alias, TargetKeyId: KeyId }, '400 NotFoundException'],
  ['DeleteAlias', alias, '400 NotFoundException'],
  ['DisableKey', { KeyId: going }, '400 KMSInvalidStateException'],
  ['DisableKeyRotation', { KeyId: going }, '400 KMSInvalidStateException'],
  ['ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 6 }, '400 ValidationException'],
  ['ScheduleKeyDeletion', { KeyId: going }, '400 KMSInvalidStateException'],
  ['TagResource', { KeyId, Tags: [{ TagKey: '', TagValue: '' }] }, '400 TagException'],
  ['TagResource', { KeyId: ofAws, Tags: [] }, '400 AccessDeniedException'],
  ['UntagResource', { KeyId }, '400 ValidationException'],
])('%s %j: %s', async (operation, input, expected) => {
  const { ask } = await started()
  expect(await ask(operation, input)).toBe(expected)
})

test('a key that is off is not rotated otherwise', async () => {
  const { client } = await started()
  await client.send(new sdk.DisableKeyCommand({ KeyId }))
  expect(await failure(client.send(new sdk.EnableKeyRotationCommand({ KeyId })))).toBe(
    '400 DisabledException',
  )
  expect(await failure(client.send(new sdk.DisableKeyRotationCommand({ KeyId })))).toBe(
    '400 DisabledException',
  )
})

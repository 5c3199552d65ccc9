import { DescribeKeyCommand, EncryptCommand, ListAliasesCommand } from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'

test('a key is found by id, ARN, alias and ARN of the alias', async () => {
  const { kms } = await startClient()
  const describe = async (KeyId = '') => (await kms().send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
  const key = await describe('alias/holdfast-demo')
  expect(key).toMatchObject({
    AWSAccountId: '111122223333',
    Enabled: true,
    KeyState: 'Enabled',
    KeyManager: 'CUSTOMER',
    CreationDate: expect.any(Date),
  })
  for (const name of [key?.KeyId, key?.Arn, 'arn:aws:kms:eu-west-1:111122223333:alias/holdfast-demo'])
    expect(await describe(name)).toEqual(key)
})

test('the managed key and the one that is going', async () => {
  const { kms } = await startClient()
  const describe = async (KeyId: string) => (await kms().send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
  expect(await describe('alias/aws/ecr')).toMatchObject({ KeyManager: 'AWS', Enabled: true })
  const going = await describe('alias/legacy-images')
  expect(going).toMatchObject({ Enabled: false, KeyState: 'PendingDeletion' })
  expect(going?.DeletionDate?.getTime()).toBeGreaterThan(Date.now())
})

test.each([
  ['alias/none', '400 NotFoundException'],
  ['00000000-0000-0000-0000-000000000000', '400 NotFoundException'],
  ['arn:aws:kms:us-east-1:111122223333:alias/holdfast-demo', '400 NotFoundException'],
  ['arn:aws:kms:eu-west-1:444455556666:alias/holdfast-demo', '400 AccessDeniedException'],
])('%s: %s', async (KeyId, expected) => {
  const { kms } = await startClient()
  expect(await failure(kms().send(new DescribeKeyCommand({ KeyId })))).toBe(expected)
})

test('keys belong to an account and a Region', async () => {
  const { kms, signers } = await startClient()
  const KeyId = 'alias/holdfast-demo'
  const elsewhere = [kms({ region: 'us-east-1' }), kms({ signer: signers[1] })]
  for (const client of elsewhere)
    expect(await failure(client.send(new DescribeKeyCommand({ KeyId })))).toBe('400 NotFoundException')
})

test('aliases are listed in pages', async () => {
  const { kms } = await startClient()
  const first = await kms().send(new ListAliasesCommand({ Limit: 2 }))
  expect(first.Truncated).toBe(true)
  const second = await kms().send(new ListAliasesCommand({ Limit: 2, Marker: first.NextMarker }))
  const names = [...(first.Aliases ?? []), ...(second.Aliases ?? [])].map(({ AliasName }) => AliasName)
  expect(names).toEqual(['alias/aws/ecr', 'alias/holdfast-demo', 'alias/legacy-images', 'alias/shop-worker'])
  expect(second.Truncated).toBe(false)
})

test('encrypting is not simulated', async () => {
  const { kms } = await startClient()
  const sent = kms().send(new EncryptCommand({ KeyId: 'alias/holdfast-demo', Plaintext: Buffer.from('x') }))
  expect(await failure(sent)).toBe('501 NotImplementedInSandbox')
})

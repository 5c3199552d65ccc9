import * as sdk from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'
import { complaintsAbout } from '../neighbour/schema.fixture.ts'

const arn = (end: number) =>
  `arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-00000000000${end}`
const [images, ofAws, going, shared] = [arn(1), arn(2), arn(3), arn(4)]
const account = (Action: string, AWS = 'arn:aws:iam::111122223333:root') =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' }] })

async function started() {
  const { kms, send } = await startClient()
  const client = kms()
  const stateOf = async (KeyId: string) =>
    (await client.send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState
  const raw = async (operation: string, input: object) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    }
    const body = JSON.stringify(input)
    return (await send({ method: 'POST', path: '/', body, headers, service: 'kms' })).json()
  }
  return { client, stateOf, raw }
}

test('a key that is going comes back, switched off, and is switched on', async () => {
  const { client, stateOf, raw } = await started()
  const enable = () => failure(client.send(new sdk.EnableKeyCommand({ KeyId: going })))
  const cancel = () => failure(client.send(new sdk.CancelKeyDeletionCommand({ KeyId: going })))
  expect(await enable()).toBe('400 KMSInvalidStateException')
  expect(
    complaintsAbout('kms', 'CancelKeyDeletion', await raw('CancelKeyDeletion', { KeyId: going })),
  ).toEqual([])
  expect(await stateOf(going)).toBe('Disabled')
  expect(await cancel()).toBe('400 KMSInvalidStateException')
  const rotate = () => failure(client.send(new sdk.EnableKeyRotationCommand({ KeyId: going })))
  expect(await rotate()).toBe('400 DisabledException')
  expect([await enable(), await stateOf(going), await rotate()]).toEqual(['success', 'Enabled', 'success'])
})

test('rotation is switched on, for a period that KMS knows', async () => {
  const { client } = await started()
  const rotate = (RotationPeriodInDays: number, KeyId = shared) =>
    failure(client.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays })))
  expect(await rotate(89)).toBe('400 ValidationException')
  expect(await rotate(180, ofAws)).toBe('400 AccessDeniedException')
  expect(await rotate(180)).toBe('success')
  const status = await client.send(new sdk.GetKeyRotationStatusCommand({ KeyId: shared }))
  expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 180 })
})

test.each<[string, object, string]>([
  ['one that lets the account in', { Policy: account('kms:*') }, 'success'],
  ['one that locks out', { Policy: account('kms:Decrypt') }, '400 MalformedPolicyDocumentException'],
  [
    'one that locks out, and is meant',
    { Policy: account('kms:Decrypt'), BypassPolicyLockoutSafetyCheck: true },
    'success',
  ],
  [
    'one for somebody else',
    { Policy: account('kms:*', 'arn:aws:iam::444455556666:root') },
    '400 MalformedPolicyDocumentException',
  ],
  ['no JSON', { Policy: 'x' }, '400 MalformedPolicyDocumentException'],
  ['none', { Policy: '' }, '400 ValidationException'],
  ['another name', { Policy: account('kms:*'), PolicyName: 'mine' }, '400 ValidationException'],
  ['too long', { Policy: account('kms:*').padEnd(33_000) }, '400 LimitExceededException'],
])('a policy: %s', async (_name, input, expected) => {
  const { client } = await started()
  const command = new sdk.PutKeyPolicyCommand({ KeyId: images, ...(input as { Policy: string }) })
  expect(await failure(client.send(command))).toBe(expected)
  const { Policy } = await client.send(new sdk.GetKeyPolicyCommand({ KeyId: images }))
  expect(Policy === (input as { Policy: string }).Policy).toBe(expected === 'success')
})

import * as sdk from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, clientOf, failure } from '../client.fixture.ts'
import { complaintsAbout, operationsOfSdk } from '../neighbour/schema.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'
import { knownKmsOperations } from './known-operations.ts'
import { kmsOperations } from './operations.ts'

const arn = (end: number) =>
  `arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-00000000000${end}`
const [images, ofAws, going, shared] = [arn(1), arn(2), arn(3), arn(4)]
const now = new Date('2026-03-01T00:00:00Z')
let demo: Sandbox
let client: Client

beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo', now: () => now })
  client = clientOf(demo, () => now)
})
afterAll(() => demo.close())

test('every operation answers what the SDK expects', async () => {
  expect([...knownKmsOperations].sort()).toEqual(
    operationsOfSdk('kms')
      .map(({ name }) => name)
      .sort(),
  )
  for (const operation of Object.keys(kmsOperations).filter((name) => /^(Describe|Get|List)/.test(name))) {
    for (const KeyId of [images, ofAws, going, shared]) {
      const response = await client.send({
        method: 'POST',
        path: '/',
        body: JSON.stringify({ KeyId }),
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TrentService.${operation}`,
        },
        service: 'kms',
      })
      expect(response.status).toBe(200)
      expect(complaintsAbout('kms', operation, await response.json())).toEqual([])
    }
  }
})

test('rotation: on, off, by AWS, and none while a key is going', async () => {
  const of = async (KeyId?: string) => {
    const { KeyRotationEnabled, NextRotationDate } = await client
      .kms()
      .send(new sdk.GetKeyRotationStatusCommand({ KeyId }))
    return [KeyRotationEnabled, NextRotationDate === undefined ? undefined : NextRotationDate > now]
  }
  expect(await of(images)).toEqual([true, true])
  expect(await of(ofAws)).toEqual([true, true])
  expect(await of(shared)).toEqual([false, undefined])
  expect(await of(going)).toEqual([false, undefined])
})

test('policies: the one that AWS gives, AWS’s own, and one that lets a partner in', async () => {
  const of = async (KeyId?: string) => {
    const { Policy } = await client.kms().send(new sdk.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))
    return JSON.parse(Policy ?? '').Statement as { Sid: string; Principal: { AWS: string } }[]
  }
  expect((await of(images)).map(({ Sid }) => Sid)).toEqual(['Enable IAM User Permissions'])
  expect(await of(ofAws)).toHaveLength(2)
  expect((await of(shared))[1]?.Principal.AWS).toBe('arn:aws:iam::444455556666:root')
  const names = await client.kms().send(new sdk.ListKeyPoliciesCommand({ KeyId: images }))
  expect(names).toMatchObject({ PolicyNames: ['default'], Truncated: false })
})

test('grants, by grantee; tags, in pages', async () => {
  const grants = async (more: object) =>
    (await client.kms().send(new sdk.ListGrantsCommand({ KeyId: shared, ...more }))).Grants ?? []
  expect(await grants({})).toMatchObject([
    {
      KeyId: shared,
      GranteePrincipal: 'arn:aws:iam::444455556666:role/holdfast-reader',
      CreationDate: expect.any(Date),
    },
  ])
  expect(await grants({ GranteePrincipal: 'somebody' })).toEqual([])
  const tags = await client.kms().send(new sdk.ListResourceTagsCommand({ KeyId: images, Limit: 1 }))
  expect(tags).toMatchObject({ Tags: [{ TagKey: 'owner', TagValue: 'platform-team' }], Truncated: false })
})

test('a partner sees as much of the shared key as its policy says, and nothing of the others', async () => {
  const partner = client.kms({ signer: client.signers[1] })
  const outcomes = [
    await failure(partner.send(new sdk.DescribeKeyCommand({ KeyId: shared }))),
    await failure(partner.send(new sdk.GetKeyRotationStatusCommand({ KeyId: shared }))),
    await failure(partner.send(new sdk.ListGrantsCommand({ KeyId: shared }))),
    await failure(partner.send(new sdk.GetKeyPolicyCommand({ KeyId: shared }))),
    await failure(partner.send(new sdk.DescribeKeyCommand({ KeyId: images }))),
  ]
  const denied = '400 AccessDeniedException'
  expect(outcomes).toEqual(['success', 'success', denied, denied, denied])
})

test('only DescribeKey takes an alias; a second policy and a bad limit are refused; denied by name', async () => {
  const KeyId = 'alias/holdfast-demo'
  const refused = async (sent: Promise<unknown>) => await failure(sent)
  expect(await refused(client.kms().send(new sdk.GetKeyRotationStatusCommand({ KeyId })))).toBe(
    '400 NotFoundException',
  )
  const other = new sdk.GetKeyPolicyCommand({ KeyId: images, PolicyName: 'other' })
  expect(await refused(client.kms().send(other))).toBe('400 NotFoundException')
  const limit = new sdk.ListGrantsCommand({ KeyId: images, Limit: 0 })
  expect(await refused(client.kms().send(limit))).toBe('400 ValidationException')
  demo.addFault({ service: 'kms', operation: 'GetKeyPolicy', kind: 'denied', times: 1 })
  const policy = new sdk.GetKeyPolicyCommand({ KeyId: images })
  expect(await refused(client.kms().send(policy))).toBe('400 AccessDeniedException')
})

import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import {
  type Client,
  failure,
  outcome,
  presignByHand,
  type RawRequest,
  type Signer,
  signByHand,
  startClient,
} from '../client.fixture.ts'

const minute = 60_000

/** One call of each service with that signer. */
function everyService(client: Client, signer: Signer): Promise<string[]> {
  const options = { signer }
  return Promise.all([
    failure(client.s3(options).send(new ListBucketsCommand({}))),
    failure(client.ecr(options).send(new DescribeRepositoriesCommand({}))),
    failure(client.kms(options).send(new DescribeKeyCommand({ KeyId: 'alias/holdfast-demo' }))),
    failure(client.sts(options).send(new GetCallerIdentityCommand({}))),
  ])
}

test('a wrong secret is refused by every service', async () => {
  const client = await startClient()
  expect(await everyService(client, client.signers[0])).toEqual(['success', 'success', 'success', 'success'])
  const wrong = { ...client.signers[0], secretAccessKey: client.signers[1].secretAccessKey }
  expect(await everyService(client, wrong)).toEqual([
    '403 SignatureDoesNotMatch',
    '400 InvalidSignatureException',
    '400 InvalidSignatureException',
    '403 SignatureDoesNotMatch',
  ])
})

test('an unknown access key is refused by every service', async () => {
  const client = await startClient()
  const unknown = { ...client.signers[0], accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }
  expect(await everyService(client, unknown)).toEqual([
    '403 InvalidAccessKeyId',
    '400 UnrecognizedClientException',
    '400 UnrecognizedClientException',
    '403 InvalidClientTokenId',
  ])
})

test('a session works until it expires, with its own token only', async () => {
  let now = Date.now()
  const client = await startClient({ now: () => new Date(now) })
  const input = { RoleArn: 'arn:aws:iam::444455556666:role/holdfast-reader', RoleSessionName: 'test' }
  const { Credentials: given } = await client.sts().send(new AssumeRoleCommand(input))
  const session = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
  expect(await everyService(client, session)).toEqual([
    'success',
    'success',
    '400 NotFoundException',
    'success',
  ])
  expect(await everyService(client, { ...session, sessionToken: 'x' })).toEqual([
    '400 InvalidToken',
    '400 UnrecognizedClientException',
    '400 UnrecognizedClientException',
    '403 InvalidClientTokenId',
  ])
  now += 60 * minute
  expect(await everyService(client, session)).toEqual([
    '400 ExpiredToken',
    '400 ExpiredTokenException',
    '400 ExpiredTokenException',
    '403 ExpiredToken',
  ])
})

test('the simulated time rules: a client whose clock is wrong is told so', async () => {
  const client = await startClient({ now: () => new Date('2030-01-01T00:00:00Z') })
  const at = (minutes: number) => Date.parse('2030-01-01T00:00:00Z') + minutes * minute
  const sent = [-16, -14, 14, 16].map((minutes) => client.send({ path: '/', time: at(minutes) }))
  expect(await Promise.all(sent.map(async (each) => outcome(await each)))).toEqual([
    '403 RequestTimeTooSkewed',
    '200',
    '200',
    '403 RequestTimeTooSkewed',
  ])
})

test.each<[string, string, Partial<RawRequest>]>([
  ['all well', '200', {}],
  [
    'another kind of Authorization',
    '400 AuthorizationHeaderMalformed',
    { unsigned: { authorization: 'Basic eDp5' } },
  ],
  ['an x-amz- header that is not signed', '403 AccessDenied', { unsigned: { 'x-amz-acl': 'private' } }],
  ['a hash that is none', '400 InvalidArgument', { payloadHash: 'nothing' }],
  // A service that the sandbox does not have must not be mistaken for S3.
  ['signed for another service', '501 NotImplementedInSandbox', { service: 'lambda' }],
])('a signed request, %s: %s', async (_, expected, change) => {
  const client = await startClient()
  expect(await outcome(await client.send({ path: '/', ...change }))).toBe(expected)
})

test('S3 refuses who does not sign, and whose query was changed', async () => {
  const client = await startClient()
  expect(await outcome(await fetch(`${client.awsEndpoint}/bucket/key`))).toBe('403 AccessDenied')
  const [signer] = client.signers
  const { headers } = signByHand(client, { path: '/b', signer, query: [['list-type', '2']] })
  const response = await fetch(`${client.awsEndpoint}/b?list-type=2&prefix=x`, { headers })
  expect(await outcome(response)).toBe('403 SignatureDoesNotMatch')
})

test('JSON and Query services refuse who does not sign', async () => {
  const { awsEndpoint } = await startClient()
  const json = await fetch(awsEndpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' },
    body: '{}',
  })
  expect(await outcome(json)).toBe('400 MissingAuthenticationTokenException')
  const query = await fetch(awsEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  })
  expect(await outcome(query)).toBe('403 MissingAuthenticationToken')
})

test('a presigned URL: for its time, its method, its key, and without an Authorization header', async () => {
  let now = Date.now()
  const client = await startClient({ now: () => new Date(now) })
  const s3 = client.s3()
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b+ü', Body: 'bytes' }))
  const [signer] = client.signers
  const url = presignByHand(client, { path: '/bucket/a b+ü', signer, time: now })
  expect(await (await fetch(url)).text()).toBe('bytes')
  const tampered = [
    url.replace('a%20b', 'a%20c'),
    url.replace('Expires=60', 'Expires=90'),
    `${url}&versionId=1`,
  ]
  for (const each of tampered) expect(await outcome(await fetch(each))).toBe('403 SignatureDoesNotMatch')
  expect(await outcome(await fetch(url, { method: 'DELETE' }))).toBe('403 SignatureDoesNotMatch')
  const both = await fetch(url, { headers: { authorization: 'Basic eDp5' } })
  expect(await outcome(both)).toBe('400 InvalidArgument')
  const forEver = presignByHand(client, { path: '/bucket/x', signer, time: now, expires: 700_000 })
  expect(await outcome(await fetch(forEver))).toBe('400 AuthorizationHeaderMalformed')
  now += 61_000
  expect(await outcome(await fetch(url))).toBe('403 AccessDenied')
})

test('a presigned PUT takes a body, and headers that were signed into the query', async () => {
  const client = await startClient()
  const s3 = client.s3()
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const [signer] = client.signers
  const url = presignByHand(client, {
    method: 'PUT',
    path: '/bucket/key',
    signer,
    query: [['x-amz-meta-from', 'url']],
  })
  expect((await fetch(url, { method: 'PUT', body: 'new' })).status).toBe(200)
  const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }))
  expect([await Body?.transformToString(), Metadata]).toEqual(['new', { from: 'url' }])
})

test('a body that is not what the signature says is refused and not stored', async () => {
  const client = await startClient()
  await client.s3().send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const payloadHash = '0'.repeat(64)
  const sent = await client.send({ method: 'PUT', path: '/bucket/key', body: 'abc', payloadHash })
  expect(await outcome(sent)).toBe('400 XAmzContentSHA256Mismatch')
  expect(await failure(client.s3().send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })))).toBe(
    '404 NoSuchKey',
  )
})

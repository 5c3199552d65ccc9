import { DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { type Client, failure, outcome, startClient } from './client.fixture.ts'
import type { Fault } from './sandbox.ts'

const Bucket = 'bucket'
const Key = 'key'

/** One call of every service: what its client sees. */
async function everywhere(client: Client): Promise<string[]> {
  const registry = await fetch(`${client.registryEndpoint}/v2/`)
  const body = (await registry.text()).trim()
  const code = body.startsWith('{') ? JSON.parse(body).errors[0].code : body
  return [
    await failure(client.ecr().send(new DescribeRepositoriesCommand({}))),
    await failure(client.s3().send(new ListBucketsCommand({}))),
    await failure(client.sts().send(new GetCallerIdentityCommand({}))),
    await failure(client.kms().send(new DescribeKeyCommand({ KeyId: 'alias/holdfast-demo' }))),
    `${registry.status} ${code}`,
  ]
}

test.each<[Fault['kind'], string[]]>([
  [
    'denied',
    [
      '400 AccessDeniedException',
      '403 AccessDenied',
      '403 AccessDenied',
      '400 AccessDeniedException',
      '403 DENIED',
    ],
  ],
  [
    'throttled',
    [
      '400 ThrottlingException',
      '503 SlowDown',
      '400 Throttling',
      '400 ThrottlingException',
      '429 TOOMANYREQUESTS',
    ],
  ],
  [
    'server-error',
    ['500 ServerException', '500 InternalError', '500 InternalFailure', '500 ServerException', '500 UNKNOWN'],
  ],
  [
    'expired-token',
    [
      '400 ExpiredTokenException',
      '400 ExpiredToken',
      '403 ExpiredToken',
      '400 ExpiredTokenException',
      '403 DENIED',
    ],
  ],
])('%s looks as each service says it', async (kind, expected) => {
  const client = await startClient()
  for (const service of ['ecr', 's3', 'sts', 'kms', 'registry']) client.addFault({ service, kind, times: 1 })
  expect(await everywhere(client)).toEqual(expected)
  expect(await everywhere(client)).toEqual(['success', 'success', 'success', 'success', '401 Not Authorized'])
})

test('who is denied is told by name what', async () => {
  const client = await startClient()
  client.addFault({ service: 'ecr', kind: 'denied' })
  const sent = client.ecr().send(new DescribeRepositoriesCommand({}))
  await expect(sent).rejects.toThrow(
    'User: arn:aws:iam::111122223333:user/demo-admin is not authorized to perform: ecr:DescribeRepositories',
  )
})

test('a fault may wait, end, name an operation, and be taken back', async () => {
  const client = await startClient()
  const list = () => failure(client.s3().send(new ListBucketsCommand({})))
  client.addFault({ service: 's3', operation: 'PutObject', kind: 'denied' })
  expect(await list()).toBe('success')
  client.addFault({ service: 's3', operation: 'ListBuckets', kind: 'throttled', after: 1, times: 2 })
  expect([await list(), await list(), await list(), await list()]).toEqual([
    'success',
    '503 SlowDown',
    '503 SlowDown',
    'success',
  ])
  client.addFault({ service: 's3', kind: 'denied' })
  expect(await list()).toBe('403 AccessDenied')
  client.clearFaults()
  expect(await list()).toBe('success')
})

test('on the registry a fault names a method and the beginning of a path', async () => {
  const client = await startClient()
  const get = async (path: string) => (await fetch(client.registryEndpoint + path)).status
  client.addFault({ service: 'registry', operation: 'GET /v2/a/', kind: 'server-error' })
  expect([await get('/v2/a/manifests/x'), await get('/v2/b/manifests/x')]).toEqual([500, 401])
  expect(client.requestLog()).toEqual([
    { service: 'registry', operation: 'GET /v2/a/manifests/x', status: 500 },
    { service: 'registry', operation: 'GET /v2/b/manifests/x', status: 401 },
  ])
})

test('throttled registries say when to come back', async () => {
  const client = await startClient()
  client.addFault({ service: 'registry', kind: 'throttled' })
  const { status, headers } = await fetch(`${client.registryEndpoint}/v2/`)
  expect([status, headers.get('retry-after')]).toEqual([429, '1'])
})

const body = 'x'.repeat(100_001)

async function withObject(): Promise<Client & { get(): Promise<Response> }> {
  const client = await startClient()
  await client.s3().send(new CreateBucketCommand({ Bucket }))
  await client.s3().send(new PutObjectCommand({ Bucket, Key, Body: body }))
  return { ...client, get: () => client.send({ path: `/${Bucket}/${Key}` }) }
}

test('reset: no answer, and nothing is done', async () => {
  const client = await withObject()
  client.addFault({ service: 's3', operation: 'PutObject', kind: 'reset', times: 1 })
  await expect(client.send({ method: 'PUT', path: `/${Bucket}/new`, body: 'x' })).rejects.toThrow(
    'fetch failed',
  )
  expect(await outcome(await client.send({ path: `/${Bucket}/new` }))).toBe('404 NoSuchKey')
  expect(client.requestLog().at(-2)).toEqual({ service: 's3', operation: 'PutObject', status: 0 })
})

test('lost-answer: no answer, but it is done', async () => {
  const client = await withObject()
  client.addFault({ service: 's3', operation: 'PutObject', kind: 'lost-answer', times: 1 })
  await expect(client.send({ method: 'PUT', path: `/${Bucket}/new`, body: 'x' })).rejects.toThrow(
    'fetch failed',
  )
  expect(await outcome(await client.send({ path: `/${Bucket}/new` }))).toBe('200')
})

test('who sends a big body is refused with an answer, not with a broken connection', async () => {
  const client = await withObject()
  const put = () =>
    failure(client.s3().send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(20 << 20) })))
  client.addFault({ service: 's3', operation: 'PutObject', kind: 'denied', times: 1 })
  expect(await put()).toBe('403 AccessDenied')
  expect(await put()).toBe('success')
})

test('cut-body: the whole length is announced, half of it comes', async () => {
  const client = await withObject()
  client.addFault({ service: 's3', operation: 'GetObject', kind: 'cut-body', times: 1 })
  const response = await client.get()
  expect([response.status, response.headers.get('content-length')]).toEqual([200, String(body.length)])
  let size = 0
  const read = async () => {
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) size += piece.length
  }
  await expect(read()).rejects.toThrow('terminated')
  expect(size).toBe(50_000)
  expect(await (await client.get()).text()).toBe(body)
})

test('flip-byte: right length, one byte is wrong', async () => {
  const client = await withObject()
  client.addFault({ service: 's3', operation: 'GetObject', kind: 'flip-byte', times: 1 })
  const got = Buffer.from(await (await client.get()).arrayBuffer())
  expect(got.length).toBe(body.length)
  expect([...got].filter((byte) => byte !== 'x'.charCodeAt(0))).toHaveLength(1)
  client.addFault({ service: 's3', operation: 'GetObject', kind: 'flip-byte', times: 1 })
  const { Body } = await client.s3().send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
  await expect(Body?.transformToString()).rejects.toThrow(/[Cc]hecksum/)
})

test('stall: headers come, the body never; who gives up is let go', async () => {
  const client = await withObject()
  client.addFault({ service: 's3', operation: 'GetObject', kind: 'stall', times: 2 })
  const giveUp = new AbortController()
  const first = await client.send({ path: `/${Bucket}/${Key}`, signal: giveUp.signal })
  expect(first.headers.get('content-length')).toBe(String(body.length))
  giveUp.abort()
  await expect(first.text()).rejects.toThrow('aborted')
  // The second one is still open when the sandbox closes; the test would hang if close waited for it.
  const { body: never } = await client.get()
  const read = expect(never?.getReader().read()).rejects.toThrow('terminated')
  await client.close()
  await read
})

test.each(['reset', 'lost-answer', 'cut-body', 'flip-byte', 'stall'] as const)(
  '%s does no harm where there is no body',
  async (kind) => {
    const client = await withObject()
    client.addFault({ service: 's3', operation: 'DeleteObject', kind, times: 1 })
    const signal = kind === 'stall' ? AbortSignal.timeout(100) : null
    const sent = client.send({ method: 'DELETE', path: `/${Bucket}/${Key}`, ...(signal && { signal }) })
    if (kind === 'flip-byte') expect((await sent).status).toBe(204)
    else await expect(sent).rejects.toThrow()
    expect((await client.send({ path: '/' })).status).toBe(200)
  },
)

test('a layer download is GetLayer, and GetObject as well', async () => {
  const client = await startClient()
  const path = `/prod-eu-west-1-starport-layer-bucket/111122223333/sha256:${'0'.repeat(64)}`
  for (const operation of ['GetLayer', 'GetObject']) {
    client.addFault({ service: 's3', operation, kind: 'server-error', times: 1 })
    expect(await outcome(await client.send({ path }))).toBe('500 InternalError')
  }
})

test('a token from GetAuthorizationToken that has expired can be had on order', async () => {
  const client = await startClient()
  const { authorizationData } = await client.ecr().send(new GetAuthorizationTokenCommand({}))
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`
  client.addFault({ service: 'registry', kind: 'expired-token', times: 1 })
  const get = () => fetch(`${client.registryEndpoint}/v2/`, { headers: { authorization } })
  const response = await get()
  expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('has expired')])
  expect((await get()).status).toBe(200)
})

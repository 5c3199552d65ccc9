import { readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../test/support/folder.ts'
import { clientOf, failure, outcome, startClient } from './client.fixture.ts'
import { startSandbox } from './start.ts'

const Bucket = 'bucket'

test('both doors are on loopback, and every answer says that it is simulated', async () => {
  const { awsEndpoint, registryEndpoint, accounts } = await startClient()
  for (const endpoint of [awsEndpoint, registryEndpoint]) {
    expect(new URL(endpoint).hostname).toBe('127.0.0.1')
    const { headers } = await fetch(`${endpoint}/v2/`)
    expect([headers.get('x-holdfast-simulated'), headers.get('server')]).toEqual(['true', 'holdfast-sandbox'])
  }
  expect(accounts.map(({ id }) => id)).toEqual(['111122223333', '444455556666'])
  for (const { accessKeyId, secretAccessKey } of accounts)
    expect([accessKeyId, secretAccessKey.length]).toEqual([expect.stringMatching(/^AKIA[A-Z0-9]{16}$/), 40])
})

test('the demo seed has repositories, the empty one has none', async () => {
  const names = async (seed: 'demo' | 'empty') => {
    const { ecr } = await startClient({ seed })
    return (await ecr().send(new DescribeRepositoriesCommand({}))).repositories?.length
  }
  expect(await names('demo')).toBeGreaterThan(5)
  expect(await names('empty')).toBe(0)
})

async function occupy(): Promise<{ port: number; server: Server }> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return { server, port: (server.address() as { port: number }).port }
}

/** A folder for temporary folders that nobody else uses. */
function ownTemp(): string {
  const folder = temporaryFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  return folder
}

test.each(['awsPort', 'registryPort'])('a taken %s is named, and nothing stays behind', async (option) => {
  const temp = ownTemp()
  const { port } = await occupy()
  const starting = startSandbox({ seed: 'empty', [option]: port })
  const message = expect.stringContaining(String(port))
  await expect(starting).rejects.toMatchObject({ code: 'port-in-use', message })
  expect(await readdir(temp)).toEqual([])
})

test('with a state folder everything is there again after a restart', async () => {
  const stateDir = join(temporaryFolder(), 'state')
  const first = await startClient({ stateDir })
  await first.ecr().send(new CreateRepositoryCommand({ repositoryName: 'team/app' }))
  await first.s3().send(new CreateBucketCommand({ Bucket }))
  await first.s3().send(new PutObjectCommand({ Bucket, Key: '__proto__', Body: 'still here' }))
  await first.close()
  // The seed is asked for again, but what was saved counts.
  const second = await startClient({ stateDir, seed: 'demo' })
  const { repositories } = await second.ecr().send(new DescribeRepositoriesCommand({}))
  expect(repositories?.map((each) => each.repositoryName)).toEqual(['team/app'])
  const { Body } = await second.s3().send(new GetObjectCommand({ Bucket, Key: '__proto__' }))
  expect(await Body?.transformToString()).toBe('still here')
})

test('what was done is saved soon, not only at the end', async () => {
  const stateDir = temporaryFolder()
  const { s3 } = await startClient({ stateDir })
  await s3().send(new CreateBucketCommand({ Bucket }))
  const saved = () => JSON.parse(readFileSync(join(stateDir, 'world.json'), 'utf8')).buckets[Bucket]
  await expect.poll(saved, { timeout: 10_000, interval: 100 }).toBeDefined()
  expect(await readdir(stateDir)).toEqual(['blobs', 'world.json'])
})

test('a state that cannot be read is refused and left alone', async () => {
  const stateDir = temporaryFolder()
  await writeFile(join(stateDir, 'world.json'), '{"accounts":')
  await expect(startSandbox({ stateDir })).rejects.toMatchObject({ code: 'config-invalid' })
  expect(readFileSync(join(stateDir, 'world.json'), 'utf8')).toBe('{"accounts":')
})

test('closing ends open connections, closes both ports, may be done twice', async () => {
  const sandbox = await startSandbox({ seed: 'empty' })
  const client = clientOf(sandbox)
  await client.s3().send(new CreateBucketCommand({ Bucket }))
  // An upload that never ends.
  const endless = new ReadableStream({ pull: () => new Promise(() => undefined) })
  const hanging = fetch(`${sandbox.registryEndpoint}/v2/`, {
    method: 'PUT',
    body: endless,
    duplex: 'half',
  } as object)
  const ended = hanging.then(
    () => 'ended',
    () => 'ended',
  )
  await Promise.all([sandbox.close(), sandbox.close()])
  expect(await ended).toBe('ended')
  await expect(fetch(sandbox.awsEndpoint)).rejects.toThrow('fetch failed')
  await expect(fetch(sandbox.registryEndpoint)).rejects.toThrow('fetch failed')
})

test('a temporary world leaves no folder', async () => {
  const temp = ownTemp()
  const sandbox = await startSandbox({ seed: 'empty' })
  expect(await readdir(temp)).toHaveLength(1)
  await clientOf(sandbox).s3().send(new CreateBucketCommand({ Bucket }))
  await sandbox.close()
  expect(await readdir(temp)).toEqual([])
})

const target = (name: string) => ({ 'x-amz-target': name, 'content-type': 'application/x-amz-json-1.1' })
const ecr = 'AmazonEC2ContainerRegistry_V20150921'
test.each<[string, string, string, string, string]>([
  [
    'an operation that is not simulated',
    '501 NotImplementedInSandbox',
    'ecr',
    `${ecr}.StartLifecyclePolicyPreview`,
    '{}',
  ],
  ['an operation that nobody knows', '404 UnknownOperationException', 'ecr', `${ecr}.MakeCoffee`, '{}'],
  ['an inherited name', '404 UnknownOperationException', 'ecr', `${ecr}.constructor`, '{}'],
  ['another operation of KMS', '501 NotImplementedInSandbox', 'kms', 'TrentService.Encrypt', '{}'],
  [
    'a service that is not simulated',
    '501 NotImplementedInSandbox',
    'logs',
    'Logs_20140328.PutLogEvents',
    '{}',
  ],
  ['a body that is not JSON', '400 SerializationException', 'ecr', `${ecr}.DescribeRepositories`, '{'],
  ['a body that is no object', '400 SerializationException', 'ecr', `${ecr}.DescribeRepositories`, '[]'],
  ['no body', '200', 'ecr', `${ecr}.DescribeRepositories`, ''],
  [
    'the signature of another service',
    '400 InvalidSignatureException',
    'kms',
    `${ecr}.DescribeRepositories`,
    '{}',
  ],
])('%s: %s', async (_, expected, service, name, body) => {
  const { send } = await startClient()
  const response = await send({ method: 'POST', path: '/', service, headers: target(name), body })
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await outcome(response)).toBe(expected)
})

test('a path that cannot be decoded gets an answer', async () => {
  const { awsEndpoint, registryEndpoint } = await startClient()
  expect(await outcome(await fetch(`${awsEndpoint}/%ff`))).toBe('400 InvalidURI')
  expect((await fetch(`${registryEndpoint}/%ff`)).status).toBe(400)
})

test('the request log has every request in order', async () => {
  const client = await startClient()
  await client.s3().send(new CreateBucketCommand({ Bucket }))
  await failure(client.s3().send(new GetObjectCommand({ Bucket, Key: 'none' })))
  await client.ecr().send(new DescribeRepositoriesCommand({}))
  expect(client.requestLog()).toEqual([
    { service: 's3', operation: 'CreateBucket', status: 200 },
    { service: 's3', operation: 'GetObject', status: 404 },
    { service: 'ecr', operation: 'DescribeRepositories', status: 200 },
  ])
})

import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImageSigningStatusCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  InvalidLayerPartException,
  PutImageCommand,
  paginateListImages,
  RepositoryNotFoundException,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'

/** The same operations, but through the SDK's own client: protocol, signatures, dates, bytes and error classes. */
let sandbox: Sandbox
let client: ECRClient
const repositoryName = 'team/app'
const config = '{"architecture":"amd64","os":"linux"}'
const layer = Buffer.from('the bytes of a layer')
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: config.length,
  },
  layers: [
    { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(layer), size: layer.length },
  ],
})

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'empty' })
  const [account] = sandbox.accounts
  client = new ECRClient({
    endpoint: sandbox.awsEndpoint,
    region: account!.regions[0]!,
    credentials: { accessKeyId: account!.accessKeyId, secretAccessKey: account!.secretAccessKey },
    maxAttempts: 1,
  })
  await client.send(new CreateRepositoryCommand({ repositoryName }))
})
afterAll(async () => {
  client?.destroy()
  await sandbox?.close()
})

async function upload(bytes: Buffer): Promise<void> {
  const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }))
  const last = bytes.length - 1
  const part = { uploadId, partFirstByte: 0, partLastByte: last, layerPartBlob: bytes }
  const { lastByteReceived } = await client.send(new UploadLayerPartCommand({ repositoryName, ...part }))
  expect(lastByteReceived).toBe(last)
  await client.send(
    new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digestOf(bytes)] }),
  )
}

test('push and pull through the API', async () => {
  for (const bytes of [Buffer.from(config), layer]) await upload(bytes)
  for (const imageTag of ['v1', 'v2', 'v3'])
    await client.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag }))
  const ids = []
  for await (const page of paginateListImages({ client, pageSize: 2 }, { repositoryName }))
    ids.push(...(page.imageIds ?? []))
  expect(ids.map((id) => id.imageTag).sort()).toEqual(['v1', 'v2', 'v3'])
  const { images, failures } = await client.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
  )
  expect(failures).toEqual([])
  expect(digestOf(images?.[0]?.imageManifest ?? '')).toBe(images?.[0]?.imageId?.imageDigest)
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName }))
  expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date)
  expect(imageDetails?.[0]?.lastRecordedPullTime?.getFullYear()).toBeGreaterThan(2000)
  const { downloadUrl } = await client.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digestOf(layer) }),
  )
  const answer = await fetch(downloadUrl ?? '')
  expect(Buffer.from(await answer.arrayBuffer()).equals(layer)).toBe(true)
})

test('errors arrive as the classes of the SDK, with their members', async () => {
  const unknown = client.send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] }))
  await expect(unknown).rejects.toBeInstanceOf(RepositoryNotFoundException)
  const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }))
  const part = { uploadId, partFirstByte: 5, partLastByte: 5, layerPartBlob: Buffer.from('x') }
  const error: unknown = await client
    .send(new UploadLayerPartCommand({ repositoryName, ...part }))
    .catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidLayerPartException)
  expect(error).toMatchObject({ repositoryName, uploadId, lastValidByteReceived: -1 })
})

test('a token opens the data plane', async () => {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
  const [data] = authorizationData ?? []
  expect(data?.proxyEndpoint).toBe(sandbox.registryEndpoint)
  const ask = (authorization: string) => fetch(`${data?.proxyEndpoint}/v2/`, { headers: { authorization } })
  expect((await ask(`Basic ${data?.authorizationToken}`)).status).toBe(200)
  expect((await ask('Basic QVdTOm5v')).status).toBe(401)
})

test('what the sandbox does not have is refused by name, never faked', async () => {
  const command = new DescribeImageSigningStatusCommand({ repositoryName, imageId: { imageTag: 'v1' } })
  await expect(client.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } })
})

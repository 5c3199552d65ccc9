import { createHash } from 'node:crypto'
import {
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { type Client, outcome, startClient } from '../client.fixture.ts'

const repositoryName = 'team/app'
const layer = Buffer.from('the bytes of a layer')
const digestOf = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`

/** An image of one layer, pushed through the control plane; answers the layer's download URL. */
async function pushed(client: Client): Promise<string> {
  const ecr = client.ecr()
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  const config = Buffer.from('{}')
  for (const blob of [layer, config]) {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))
    const part = {
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: blob.length - 1,
      layerPartBlob: blob,
    }
    await ecr.send(new UploadLayerPartCommand(part))
    const done = { repositoryName, uploadId, layerDigests: [digestOf(blob)] }
    await ecr.send(new CompleteLayerUploadCommand(done))
  }
  const descriptor = (mediaType: string, blob: Buffer) => ({
    mediaType,
    digest: digestOf(blob),
    size: blob.length,
  })
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
  }
  await ecr.send(
    new PutImageCommand({ repositoryName, imageManifest: JSON.stringify(manifest), imageTag: 'v1' }),
  )
  const layerDigest = digestOf(layer)
  const { downloadUrl = '' } = await ecr.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
  )
  return downloadUrl
}

test('the download URL of a layer gives its bytes, whole and by ranges, for an hour', async () => {
  let now = Date.now()
  const client = await startClient({ now: () => new Date(now) })
  const url = await pushed(client)
  expect(new URL(url).pathname).toMatch(/^\/prod-eu-west-1-starport-layer-bucket\/111122223333\//)
  expect(await (await fetch(url)).text()).toBe(layer.toString())
  const range = await fetch(url, { headers: { range: 'bytes=4-8' } })
  expect([range.status, await range.text(), range.headers.get('content-range')]).toEqual([
    206,
    'bytes',
    `bytes 4-8/${layer.length}`,
  ])
  expect(await outcome(await fetch(url, { headers: { range: 'bytes=99-' } }))).toBe('416 InvalidRange')
  expect(client.requestLog().at(-1)).toEqual({ service: 's3', operation: 'GetLayer', status: 416 })
  now += 3_601_000
  expect(await outcome(await fetch(url))).toBe('403 AccessDenied')
})

test('the URL is good for that layer, as it is, and for nothing else', async () => {
  const client = await startClient()
  const url = await pushed(client)
  const token = { headers: { authorization: 'Basic QVdTOng=' } }
  expect(await outcome(await fetch(url, token))).toBe('400 InvalidArgument')
  const other = url.replace(digestOf(layer).slice(7), digestOf(Buffer.from('{}')).slice(7))
  expect(await outcome(await fetch(other))).toBe('403 SignatureDoesNotMatch')
  expect(await outcome(await fetch(url, { method: 'PUT', body: 'x' }))).toBe('403 SignatureDoesNotMatch')
  const { pathname } = new URL(url)
  expect(await outcome(await client.send({ path: decodeURIComponent(pathname) }))).toBe('403 AccessDenied')
})

test('URLs outlive a restart of the same state', async () => {
  const stateDir = temporaryFolder()
  const first = await startClient({ stateDir })
  const url = await pushed(first)
  await first.close()
  const again = await startClient({ stateDir, awsPort: Number(new URL(first.awsEndpoint).port) })
  expect(await (await fetch(url)).text()).toBe(layer.toString())
  await again.close()
})

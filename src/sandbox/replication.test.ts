import * as sdk from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import { type Client, startClient } from './client.fixture.ts'

// Replication as clients see it: through the ECR API of two Regions, and the bytes at the far end.

const repositoryName = 'team/app'
const layer = 'a layer'
const config = '{}'
const part = (mediaType: string, text: string) => ({
  mediaType,
  digest: digestOf(text),
  size: Buffer.byteLength(text),
})
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: part('application/vnd.oci.image.config.v1+json', config),
  layers: [part('application/vnd.oci.image.layer.v1.tar', layer)],
})

async function upload(ecr: sdk.ECRClient, text: string): Promise<void> {
  const { uploadId } = await ecr.send(new sdk.InitiateLayerUploadCommand({ repositoryName }))
  const bytes = Buffer.from(text)
  const range = { partFirstByte: 0, partLastByte: bytes.length - 1 }
  await ecr.send(new sdk.UploadLayerPartCommand({ repositoryName, uploadId, layerPartBlob: bytes, ...range }))
  const layerDigests = [digestOf(text)]
  await ecr.send(new sdk.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))
}

async function started(): Promise<
  Client & { home: sdk.ECRClient; abroad: sdk.ECRClient; push(): Promise<string> }
> {
  const client = await startClient()
  const [home, abroad] = [client.ecr(), client.ecr({ region: 'us-east-1' })]
  await home.send(new sdk.CreateRepositoryCommand({ repositoryName }))
  const destinations = [{ region: 'us-east-1', registryId: '111122223333' }]
  const replicationConfiguration = { rules: [{ destinations }] }
  await home.send(new sdk.PutReplicationConfigurationCommand({ replicationConfiguration }))
  const push = async () => {
    for (const text of [config, layer]) await upload(home, text)
    const put = new sdk.PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: 'v1' })
    return (await home.send(put)).image?.imageId?.imageDigest ?? ''
  }
  return { ...client, home, abroad, push }
}

const statusOf = async (ecr: sdk.ECRClient, imageDigest: string) => {
  const asked = new sdk.DescribeImageReplicationStatusCommand({ repositoryName, imageId: { imageDigest } })
  return (await ecr.send(asked)).replicationStatuses?.map(({ status }) => status)
}

test('an image that is pushed here can be pulled there', async () => {
  const { home, abroad, push } = await started()
  const digest = await push()
  expect(await statusOf(home, digest)).toEqual(['COMPLETE'])
  const imageIds = [{ imageTag: 'v1' }]
  const { images } = await abroad.send(new sdk.BatchGetImageCommand({ repositoryName, imageIds }))
  expect(images?.map(({ imageManifest }) => imageManifest)).toEqual([manifest])
  const asked = new sdk.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digestOf(layer) })
  const { downloadUrl } = await abroad.send(asked)
  expect(await (await fetch(downloadUrl ?? '')).text()).toBe(layer)
})

test('a test can hold it back, and sees it under way', async () => {
  const { home, abroad, push, holdReplication, releaseReplication } = await started()
  holdReplication()
  const digest = await push()
  expect(await statusOf(home, digest)).toEqual(['IN_PROGRESS'])
  const list = () => abroad.send(new sdk.DescribeImagesCommand({ repositoryName }))
  await expect(list()).rejects.toThrow(/does not exist/)
  releaseReplication()
  expect(await statusOf(home, digest)).toEqual(['COMPLETE'])
  expect((await list()).imageDetails?.map(({ imageTags }) => imageTags)).toEqual([['v1']])
})

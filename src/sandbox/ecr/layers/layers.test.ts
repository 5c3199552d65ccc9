import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import type { Repository } from '../../world.ts'
import { type Answer, call, codeOf, errorOf } from '../call.fixture.ts'
import { account, makeWorld, plantImage, plantLayer, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
let repository: Repository
const repositoryName = 'team/app'
const mebibyte = 1024 * 1024
const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, { repositoryName, ...input })
const part = (uploadId: string, partFirstByte: number, bytes: Buffer, more: Record<string, unknown> = {}) =>
  ask('UploadLayerPart', {
    uploadId,
    partFirstByte,
    partLastByte: partFirstByte + bytes.length - 1,
    layerPartBlob: bytes.toString('base64'),
    ...more,
  })

beforeEach(async () => {
  fixture = await makeWorld()
  await ask('CreateRepository')
  repository = fixture.repository(repositoryName)
})
afterEach(() => fixture.dispose())

test('a layer in parts', async () => {
  const bytes = Buffer.alloc(12 * mebibyte, 'abc')
  const digest = digestOf(bytes)
  expect(await ask('BatchCheckLayerAvailability', { layerDigests: [digest, 'nope', ''] })).toMatchObject({
    layers: [{ layerDigest: digest, layerAvailability: 'UNAVAILABLE' }],
    failures: [
      { layerDigest: 'nope', failureCode: 'InvalidLayerDigest' },
      { failureCode: 'MissingLayerDigest' },
    ],
  })
  const { uploadId, partSize } = await ask('InitiateLayerUpload')
  expect(partSize).toBe(10 * mebibyte)
  const first = await part(uploadId, 0, bytes.subarray(0, partSize))
  expect(first).toEqual({ registryId: account, repositoryName, uploadId, lastByteReceived: partSize - 1 })
  await part(uploadId, partSize, bytes.subarray(partSize))
  const complete = { uploadId, layerDigests: [digest] }
  expect(await ask('CompleteLayerUpload', complete)).toEqual({
    registryId: account,
    repositoryName,
    uploadId,
    layerDigest: digest,
  })
  expect(await fixture.world.blobs.sha256(digest)).toBe(digest)
  const { layers } = await ask('BatchCheckLayerAvailability', { layerDigests: [digest] })
  expect(layers).toEqual([{ layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: bytes.length }])
  expect(await codeOf(ask('CompleteLayerUpload', complete))).toBe('UploadNotFoundException')
})

test('parts must follow on and be as long as they say', async () => {
  const { uploadId } = await ask('InitiateLayerUpload')
  const bytes = Buffer.from('0123456789')
  await part(uploadId, 0, bytes)
  const { code, extra } = await errorOf(part(uploadId, 11, bytes))
  expect(code).toBe('InvalidLayerPartException')
  expect(extra).toEqual({ registryId: account, repositoryName, uploadId, lastValidByteReceived: 9 })
  expect(await codeOf(part(uploadId, 0, bytes))).toBe('InvalidLayerPartException')
  expect(await codeOf(part(uploadId, 10, bytes, { partLastByte: 12 }))).toBe('InvalidLayerPartException')
  expect(await codeOf(part(uploadId, 10, bytes, { layerPartBlob: '?' }))).toBe('SerializationException')
  expect(await codeOf(part(uploadId, 10, bytes, { partFirstByte: '10' }))).toBe('SerializationException')
  expect(await codeOf(part(uploadId, -1, bytes))).toBe('InvalidParameterException')
  expect(await codeOf(part('nope', 0, bytes))).toBe('InvalidParameterException')
  expect(await codeOf(part('00000000-0000-0000-0000-000000000000', 0, bytes))).toBe('UploadNotFoundException')
  expect(await codeOf(part(uploadId, 10, Buffer.alloc(20 * mebibyte + 1)))).toBe('InvalidParameterException')
})

test('two clients at the same byte: one of them is right', async () => {
  const { uploadId } = await ask('InitiateLayerUpload')
  const results = await Promise.allSettled(
    ['aaaa', 'bbbb'].map((text) => part(uploadId, 0, Buffer.from(text))),
  )
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
  expect(repository.uploads[uploadId]?.received).toBe(4)
})

test('completing what is not complete', async () => {
  const { uploadId } = await ask('InitiateLayerUpload')
  const complete = (...layerDigests: string[]) => ask('CompleteLayerUpload', { uploadId, layerDigests })
  const digest = digestOf('0123456789')
  expect(await codeOf(complete(digest))).toBe('EmptyUploadException')
  await part(uploadId, 0, Buffer.from('01234'))
  expect(await codeOf(complete(digest))).toBe('InvalidLayerException')
  await part(uploadId, 5, Buffer.from('56789'))
  expect(await codeOf(complete(digest))).toBe('LayerPartTooSmallException')
  expect(await codeOf(complete('md5:00'))).toBe('InvalidParameterException')
  expect(await codeOf(complete())).toBe('InvalidParameterException')
})

test('a layer that is there already', async () => {
  const digest = await plantLayer(fixture.world, repository, 'again')
  const { uploadId } = await ask('InitiateLayerUpload')
  await part(uploadId, 0, Buffer.from('again'))
  expect(await codeOf(ask('CompleteLayerUpload', { uploadId, layerDigests: [digest] }))).toBe(
    'LayerAlreadyExistsException',
  )
  expect(repository.uploads).toEqual({})
})

test('only layers of an image that can be pulled have an address', async () => {
  const layerDigest = digestOf('layer')
  const url = () => ask('GetDownloadUrlForLayer', { layerDigest })
  expect(await codeOf(url())).toBe('LayersNotFoundException')
  const text = await plantImage(fixture.world, repository)
  expect(await codeOf(url())).toBe('LayerInaccessibleException')
  await ask('PutImage', { imageManifest: text, imageTag: 'v1' })
  const answer = await url()
  expect(answer.layerDigest).toBe(layerDigest)
  expect(answer.downloadUrl).toMatch(/^http:\/\/127\.0\.0\.1:/)
  const config = JSON.parse(text).config.digest
  await ask('GetDownloadUrlForLayer', { layerDigest: config })
  await ask('UpdateImageStorageClass', { imageId: { imageTag: 'v1' }, targetStorageClass: 'ARCHIVE' })
  expect(await codeOf(url())).toBe('LayerInaccessibleException')
  const { layers } = await ask('BatchCheckLayerAvailability', { layerDigests: [layerDigest] })
  expect(layers[0].layerAvailability).toBe('ARCHIVED')
})

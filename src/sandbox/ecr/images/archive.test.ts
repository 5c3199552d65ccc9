import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import type { Repository } from '../../world.ts'
import { type Answer, call, codeOf } from '../call.fixture.ts'
import {
  describe as descriptor,
  indexOf,
  makeWorld,
  ociManifest,
  plantImage,
  type WorldFixture,
} from '../world.fixture.ts'

let fixture: WorldFixture
let repository: Repository
const repositoryName = 'team/app'
const day = 24 * 60 * 60 * 1000

const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, { repositoryName, ...input })
const put = (imageManifest: string, imageTag?: string) =>
  ask('PutImage', { imageManifest, ...(imageTag && { imageTag }) })
const plant = (name: string, more: Record<string, unknown> = {}) =>
  plantImage(fixture.world, repository, { layers: ['shared', name], more })
const filter = { imageStatus: 'ANY' }
const detailOf = async (imageDigest: string) =>
  (await ask('DescribeImages', { imageIds: [{ imageDigest }], filter })).imageDetails[0]
const listed = async (filter?: Record<string, unknown>) =>
  (await ask('ListImages', filter ? { filter } : {})).imageIds.map(
    (id: Answer) => id.imageTag ?? id.imageDigest,
  )

beforeEach(async () => {
  fixture = await makeWorld()
  await ask('CreateRepository')
  repository = fixture.repository(repositoryName)
})
afterEach(() => fixture.dispose())

test('listings hide what is archived, and find it when asked', async () => {
  const [one, two, three] = [await plant('one'), await plant('two'), await plant('three')]
  await put(one, 'one')
  await put(two, 'two')
  await put(three)
  await ask('UpdateImageStorageClass', { imageId: { imageTag: 'two' }, targetStorageClass: 'ARCHIVE' })
  expect((await listed()).sort()).toEqual(['one', digestOf(three)])
  expect((await listed({ imageStatus: 'ANY', tagStatus: 'TAGGED' })).sort()).toEqual(['one', 'two'])
  expect(await listed({ imageStatus: 'ARCHIVED' })).toEqual(['two'])
  expect(await listed({ tagStatus: 'UNTAGGED' })).toEqual([digestOf(three)])
  const imageIds = [{ imageTag: 'two' }]
  expect(await codeOf(ask('DescribeImages', { imageIds }))).toBe('ImageNotFoundException')
  expect((await ask('BatchGetImage', { imageIds })).failures[0].failureCode).toBe('ImageInaccessible')
  expect(await codeOf(listed({ imageStatus: 'LOST' }))).toBe('InvalidParameterException')
})

test('an archived image comes back after a while, or at once when it is pushed again', async () => {
  const text = await plant('one')
  await put(text, 'v1')
  const imageId = { imageTag: 'v1' }
  const move = (targetStorageClass: string) => ask('UpdateImageStorageClass', { imageId, targetStorageClass })
  expect((await move('ARCHIVE')).imageStatus).toBe('ARCHIVED')
  expect((await move('STANDARD')).imageStatus).toBe('ACTIVATING')
  expect((await detailOf(digestOf(text))).imageStatus).toBe('ACTIVATING')
  fixture.pass(60_000)
  expect(await detailOf(digestOf(text))).toMatchObject({
    imageStatus: 'ACTIVE',
    lastActivatedAt: fixture.world.now() / 1000,
  })
  fixture.pass(day)
  await move('ARCHIVE')
  repository.mutability = 'IMMUTABLE'
  await put(text, 'v1')
  const detail = await detailOf(digestOf(text))
  const now = fixture.world.now() / 1000
  expect(detail).toMatchObject({ imageStatus: 'ACTIVE', lastArchivedAt: now, lastActivatedAt: now })
})

test('a child of an active index cannot be archived', async () => {
  const child = await plant('child')
  await put(child)
  await put(indexOf([child]), 'multi')
  const archive = (imageId: unknown) =>
    ask('UpdateImageStorageClass', { imageId, targetStorageClass: 'ARCHIVE' })
  expect(await codeOf(archive({ imageDigest: digestOf(child) }))).toBe(
    'ImageStorageClassUpdateNotSupportedException',
  )
  await archive({ imageTag: 'multi' })
  await archive({ imageDigest: digestOf(child) })
  expect(await codeOf(archive({ imageTag: 'nope' }))).toBe('ImageNotFoundException')
})

test('referrers are found by subject, type and status, even before their subject', async () => {
  const subject = await plant('subject')
  const imageDigest = digestOf(subject)
  const refer = (name: string, artifactType?: string) =>
    plant(name, {
      subject: descriptor(ociManifest, subject),
      annotations: { name },
      ...(artifactType && { artifactType }),
    })
  const [sbom, signature, plain] = [await refer('a', 'x/sbom'), await refer('b', 'x/sig'), await refer('c')]
  for (const text of [sbom, signature, plain]) await put(text)
  const ask3 = async (filter?: Record<string, unknown>) =>
    (await ask('ListImageReferrers', { subjectId: { imageDigest }, ...(filter && { filter }) })).referrers
  expect(await ask3()).toHaveLength(3)
  expect(await ask3({ artifactTypes: ['x/sbom'] })).toEqual([
    {
      ...descriptor(ociManifest, sbom),
      artifactType: 'x/sbom',
      annotations: { name: 'a' },
      artifactStatus: 'ACTIVE',
    },
  ])
  expect(await ask3({ artifactTypes: ['application/vnd.oci.image.config.v1+json'] })).toHaveLength(1)
  await ask('UpdateImageStorageClass', {
    imageId: { imageDigest: digestOf(sbom) },
    targetStorageClass: 'ARCHIVE',
  })
  expect(await ask3()).toHaveLength(2)
  expect(await ask3({ artifactStatus: 'ANY' })).toHaveLength(3)
  expect(await ask3({ artifactStatus: 'ARCHIVED' })).toHaveLength(1)
  expect((await detailOf(digestOf(plain))).subjectManifestDigest).toBe(imageDigest)
})

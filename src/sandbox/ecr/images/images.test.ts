import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import type { Repository } from '../../world.ts'
import { type Answer, call, codeOf, errorOf } from '../call.fixture.ts'
import { storeImage } from '../store-image.ts'
import {
  account,
  describe as descriptor,
  indexOf,
  keyId,
  makeWorld,
  ociManifest,
  plantImage,
  region,
  type WorldFixture,
} from '../world.fixture.ts'

let fixture: WorldFixture
let repository: Repository
const repositoryName = 'team/app'
const day = 24 * 60 * 60 * 1000

const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, { repositoryName, ...input })
const put = (imageManifest: string, imageTag?: string, more: Record<string, unknown> = {}) =>
  ask('PutImage', { imageManifest, ...(imageTag && { imageTag }), ...more })
const plant = (name: string, more: Record<string, unknown> = {}) =>
  plantImage(fixture.world, repository, { layers: ['shared', name], more })
const detailOf = async (imageDigest: string, filter = { imageStatus: 'ANY' }) =>
  (await ask('DescribeImages', { imageIds: [{ imageDigest }], filter })).imageDetails[0]

beforeEach(async () => {
  fixture = await makeWorld()
  await ask('CreateRepository')
  repository = fixture.repository(repositoryName)
})
afterEach(() => fixture.dispose())

test('a manifest is kept byte for byte', async () => {
  const text = `${await plant('é')}\n  `
  const imageDigest = digestOf(text)
  const image = {
    registryId: account,
    repositoryName,
    imageManifest: text,
    imageManifestMediaType: ociManifest,
  }
  expect(await put(text, 'v1')).toEqual({ image: { ...image, imageId: { imageDigest, imageTag: 'v1' } } })
  const { images, failures } = await ask('BatchGetImage', { imageIds: [{ imageTag: 'v1' }, { imageDigest }] })
  expect(failures).toEqual([])
  expect(images).toEqual([
    { ...image, imageId: { imageDigest, imageTag: 'v1' } },
    { ...image, imageId: { imageDigest } },
  ])
})

test('describes an image', async () => {
  const text = await plant('one')
  await put(text, 'v1')
  expect(await detailOf(digestOf(text))).toEqual({
    registryId: account,
    repositoryName,
    imageDigest: digestOf(text),
    imageTags: ['v1'],
    imageSizeInBytes: 'shared'.length + 'one'.length,
    imagePushedAt: fixture.world.now() / 1000,
    imageManifestMediaType: ociManifest,
    artifactMediaType: 'application/vnd.oci.image.config.v1+json',
    imageStatus: 'ACTIVE',
  })
})

test.each([
  ['InvalidParameterException', 'no JSON', '{'],
  ['InvalidParameterException', 'a byte order mark', '\uFEFF{"schemaVersion":2}'],
  [
    'InvalidParameterException',
    'no config',
    JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, layers: [] }),
  ],
  [
    'InvalidParameterException',
    'no layers',
    JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config: descriptor('a/b', 'x') }),
  ],
  [
    'InvalidParameterException',
    'another version',
    JSON.stringify({ schemaVersion: 3, mediaType: ociManifest }),
  ],
  [
    'InvalidParameterException',
    'an unknown type',
    JSON.stringify({ schemaVersion: 2, mediaType: 'text/plain' }),
  ],
  ['InvalidParameterException', 'no type', JSON.stringify({ schemaVersion: 2 })],
  [
    'InvalidParameterException',
    'a bad digest',
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: { mediaType: 'a/b', digest: 'md5:0', size: 1 },
      layers: [],
    }),
  ],
  [
    'LayersNotFoundException',
    'missing blobs',
    JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config: descriptor('a/b', 'x'), layers: [] }),
  ],
  ['ReferencedImagesNotFoundException', 'missing children', indexOf(['{}'])],
])('answers %s to a manifest with %s', async (code, _name, text) => {
  expect(await codeOf(put(text))).toBe(code)
  expect(repository.images).toEqual({})
})

test('bytes that are not UTF-8, and too many of them, are refused', async () => {
  const { world, registry } = fixture
  for (const bytes of [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.alloc(4_194_305, ' ')])
    expect(() => storeImage(world, registry, repository, { bytes })).toThrow(/imageManifest/)
})

test('type and digest of the request must agree with the manifest', async () => {
  const text = await plant('one')
  const other = { imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json' }
  expect(await codeOf(put(text, 'v1', other))).toBe('InvalidParameterException')
  expect(await codeOf(put(text, 'v1', { imageDigest: digestOf('x') }))).toBe(
    'ImageDigestDoesNotMatchException',
  )
  expect(await codeOf(put(text, '-v1'))).toBe('InvalidParameterException')
  await put(text, 'v1', { imageDigest: digestOf(text), imageManifestMediaType: ociManifest })
})

test('a manifest without a type takes it from the request', async () => {
  const { mediaType: _, ...rest } = JSON.parse(await plant('one'))
  const text = JSON.stringify(rest)
  expect(await codeOf(put(text))).toBe('InvalidParameterException')
  const { image } = await put(text, undefined, { imageManifestMediaType: ociManifest })
  expect(image.imageManifestMediaType).toBe(ociManifest)
})

test('foreign layers need no blob', async () => {
  const manifest = JSON.parse(await plant('one'))
  manifest.layers.push({
    ...descriptor('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'far'),
    urls: ['https://example.com/x'],
  })
  const text = JSON.stringify(manifest)
  await put(text)
  expect((await detailOf(digestOf(text))).imageSizeInBytes).toBe('sharedone'.length)
})

test('tags move in a mutable repository, and the push time is the first one', async () => {
  const [one, two] = [await plant('one'), await plant('two')]
  const first = fixture.world.now()
  await put(one, 'v1')
  expect(await codeOf(put(one, 'v1'))).toBe('ImageAlreadyExistsException')
  expect(await codeOf(put(one))).toBe('ImageAlreadyExistsException')
  fixture.pass(day)
  await put(one, 'v2')
  await put(two, 'v1')
  const detail = await detailOf(digestOf(one))
  expect(detail).toMatchObject({ imageTags: ['v2'], imagePushedAt: first / 1000 })
})

test.each([
  ['IMMUTABLE', [], { v1: false, latest: false }],
  [
    'IMMUTABLE_WITH_EXCLUSION',
    ['latest', 'dev*'],
    { v1: false, latest: true, latest2: false, 'dev-1': true },
  ],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], { v1: false, latest: true }],
] as const)('%s with %j', async (mutability, exclusionFilters, movable) => {
  Object.assign(repository, { mutability, exclusionFilters: [...exclusionFilters] })
  const [one, two] = [await plant('one'), await plant('two')]
  for (const [tag, moves] of Object.entries(movable)) {
    await put(one, tag)
    if (moves) await put(two, tag)
    else {
      const { code, message } = await errorOf(put(two, tag))
      expect(code).toBe('ImageTagAlreadyExistsException')
      expect(message).toContain(`The image tag '${tag}' already exists in the 'team/app' repository`)
      expect(await codeOf(put(one, tag))).toBe('ImageTagAlreadyExistsException')
    }
  }
})

test('the size of an index is its largest child, and children cannot go before it', async () => {
  const children = [await plant('small'), await plant('much larger')]
  for (const child of children) await put(child)
  const index = indexOf(children)
  await put(index, 'multi')
  const detail = await detailOf(digestOf(index))
  expect(detail.imageSizeInBytes).toBe('sharedmuch larger'.length)
  expect(detail).not.toHaveProperty('artifactMediaType')
  const imageIds = [
    { imageDigest: digestOf(children[0]!) },
    { imageTag: 'multi' },
    { imageDigest: digestOf(children[0]!) },
  ]
  const answer = await ask('BatchDeleteImage', { imageIds })
  expect(answer.failures).toEqual([
    {
      imageId: imageIds[0],
      failureCode: 'ImageReferencedByManifestList',
      failureReason: `Requested image referenced by manifest list: [${digestOf(index)}]`,
    },
  ])
  expect(answer.imageIds).toHaveLength(2)
})

test('deletes by tag, by digest, and by both', async () => {
  const [one, two] = [await plant('one'), await plant('two')]
  for (const tag of ['a', 'b', 'c']) await put(one, tag)
  await put(two, 'z')
  const remove = (...imageIds: unknown[]) => ask('BatchDeleteImage', { imageIds })
  const imageDigest = digestOf(one)
  expect((await remove({ imageTag: 'a' })).imageIds).toEqual([{ imageDigest, imageTag: 'a' }])
  const both = await remove({ imageTag: 'b', imageDigest: digestOf(two) }, { imageTag: 'b', imageDigest })
  expect(both.failures[0].failureCode).toBe('ImageTagDoesNotMatchDigest')
  expect(both.imageIds).toEqual([{ imageDigest, imageTag: 'b' }])
  expect((await remove({ imageTag: 'c' })).imageIds).toEqual([{ imageDigest, imageTag: 'c' }])
  expect(Object.keys(repository.images)).toEqual([digestOf(two)])
  expect((await remove({ imageDigest: digestOf(two) })).imageIds).toEqual([
    { imageDigest: digestOf(two), imageTag: 'z' },
  ])
  expect(repository).toMatchObject({ images: {}, tags: {} })
})

test('layers go with the last image that names them, but not within their first hour', async () => {
  const [one, two] = [await plant('one'), await plant('two')]
  await put(one, 'one')
  await put(two, 'two')
  fixture.pass(30 * 60 * 1000)
  await ask('BatchDeleteImage', { imageIds: [{ imageTag: 'one' }] })
  expect(repository.layers).toHaveProperty(digestOf('one'))
  await put(one, 'one')
  fixture.pass(31 * 60 * 1000)
  await ask('BatchDeleteImage', { imageIds: [{ imageTag: 'one' }] })
  expect(repository.layers).not.toHaveProperty(digestOf('one'))
  expect(repository.layers).toHaveProperty(digestOf('shared'))
})

test('ids that cannot be found fail one by one', async () => {
  const ids = [{}, { imageDigest: 'sha256:12' }, { imageTag: 'no tag' }, { imageTag: 'nope' }]
  for (const operation of ['BatchGetImage', 'BatchDeleteImage']) {
    const { failures } = await ask(operation, { imageIds: ids })
    const codes = failures.map((failure: Answer) => failure.failureCode)
    expect(codes).toEqual(['MissingDigestAndTag', 'InvalidImageDigest', 'InvalidImageTag', 'ImageNotFound'])
  }
  expect(await codeOf(ask('DescribeImages', { imageIds: [ids[3]] }))).toBe('ImageNotFoundException')
  expect(await codeOf(ask('DescribeImages', { imageIds: [ids[3]], maxResults: 5 }))).toBe(
    'InvalidParameterException',
  )
  for (const imageIds of [[], Array(101).fill(ids[3])])
    expect(await codeOf(ask('BatchGetImage', { imageIds }))).toBe('InvalidParameterException')
})

test('a pull is noted unless the caller is excluded, as user or as session of a role', async () => {
  const text = await plant('one')
  await put(text, 'v1')
  const imageIds = [{ imageTag: 'v1' }]
  await call(fixture, 'RegisterPullTimeUpdateExclusion', {
    principalArn: `arn:aws:iam::${account}:role/path/backup`,
  })
  const session = { ...fixture.caller, arn: `arn:aws:sts::${account}:assumed-role/backup/run-1` }
  await call({ ...fixture, caller: session }, 'BatchGetImage', { repositoryName, imageIds })
  expect(await detailOf(digestOf(text))).not.toHaveProperty('lastRecordedPullTime')
  fixture.pass(day)
  await ask('BatchGetImage', { imageIds })
  expect((await detailOf(digestOf(text))).lastRecordedPullTime).toBe(fixture.world.now() / 1000)
})

test('with an unusable key nothing is read or written', async () => {
  const name = { repositoryName: 'secret' }
  await call(fixture, 'CreateRepository', {
    ...name,
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: keyId },
  })
  const secret = fixture.repository('secret')
  const text = await plantImage(fixture.world, secret)
  await call(fixture, 'PutImage', { ...name, imageManifest: text, imageTag: 'v1' })
  fixture.world.state.accounts[account]!.kmsKeys[`${region}/${keyId}`]!.state = 'Disabled'
  const { images, failures } = await call(fixture, 'BatchGetImage', {
    ...name,
    imageIds: [{ imageTag: 'v1' }],
  })
  expect(images).toEqual([])
  expect(failures).toMatchObject([{ failureCode: 'KmsError' }])
  const writes = [
    call(fixture, 'PutImage', { ...name, imageManifest: text, imageTag: 'v2' }),
    call(fixture, 'InitiateLayerUpload', name),
    call(fixture, 'GetDownloadUrlForLayer', { ...name, layerDigest: digestOf('layer') }),
  ]
  expect(await Promise.all(writes.map(codeOf))).toEqual(Array(3).fill('KmsException'))
  expect((await call(fixture, 'ListImages', name)).imageIds).toHaveLength(1)
})

test('quotas: tags of an image', async () => {
  const text = await plant('one')
  await put(text, 'v1')
  for (let at = 0; at < 999; at++) repository.tags[`t${at}`] = digestOf(text)
  expect(await codeOf(put(text, 'one-too-many'))).toBe('LimitExceededException')
})

test.each(['__proto__', 'constructor', 'toString'])('%s is a tag like any other', async (tag) => {
  const [one, two] = [await plant('one'), await plant('two')]
  expect((await ask('BatchGetImage', { imageIds: [{ imageTag: tag }] })).failures).toHaveLength(1)
  await put(one, tag)
  await put(two, tag)
  expect((await detailOf(digestOf(two))).imageTags).toEqual([tag])
  await ask('BatchDeleteImage', { imageIds: [{ imageTag: tag }] })
  expect(repository.tags).toEqual({})
})

test('a repository may be called like a member of every object', async () => {
  const name = { repositoryName: 'constructor' }
  expect(await codeOf(call(fixture, 'ListImages', name))).toBe('RepositoryNotFoundException')
  await call(fixture, 'CreateRepository', name)
  expect((await call(fixture, 'ListImages', name)).imageIds).toEqual([])
})

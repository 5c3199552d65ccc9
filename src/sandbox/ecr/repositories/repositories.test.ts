import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, codeOf, errorOf } from '../call.fixture.ts'
import { account, keyId, makeWorld, plantImage, region, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
const repositoryName = 'team/app'
const keyArn = `arn:aws:kms:${region}:${account}:key/${keyId}`
const create = (input: Record<string, unknown> = {}) =>
  call(fixture, 'CreateRepository', { repositoryName, ...input })

beforeEach(async () => {
  fixture = await makeWorld()
})
afterEach(() => fixture.dispose())

test('a repository without any wishes', async () => {
  const { repository } = await create()
  expect(repository).toEqual({
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/team/app`,
    registryId: account,
    repositoryName,
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/team/app`,
    createdAt: Date.parse('2026-03-01T00:00:00Z') / 1000,
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  })
  expect(await codeOf(create())).toBe('RepositoryAlreadyExistsException')
})

test.each(['a', 'Team/app', 'team//app', 'team/', '/team', 'a_-b', 'x'.repeat(257)])(
  'refuses the name %s',
  async (name) => {
    expect(await codeOf(create({ repositoryName: name }))).toBe('InvalidParameterException')
  },
)

test.each([
  ['a number', { repositoryName: 7 }],
  ['a list', { repositoryName: ['team/app'] }],
  ['text for a flag', { imageScanningConfiguration: { scanOnPush: 'yes' } }],
  ['an object for a list', { tags: { a: 'b' } }],
  ['a list for an object', { encryptionConfiguration: [] }],
])('refuses %s of the wrong type', async (_name, input) => {
  expect(await codeOf(create(input))).toBe('SerializationException')
})

test('unknown members are ignored, null ones are absent, bad account ids are refused', async () => {
  await create({ colour: 'red', tags: null })
  expect(await codeOf(create({ repositoryName: null }))).toBe('InvalidParameterException')
  expect(await codeOf(create({ registryId: '12' }))).toBe('InvalidParameterException')
})

test.each([
  ['by id', keyId],
  ['by ARN', keyArn],
  ['by alias', 'alias/registry'],
  ['by alias ARN', `arn:aws:kms:${region}:${account}:alias/registry`],
])('resolves a key %s to its ARN', async (_name, kmsKey) => {
  const { repository } = await create({ encryptionConfiguration: { encryptionType: 'KMS', kmsKey } })
  expect(repository.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey: keyArn })
})

test('without a key the managed one is made once', async () => {
  const encryptionConfiguration = { encryptionType: 'KMS' }
  const first = await create({ encryptionConfiguration })
  const second = await create({ repositoryName: 'other', encryptionConfiguration })
  const arn = first.repository.encryptionConfiguration.kmsKey
  expect(second.repository.encryptionConfiguration.kmsKey).toBe(arn)
  const keys = Object.values(fixture.world.state.accounts[account]!.kmsKeys)
  expect(keys.find((key) => key.arn === arn)).toMatchObject({ manager: 'AWS', aliases: ['alias/aws/ecr'] })
})

test.each(['Disabled', 'PendingDeletion'] as const)('a key that is %s encrypts nothing', async (state) => {
  fixture.world.state.accounts[account]!.kmsKeys[`${region}/${keyId}`]!.state = state
  const error = await errorOf(create({ encryptionConfiguration: { encryptionType: 'KMS', kmsKey: keyId } }))
  expect(error.code).toBe('KmsException')
  expect(error.extra['kmsError']).toEqual(expect.any(String))
})

test.each([
  ['KmsException', { encryptionType: 'KMS', kmsKey: 'alias/nobody' }],
  ['InvalidParameterException', { encryptionType: 'AES256', kmsKey: keyId }],
  ['InvalidParameterException', { encryptionType: 'KMS_DSSE' }],
  ['InvalidParameterException', { encryptionType: 'ROT13' }],
  ['InvalidParameterException', {}],
])('answers %s to the encryption %j', async (code, encryptionConfiguration) => {
  expect(await codeOf(create({ encryptionConfiguration }))).toBe(code)
})

test('mutability and its filters come together', async () => {
  const filters = [{ filterType: 'WILDCARD', filter: 'latest' }]
  await create({
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters,
  })
  const put = (input: Record<string, unknown>) =>
    call(fixture, 'PutImageTagMutability', { repositoryName, ...input })
  expect(await put({ imageTagMutability: 'IMMUTABLE' })).toEqual({
    registryId: account,
    repositoryName,
    imageTagMutability: 'IMMUTABLE',
  })
  const { message } = await errorOf(put({ imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }))
  expect(message).toContain("ImageTagMutabilityExclusionFilters can't be null")
  const wrong = { imageTagMutabilityExclusionFilters: filters }
  expect(await codeOf(put({ imageTagMutability: 'MUTABLE', ...wrong }))).toBe('InvalidParameterException')
  expect(await codeOf(put({}))).toBe('InvalidParameterException')
})

test('only an empty repository goes without force', async () => {
  await create()
  const text = await plantImage(fixture.world, fixture.repository(repositoryName))
  await call(fixture, 'PutImage', { repositoryName, imageManifest: text })
  await call(fixture, 'InitiateLayerUpload', { repositoryName })
  expect(await codeOf(call(fixture, 'DeleteRepository', { repositoryName }))).toBe(
    'RepositoryNotEmptyException',
  )
  const { repository } = await call(fixture, 'DeleteRepository', { repositoryName, force: true })
  expect(repository.repositoryName).toBe(repositoryName)
  expect(await codeOf(call(fixture, 'ListImages', { repositoryName }))).toBe('RepositoryNotFoundException')
})

test('describes by name or by page, never both', async () => {
  for (const name of ['b1', 'a1', 'c1']) await create({ repositoryName: name })
  const names = async (input: Record<string, unknown>) => {
    const { repositories, nextToken } = await call(fixture, 'DescribeRepositories', input)
    return [repositories.map((each: { repositoryName: string }) => each.repositoryName), nextToken] as const
  }
  expect(await names({ repositoryNames: ['c1', 'a1', 'c1'] })).toEqual([['c1', 'a1'], undefined])
  const [first, nextToken] = await names({ maxResults: 2 })
  expect(first).toEqual(['a1', 'b1'])
  expect(await names({ maxResults: 2, nextToken })).toEqual([['c1'], undefined])
  const bad = [{ repositoryNames: ['zz'] }, { repositoryNames: ['a1'], maxResults: 1 }, { maxResults: 0 }]
  const codes = await Promise.all(
    [...bad, { maxResults: 1001 }, { repositoryNames: [] }].map((input) =>
      codeOf(call(fixture, 'DescribeRepositories', input)),
    ),
  )
  expect(codes).toEqual(['RepositoryNotFoundException', ...Array(4).fill('InvalidParameterException')])
})

test('resource tags are added, replaced, listed and taken off', async () => {
  const { repository } = await create({ tags: [{ Key: 'team', Value: 'shop' }] })
  const resourceArn = repository.repositoryArn
  const tags = [
    { Key: 'team', Value: 'web' },
    { Key: 'cost', Value: '' },
  ]
  expect(await call(fixture, 'TagResource', { resourceArn, tags })).toEqual({})
  expect(await call(fixture, 'ListTagsForResource', { resourceArn })).toEqual({ tags })
  await call(fixture, 'UntagResource', { resourceArn, tagKeys: ['team', 'never'] })
  expect(await call(fixture, 'ListTagsForResource', { resourceArn })).toEqual({ tags: [tags[1]] })
})

test.each([
  ['InvalidTagParameterException', [{ Key: 'aws:x', Value: '' }]],
  ['InvalidTagParameterException', [{ Key: '', Value: '' }]],
  ['InvalidTagParameterException', [{ Key: 'k', Value: 'v'.repeat(257) }]],
  [
    'InvalidTagParameterException',
    [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ],
  ],
  ['TooManyTagsException', Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }))],
  ['InvalidParameterException', [{ Key: 'k' }]],
])('answers %s to bad tags', async (code, tags) => {
  expect(await codeOf(create({ tags }))).toBe(code)
})

test.each([
  ['InvalidParameterException', 'team/app'],
  ['InvalidParameterException', `arn:aws:s3:${region}:${account}:repository/team/app`],
  ['RepositoryNotFoundException', `arn:aws:ecr:${region}:${account}:repository/team/app`],
  ['AccessDeniedException', `arn:aws:ecr:${region}:444455556666:repository/team/app`],
  ['RepositoryNotFoundException', `arn:aws:ecr:us-east-1:${account}:repository/team/app`],
])('answers %s to the ARN %s', async (code, resourceArn) => {
  expect(await codeOf(call(fixture, 'ListTagsForResource', { resourceArn }))).toBe(code)
})

test('a key of another Region does not count', async () => {
  const key = fixture.world.state.accounts[account]!.kmsKeys[`${region}/${keyId}`]!
  key.region = 'us-east-1'
  const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: keyId }
  expect(await codeOf(create({ encryptionConfiguration }))).toBe('KmsException')
})

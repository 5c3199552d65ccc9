import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import { type Registry, type Repository, registryOf } from '../../world.ts'
import { type Answer, call, codeOf } from '../call.fixture.ts'
import type { WorldFixture } from '../world.fixture.ts'
import {
  account,
  describe as descriptor,
  indexOf,
  makeWorld,
  ociManifest,
  plantImage,
} from '../world.fixture.ts'
import { holdReplication, releaseReplication } from './hold.ts'

const partner = '444455556666'
const abroad = { region: 'us-east-1', registryId: account }
const away = { region: 'eu-west-1', registryId: partner }
const repositoryName = 'team/app'
let fixture: WorldFixture
let source: Repository

const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, { repositoryName, ...input })
const at = ({ region, registryId }: typeof abroad): Registry => registryOf(fixture.world, registryId, region)
const there = (place: typeof abroad) => at(place).repositories[repositoryName]
const rules = (destinations: object[], ...filters: string[]) =>
  ask('PutReplicationConfiguration', {
    replicationConfiguration: {
      rules: [
        {
          destinations,
          ...(filters.length > 0 && {
            repositoryFilters: filters.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
          }),
        },
      ],
    },
  })
const plant = (name: string, more: Record<string, unknown> = {}) =>
  plantImage(fixture.world, source, { layers: ['shared', name], more })
const put = (imageManifest: string, imageTag?: string) =>
  ask('PutImage', { imageManifest, ...(imageTag && { imageTag }) })
const statusOf = async (text: string) =>
  (await ask('DescribeImageReplicationStatus', { imageId: { imageDigest: digestOf(text) } }))
    .replicationStatuses

beforeEach(async () => {
  fixture = await makeWorld()
  fixture.world.state.accounts[partner] = { id: partner, keys: {}, roles: {}, kmsKeys: {}, regions: [] }
  await ask('CreateRepository')
  source = fixture.repository(repositoryName)
})
afterEach(() => fixture.dispose())

test('an image arrives with its tag and blobs, and not with what was set at the source', async () => {
  await rules([abroad])
  await ask('PutImageTagMutability', { imageTagMutability: 'IMMUTABLE' })
  const text = await plant('one')
  await put(text, 'v1')
  const copy = there(abroad)!
  expect(copy.tags).toEqual({ v1: digestOf(text) })
  expect(copy.images[digestOf(text)]).toMatchObject({ manifest: text, status: 'ACTIVE' })
  expect(Object.keys(copy.layers).sort()).toEqual(Object.keys(source.layers).sort())
  expect(copy).toMatchObject({ mutability: 'MUTABLE', encryption: { encryptionType: 'AES256' } })
  expect(await statusOf(text)).toEqual([{ ...abroad, status: 'COMPLETE' }])
  await put(await plant('two'), 'v2')
  expect(Object.keys(copy.tags)).toEqual(['v1', 'v2'])
})

test('only what a prefix takes, only what comes after the rule, and never what is deleted', async () => {
  const early = await plant('early')
  await put(early, 'early')
  await rules([abroad], 'other/')
  await put(await plant('one'), 'one')
  expect(there(abroad)).toBeUndefined()
  await rules([abroad], 'te')
  const late = await plant('late')
  await put(late, 'late')
  expect(Object.keys(there(abroad)!.tags)).toEqual(['late'])
  expect(await statusOf(early)).toEqual([])
  await ask('BatchDeleteImage', { imageIds: [{ imageDigest: digestOf(late) }] })
  expect(Object.keys(there(abroad)!.tags)).toEqual(['late'])
  await ask('PutReplicationConfiguration', { replicationConfiguration: { rules: [] } })
  expect((await ask('DescribeRegistry')).replicationConfiguration).toEqual({ rules: [] })
})

test('an index with its children, and a referrer before its subject', async () => {
  const child = await plant('child')
  await put(child)
  await rules([abroad])
  const index = indexOf([child])
  await put(index, 'multi')
  const sbom = await plant('sbom', { subject: descriptor(ociManifest, child), artifactType: 'x/sbom' })
  await put(sbom)
  const copy = there(abroad)!
  expect(Object.keys(copy.images).sort()).toEqual([child, index, sbom].map(digestOf).sort())
  expect(copy.tags).toEqual({ multi: digestOf(index) })
})

test('one hop and no further', async () => {
  at(abroad).replication = { rules: [{ destinations: [{ region: 'eu-central-1', registryId: account }] }] }
  await rules([abroad])
  await put(await plant('one'), 'v1')
  expect(there(abroad)).toBeDefined()
  expect(there({ region: 'eu-central-1', registryId: account })).toBeUndefined()
})

const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action,
  Resource: `arn:aws:ecr:eu-west-1:${partner}:repository/*`,
  ...more,
})
const both = ['ecr:ReplicateImage', 'ecr:CreateRepository']
test.each<[string, object[], string]>([
  ['nobody', [], 'FAILED'],
  ['the account', [allow(both)], 'COMPLETE'],
  ['the account, but not to make repositories', [allow('ecr:ReplicateImage')], 'FAILED'],
  ['everybody', [allow(both, { Principal: '*' })], 'COMPLETE'],
  ['somebody else', [allow(both, { Principal: { AWS: '777788889999' } })], 'FAILED'],
  [
    'into other repositories',
    [allow(both, { Resource: `arn:aws:ecr:eu-west-1:${partner}:repository/x/*` })],
    'FAILED',
  ],
  ['under a condition', [allow(both, { Condition: { StringEquals: { 'aws:x': 'y' } } })], 'FAILED'],
  ['the account, and a deny', [allow(both), allow('ecr:Replicate*', { Effect: 'Deny' })], 'FAILED'],
])('another account lets in %s: %o', async (_name, statements, status) => {
  if (statements.length > 0) at(away).policy = JSON.stringify({ Statement: statements })
  await rules([away])
  const text = await plant('one')
  await put(text, 'v1')
  const failureCode = 'DESTINATION_REGISTRY_ACCESS_DENIED'
  expect(await statusOf(text)).toEqual([{ ...away, status, ...(status === 'FAILED' && { failureCode }) }])
  expect(there(away) !== undefined).toBe(status === 'COMPLETE')
})

test('a repository that is there needs no leave to be made; an account that is not is no destination', async () => {
  at(away).policy = JSON.stringify({ Statement: [allow('ecr:ReplicateImage')] })
  await rules([away])
  const text = await plant('one')
  const { accounts } = fixture.world.state
  at(away).repositories[repositoryName] = structuredClone({ ...source, layers: {}, images: {}, tags: {} })
  await put(text, 'v1')
  expect(await statusOf(text)).toMatchObject([{ status: 'COMPLETE' }])
  delete accounts[partner]
  await put(text, 'v2')
  expect(await statusOf(text)).toMatchObject([{ status: 'FAILED' }])
})

test('a template for replication makes the repository; one that cannot work makes none', async () => {
  const policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:Get*' }] })
  const template = { prefix: 'team', imageTagMutability: 'IMMUTABLE', repositoryPolicy: policy }
  at(abroad).templates['team'] = { ...template, appliedFor: ['REPLICATION'] }
  at(abroad).templates['ROOT'] = {
    prefix: 'ROOT',
    appliedFor: ['REPLICATION'],
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:us-east-1:1:key/none' },
  }
  await rules([abroad])
  await put(await plant('one'), 'v1')
  expect(there(abroad)).toMatchObject({ mutability: 'IMMUTABLE', policy })
  const moved = await plant('two')
  await put(moved, 'v1')
  expect(there(abroad)!.tags['v1']).not.toBe(digestOf(moved))
  expect(Object.keys(there(abroad)!.images)).toContain(digestOf(moved))
  delete at(abroad).templates['team']
  delete at(abroad).repositories[repositoryName]
  await put(moved, 'v3')
  expect(await statusOf(moved)).toMatchObject([
    { status: 'FAILED', failureCode: 'REPOSITORY_CREATION_FAILED' },
  ])
})

test('what is archived there comes back, and what comes back here is replicated', async () => {
  const text = await plant('one')
  await put(text, 'v1')
  const imageId = { imageDigest: digestOf(text) }
  await ask('UpdateImageStorageClass', { imageId, targetStorageClass: 'ARCHIVE' })
  await rules([abroad])
  await ask('UpdateImageStorageClass', { imageId, targetStorageClass: 'STANDARD' })
  fixture.pass(60_000)
  expect(await statusOf(text)).toMatchObject([{ status: 'COMPLETE' }])
  expect(there(abroad)!.tags).toEqual({ v1: digestOf(text) })
  const copy = there(abroad)!.images[digestOf(text)]!
  copy.status = 'ARCHIVED'
  await put(text, 'v2')
  expect(copy.status).toBe('ACTIVE')
})

test('held back, it is under way; let go, it arrives', async () => {
  await rules([abroad])
  holdReplication(fixture.world)
  const [text, lost] = [await plant('one'), await plant('lost')]
  await put(text, 'v1')
  await put(lost)
  expect(await statusOf(text)).toEqual([{ ...abroad, status: 'IN_PROGRESS' }])
  expect(there(abroad)).toBeUndefined()
  await ask('BatchDeleteImage', { imageIds: [{ imageDigest: digestOf(lost) }] })
  releaseReplication(fixture.world)
  expect(await statusOf(text)).toEqual([{ ...abroad, status: 'COMPLETE' }])
  expect(Object.keys(there(abroad)!.images)).toEqual([digestOf(text)])
})

test('a backfill carries each image and tag of before', async () => {
  const [one, two, old] = [await plant('one'), await plant('two'), await plant('old')]
  await put(one, 'v1')
  await put(one, 'v2')
  await put(two)
  await put(indexOf([two]), 'multi')
  await put(old, 'old')
  await ask('UpdateImageStorageClass', { imageId: { imageTag: 'old' }, targetStorageClass: 'ARCHIVE' })
  await rules([abroad, away])
  const { replicationBackfillId, ...started } = await ask('StartReplicationBackfill', { destination: abroad })
  expect(started).toMatchObject({ status: 'PREPARING', destination: abroad })
  const found = await ask('DescribeReplicationBackfillResults', { replicationBackfillId })
  const progress = { totalReplicationCount: 4, completedReplicationCount: 4, failedReplicationCount: 0 }
  expect(found).toMatchObject({ status: 'COMPLETE', progress, endedAt: expect.any(Number) })
  expect(found.results).toHaveLength(4)
  expect(there(abroad)!.tags).toEqual({
    v1: digestOf(one),
    v2: digestOf(one),
    multi: digestOf(indexOf([two])),
  })
  expect(await statusOf(one)).toEqual([{ ...abroad, status: 'COMPLETE' }])
  const denied = (await ask('StartReplicationBackfill', { destination: away })).replicationBackfillId
  const failed = await ask('DescribeReplicationBackfillResults', {
    replicationBackfillId: denied,
    resultStatusFilter: 'FAILED',
    maxResults: 3,
  })
  expect(failed).toMatchObject({ status: 'COMPLETE', nextToken: expect.any(String) })
  expect(failed.progress.failureCodes).toEqual(['DESTINATION_REGISTRY_ACCESS_DENIED'])
  expect((await ask('ListReplicationBackfills')).backfills).toHaveLength(2)
  fixture.pass(91 * 24 * 60 * 60 * 1000)
  expect((await ask('ListReplicationBackfills')).backfills).toEqual([])
})

test('a backfill that is held back can be stopped, and is one of a Region', async () => {
  await put(await plant('one'), 'v1')
  await rules([abroad, { region: 'us-east-1', registryId: partner }])
  holdReplication(fixture.world)
  const start = (registryId: string) =>
    ask('StartReplicationBackfill', { destination: { region: 'us-east-1', registryId } })
  const { replicationBackfillId } = await start(account)
  const { status, results } = await ask('DescribeReplicationBackfillResults', { replicationBackfillId })
  expect([status, results]).toEqual(['IN_PROGRESS', []])
  expect(await codeOf(start(partner))).toBe('ReplicationBackfillInProgressException')
  const stop = () => ask('StopReplicationBackfill', { replicationBackfillId })
  expect((await stop()).status).toBe('STOPPED')
  expect(await codeOf(stop())).toBe('ReplicationBackfillInvalidStatusException')
  const second = await start(account)
  releaseReplication(fixture.world)
  const done = { replicationBackfillId: second.replicationBackfillId }
  expect((await ask('DescribeReplicationBackfillResults', done)).status).toBe('COMPLETE')
  expect(Object.keys(there(abroad)!.tags)).toEqual(['v1'])
})

test.each<[string, Record<string, unknown>, string]>([
  ['StartReplicationBackfill', { destination: away }, 'InvalidParameterException'],
  ['StartReplicationBackfill', {}, 'InvalidParameterException'],
  ['StopReplicationBackfill', { replicationBackfillId: 'none' }, 'ReplicationBackfillNotFoundException'],
  [
    'DescribeReplicationBackfillResults',
    { replicationBackfillId: 'x' },
    'ReplicationBackfillNotFoundException',
  ],
])('%s %o: %s', async (operation, input, expected) => {
  await rules([abroad])
  expect(await codeOf(ask(operation, input))).toBe(expected)
})

test('a backfill gives up when half of a hundred and more have failed', async () => {
  for (let at = 0; at < 120; at++) await put(await plant(`n${at}`))
  await rules([away])
  const { replicationBackfillId } = await ask('StartReplicationBackfill', { destination: away })
  const { status, progress } = await ask('DescribeReplicationBackfillResults', { replicationBackfillId })
  expect(status).toBe('FAILED')
  expect(progress).toMatchObject({ totalReplicationCount: 120, failedReplicationCount: 100 })
})

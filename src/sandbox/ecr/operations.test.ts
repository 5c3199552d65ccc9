import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { answered, call } from './call.fixture.ts'
import { ecrOperations, knownEcrOperations } from './operations.ts'
import { complaintsAbout, operationsOfSdk } from './schema.fixture.ts'
import { account, makeWorld, plantImage, region, type WorldFixture } from './world.fixture.ts'

let fixture: WorldFixture
beforeEach(async () => {
  fixture = await makeWorld()
})
afterEach(() => fixture.dispose())

test('the names are those of the SDK', () => {
  expect([...knownEcrOperations].sort()).toEqual(operationsOfSdk().sort())
  expect(knownEcrOperations).toEqual(expect.arrayContaining(Object.keys(ecrOperations)))
})

test('the schema check sees what is wrong', () => {
  const detail = { imageDigest: 1, imagePushedAt: 1.7e12, colour: 'red', imageTags: 'v1' }
  expect(complaintsAbout('DescribeImages', { imageDetails: [detail] })).toHaveLength(4)
  expect(complaintsAbout('ListImageReferrers', { referrers: [{ digest: 'x' }] })).toHaveLength(2)
})

/** Their answers are held against the SDK where there is something to replicate: replication.test.ts. */
const elsewhere = /^(Start|Stop|Describe)ReplicationBackfill/

test('every operation answers what the SDK expects', async () => {
  for (const [operation, input] of conversation(await prepare())) await call(fixture, operation, input)
  expect(Object.keys(ecrOperations).filter((name) => !answered.has(name) && !elsewhere.test(name))).toEqual(
    [],
  )
})

/** A repository with one image, and one upload of five bytes. */
async function prepare() {
  await call(fixture, 'CreateRepository', repository)
  const imageManifest = await plantImage(fixture.world, fixture.repository('team/app'))
  await call(fixture, 'PutImage', { ...repository, imageManifest, imageTag: 'v1' })
  const { uploadId } = await call(fixture, 'InitiateLayerUpload', repository)
  return { digest: digestOf(imageManifest), uploadId }
}

const repository = { repositoryName: 'team/app' }
const resourceArn = `arn:aws:ecr:${region}:${account}:repository/team/app`
const principalArn = `arn:aws:iam::${account}:role/backup`
const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:*', Resource: '*' }
const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
const selection = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }
const rule = { rulePriority: 1, selection, action: { type: 'expire' } }
const lifecyclePolicyText = JSON.stringify({ rules: [rule] })
const signingProfileArn = `arn:aws:signer:${region}:${account}:/signing-profiles/release`
const filters = [{ filter: '*', filterType: 'WILDCARD' }]
const cache = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' }

function conversation({ digest, uploadId }: { digest: string; uploadId: string }) {
  const imageId = { imageDigest: digest }
  const part = {
    uploadId,
    partFirstByte: 0,
    partLastByte: 4,
    layerPartBlob: Buffer.from('bytes').toString('base64'),
  }
  const layerDigests = [digestOf('bytes')]
  const lines: [string, Record<string, unknown>][] = [
    ['GetAuthorizationToken', {}],
    ['UploadLayerPart', { ...repository, ...part }],
    ['CompleteLayerUpload', { ...repository, uploadId, layerDigests }],
    ['BatchCheckLayerAvailability', { ...repository, layerDigests }],
    ['GetDownloadUrlForLayer', { ...repository, layerDigest: digestOf('layer') }],
    ['BatchGetImage', { ...repository, imageIds: [imageId, { imageTag: 'nope' }] }],
    ['DescribeImages', repository],
    ['DescribeImageReplicationStatus', { ...repository, imageId }],
    ['ListImages', repository],
    ['ListImageReferrers', { ...repository, subjectId: imageId }],
    ['StartImageScan', { ...repository, imageId }],
    ['DescribeImageScanFindings', { ...repository, imageId }],
    ['UpdateImageStorageClass', { ...repository, imageId, targetStorageClass: 'ARCHIVE' }],
    ['BatchDeleteImage', { ...repository, imageIds: [imageId, {}] }],
    ['DescribeRepositories', {}],
    ['PutImageTagMutability', { ...repository, imageTagMutability: 'IMMUTABLE' }],
    ['PutImageScanningConfiguration', { ...repository, imageScanningConfiguration: { scanOnPush: true } }],
    ['TagResource', { resourceArn, tags: [{ Key: 'a', Value: 'b' }] }],
    ['ListTagsForResource', { resourceArn }],
    ['UntagResource', { resourceArn, tagKeys: ['a'] }],
    ['SetRepositoryPolicy', { ...repository, policyText }],
    ['GetRepositoryPolicy', repository],
    ['DeleteRepositoryPolicy', repository],
    ['PutLifecyclePolicy', { ...repository, lifecyclePolicyText }],
    ['GetLifecyclePolicy', repository],
    ['DeleteLifecyclePolicy', repository],
    ['PutRegistryPolicy', { policyText }],
    ['GetRegistryPolicy', {}],
    ['DeleteRegistryPolicy', {}],
    [
      'PutRegistryScanningConfiguration',
      { rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters }] },
    ],
    ['GetRegistryScanningConfiguration', {}],
    ['BatchGetRepositoryScanningConfiguration', { repositoryNames: ['team/app', 'none'] }],
    ['PutReplicationConfiguration', { replicationConfiguration: { rules: [] } }],
    ['DescribeRegistry', {}],
    ['ListReplicationBackfills', {}],
    ['PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' }],
    ['GetAccountSetting', { name: 'BLOB_MOUNTING' }],
    ['RegisterPullTimeUpdateExclusion', { principalArn }],
    ['ListPullTimeUpdateExclusions', {}],
    ['DeregisterPullTimeUpdateExclusion', { principalArn }],
    ['PutSigningConfiguration', { signingConfiguration: { rules: [{ signingProfileArn }] } }],
    ['GetSigningConfiguration', {}],
    ['DeleteSigningConfiguration', {}],
    ['CreatePullThroughCacheRule', cache],
    ['UpdatePullThroughCacheRule', cache],
    ['DescribePullThroughCacheRules', {}],
    ['DeletePullThroughCacheRule', cache],
    ['CreateRepositoryCreationTemplate', { prefix: 'team', appliedFor: ['CREATE_ON_PUSH'] }],
    ['UpdateRepositoryCreationTemplate', { prefix: 'team', description: 'for teams' }],
    ['DescribeRepositoryCreationTemplates', {}],
    ['DeleteRepositoryCreationTemplate', { prefix: 'team' }],
    ['DeleteRepository', { ...repository, force: true }],
  ]
  return lines
}

import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket } from '../world.ts'
import { malformedXml } from '../xml.ts'
import { ownerOf, xmlAnswer } from './answer.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { emptyAnswer } from './objects.ts'
import { isPublicPolicy } from './public-policy.ts'
import type { BucketGrant, BucketSettings, PublicAccessBlock } from './settings-state.ts'

const instance = 'http://www.w3.org/2001/XMLSchema-instance'

/** What S3 gives a bucket since April 2023. */
const today = {
  publicAccessBlock: {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  },
  ownership: 'BucketOwnerEnforced',
  encryption: { algorithm: 'AES256', bucketKey: false },
} satisfies BucketSettings

function settingsOf(bucket: Bucket): BucketSettings & typeof today {
  return { ...today, ...bucket.settings } as BucketSettings & typeof today
}

/** The text as it was stored. */
export function getBucketPolicy(call: S3Call): SandboxResponse {
  const body = needPolicy(bucketOf(call))
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}

export function getBucketPolicyStatus(call: S3Call): SandboxResponse {
  return xmlAnswer('PolicyStatus', { IsPublic: isPublicPolicy(needPolicy(bucketOf(call))) })
}

function needPolicy({ name, settings }: Bucket): string {
  if (settings?.policy !== undefined) return settings.policy
  throw missing('NoSuchBucketPolicy', 'The bucket policy does not exist', name)
}

export function getPublicAccessBlock(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  const block: BucketSettings['publicAccessBlock'] = settingsOf(bucket).publicAccessBlock
  if (!block) {
    const text = 'The public access block configuration was not found'
    throw missing('NoSuchPublicAccessBlockConfiguration', text, bucket.name)
  }
  return xmlAnswer('PublicAccessBlockConfiguration', {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  })
}

const switches = {
  BlockPublicAcls: 'blockPublicAcls',
  IgnorePublicAcls: 'ignorePublicAcls',
  BlockPublicPolicy: 'blockPublicPolicy',
  RestrictPublicBuckets: 'restrictPublicBuckets',
} as const

/** A switch that is not given is off. */
export async function putPublicAccessBlock(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const given = await readXml(call, 'PublicAccessBlockConfiguration', { checksumNeeded: true })
  const values = Object.entries(switches).map(([name, member]) => {
    const value = given[name] ?? 'false'
    if (value !== 'true' && value !== 'false') throw malformedXml(`${name} must be true or false.`)
    return [member, value === 'true'] as const
  })
  const publicAccessBlock = Object.fromEntries(values) as unknown as PublicAccessBlock
  bucket.settings = { ...bucket.settings, publicAccessBlock }
  return emptyAnswer()
}

export function getBucketOwnershipControls(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  const ownership: BucketSettings['ownership'] = settingsOf(bucket).ownership
  if (!ownership) {
    const text = 'The bucket ownership controls were not found'
    throw missing('OwnershipControlsNotFoundError', text, bucket.name)
  }
  return xmlAnswer('OwnershipControls', { Rule: [{ ObjectOwnership: ownership }] })
}

export function getBucketAcl(call: S3Call): SandboxResponse {
  const { account, settings } = bucketOf(call)
  const owner = ownerOf(account)
  const own = { Grantee: granteeOf('CanonicalUser', owner), Permission: 'FULL_CONTROL' }
  const others = (settings?.grants ?? []).map(({ to, permission }) => ({
    Grantee: granteeOf('Group', { URI: groupUri(to) }),
    Permission: permission,
  }))
  return xmlAnswer('AccessControlPolicy', { Owner: owner, AccessControlList: { Grant: [own, ...others] } })
}

function granteeOf(type: string, names: Record<string, string>) {
  return { '@xmlns:xsi': instance, '@xsi:type': type, ...names }
}

function groupUri(group: BucketGrant['to']): string {
  return group === 'LogDelivery'
    ? 'http://acs.amazonaws.com/groups/s3/LogDelivery'
    : `http://acs.amazonaws.com/groups/global/${group}`
}

export function getBucketEncryption(call: S3Call): SandboxResponse {
  const encryption: BucketSettings['encryption'] = settingsOf(bucketOf(call)).encryption
  const { algorithm, kmsKey, bucketKey = false } = encryption
  const byDefault = { SSEAlgorithm: algorithm, KMSMasterKeyID: kmsKey }
  return xmlAnswer('ServerSideEncryptionConfiguration', {
    Rule: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey }],
  })
}

/** Empty when nobody logs. */
export function getBucketLogging(call: S3Call): SandboxResponse {
  const { logging } = bucketOf(call).settings ?? {}
  const LoggingEnabled = logging && { TargetBucket: logging.bucket, TargetPrefix: logging.prefix }
  return xmlAnswer('BucketLoggingStatus', { LoggingEnabled })
}

function missing(code: string, message: string, bucket: string): AwsError {
  return new AwsError(code, message, { status: 404, extra: { BucketName: bucket } })
}

import type { BucketSettings } from '../../s3/settings-state.ts'
import type { Bucket } from '../../world.ts'
import { daysAgo, type Place } from './place.ts'

/** Where trails write. */
export const trailBucketName = 'shop-audit-logs'

export function plantTrailBucket(place: Place, settings: BucketSettings, rest: Partial<Bucket> = {}): void {
  plantBucketAt(place, trailBucketName, { settings, ...rest })
}

export function plantBucketAt(place: Place, name: string, rest: Partial<Bucket>): void {
  const { world, account, region } = place
  world.state.buckets[name] = {
    name,
    account: account.id,
    region,
    createdAt: daysAgo(place, 850),
    // No prototype: a key may be called `__proto__`.
    objects: Object.create(null) as Bucket['objects'],
    uploads: {},
    ...rest,
  }
}

/** What CloudTrail needs, and for whose trails. */
export function trailStatements({ account }: Place) {
  const bucket = `arn:aws:s3:::${trailBucketName}`
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const own = { 'aws:SourceAccount': account.id }
  return [
    {
      Sid: 'CloudTrailLooks',
      Effect: 'Allow',
      Principal,
      Action: 's3:GetBucketAcl',
      Resource: bucket,
      Condition: { StringEquals: own },
    },
    {
      Sid: 'CloudTrailWrites',
      Effect: 'Allow',
      Principal,
      Action: 's3:PutObject',
      Resource: `${bucket}/AWSLogs/${account.id}/*`,
      Condition: { StringEquals: { ...own, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    },
  ]
}

export const onlyEncrypted = {
  Sid: 'OnlyEncrypted',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [`arn:aws:s3:::${trailBucketName}`, `arn:aws:s3:::${trailBucketName}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}

import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import type { Place } from '../place.ts'
import { picked } from './picked.ts'

/** The four switches. */
export type PublicAccessBlock = Partial<Record<(typeof switches)[number], boolean>>

export const switches = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

/** Of one bucket; its policy and its ACL stay as they are, and count again when it is taken away. */
export const bucketPublicAccessBlock: Kind<PublicAccessBlock> = {
  name: 'bucket-public-access-block',
  title: 'public access block of bucket',
  reads: ({ resource }, place) => [
    { action: 's3:GetBucketPublicAccessBlock', resource: bucketArn(place, resource) },
  ],
  read: async (door, { resource, region }) => {
    const found = await door.find('s3', 'GetPublicAccessBlock', {
      input: { Bucket: resource },
      ...{ region, resource, absent: ['NoSuchPublicAccessBlockConfiguration', 'NoSuchBucket'] },
    })
    const block = found?.PublicAccessBlockConfiguration
    return { state: block ? (picked(block, switches) as PublicAccessBlock) : null }
  },
  calls: ({ resource: Bucket, region, from, to, place }) => {
    const needs = [{ action: 's3:PutBucketPublicAccessBlock', resource: bucketArn(place, Bucket) }]
    if (to !== null) {
      const input = { Bucket, PublicAccessBlockConfiguration: to }
      return sentTo(region, [{ service: 's3', operation: 'PutPublicAccessBlock', input, needs }])
    }
    if (from === null) return []
    return sentTo(region, [{ service: 's3', operation: 'DeletePublicAccessBlock', input: { Bucket }, needs }])
  },
  // Who read the bucket by a public policy or ACL is refused from then on.
  risk: () => 'visible',
  cloudformation: ({ resource }, state) => ({
    type: 'AWS::S3::Bucket',
    part: true,
    properties: { BucketName: resource, PublicAccessBlockConfiguration: state },
    identifier: { BucketName: resource },
  }),
  terraform: ({ resource }, state) => ({
    type: 'aws_s3_bucket_public_access_block',
    arguments: {
      bucket: resource,
      block_public_acls: state.BlockPublicAcls ?? false,
      ignore_public_acls: state.IgnorePublicAcls ?? false,
      block_public_policy: state.BlockPublicPolicy ?? false,
      restrict_public_buckets: state.RestrictPublicBuckets ?? false,
    },
    importId: resource,
  }),
}

function bucketArn({ partition }: Place, bucket: string): string {
  return `arn:${partition}:s3:::${bucket}`
}

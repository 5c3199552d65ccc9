import { partitionOf } from '../../../core/arn.ts'
import type { Caller } from '../../http.ts'
import type { Need } from '../decide.ts'

/** What an S3 request asks for. */
export interface S3Asked {
  caller: Caller
  operation: string
  bucket: string
  key: string
  query: URLSearchParams
}

/** Operations that are not called as the action that allows them. */
const renamed: Record<string, string> = {
  CompleteMultipartUpload: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketTagging: 'PutBucketTagging',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjectVersions: 'ListBucketVersions',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  UploadPart: 'PutObject',
}

/** Each object of these is asked about by itself, where it is deleted. */
const byObject = ['DeleteObjects']

const ofVersions = ['GetObject', 'HeadObject', 'DeleteObject']

export function s3Needs(asked: S3Asked): Need[] {
  const { operation, bucket, key, query, caller } = asked
  if (byObject.includes(operation)) return []
  const version = query.has('versionId') && ofVersions.includes(operation) ? 'Version' : ''
  const action = `s3:${renamed[operation] ?? operation}${version}`
  const resource = bucket === '' ? '*' : s3Arn(caller, bucket, key)
  return [{ action, resource, additions: { values: listingKeys(query) } }]
}

export function s3Arn({ region }: Pick<Caller, 'region'>, bucket: string, key = ''): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}${key === '' ? '' : `/${key}`}`
}

function listingKeys(query: URLSearchParams): Record<string, string[]> {
  const values = (name: string) => query.getAll(name).slice(0, 1)
  return {
    's3:prefix': values('prefix'),
    's3:delimiter': values('delimiter'),
    's3:max-keys': values('max-keys'),
    's3:versionid': values('versionId'),
  }
}

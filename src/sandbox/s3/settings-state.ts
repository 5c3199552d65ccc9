/** How a bucket is set up. What is absent is as S3 makes a bucket today; null is what it may have been without. */
export interface BucketSettings {
  /** JSON text. */
  policy?: string
  publicAccessBlock?: PublicAccessBlock | null
  ownership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | null
  /** Grants beside the owner's. */
  grants?: BucketGrant[]
  /** Absent: AES256, with which S3 encrypts everything since 2023. */
  encryption?: { algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'; kmsKey?: string; bucketKey?: boolean }
  logging?: { bucket: string; prefix: string }
  mfaDelete?: boolean
}

export interface PublicAccessBlock {
  blockPublicAcls: boolean
  ignorePublicAcls: boolean
  blockPublicPolicy: boolean
  restrictPublicBuckets: boolean
}

export interface BucketGrant {
  to: 'AllUsers' | 'AuthenticatedUsers' | 'LogDelivery'
  permission: 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'
}

import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type Grant,
  S3Client,
} from '@aws-sdk/client-s3'
import { answer } from '../answer.ts'
import type { Answer } from '../inventory.ts'
import type { BucketSettings } from '../neighbours.ts'
import { type Asking, ask, unlessNone } from './question.ts'

/** The protection of a bucket, settings only; its contents are not looked at. */
export async function collectBucketSettings(
  { aws, signal }: Asking,
  bucket: string,
): Promise<Answer<BucketSettings>> {
  const client = new S3Client({ ...aws.clientConfig('s3'), followRegionRedirects: true })
  const options = { abortSignal: signal }
  const input = { Bucket: bucket }
  const read = async (): Promise<BucketSettings> => {
    const policy = await unlessNone(
      ask('s3:GetBucketPolicyStatus', client.send(new GetBucketPolicyStatusCommand(input), options)),
      'NoSuchBucketPolicy',
    )
    const acl = await ask('s3:GetBucketAcl', client.send(new GetBucketAclCommand(input), options))
    const block = await unlessNone(
      ask('s3:GetBucketPublicAccessBlock', client.send(new GetPublicAccessBlockCommand(input), options)),
      'NoSuchPublicAccessBlockConfiguration',
    )
    const versioning = await ask(
      's3:GetBucketVersioning',
      client.send(new GetBucketVersioningCommand(input), options),
    )
    const encryption = await unlessNone(
      ask('s3:GetEncryptionConfiguration', client.send(new GetBucketEncryptionCommand(input), options)),
      'ServerSideEncryptionConfigurationNotFoundError',
    )
    const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
    return {
      publicByPolicy: policy?.PolicyStatus?.IsPublic ?? false,
      publicByAcl: (acl.Grants ?? []).some(isPublic),
      blocksPublicAccess: blocksAll(block?.PublicAccessBlockConfiguration),
      versioning: versioning.Status === 'Enabled',
      mfaDelete: versioning.MFADelete === 'Enabled',
      ...(rule?.KMSMasterKeyID && { kmsKey: rule.KMSMasterKeyID }),
    }
  }
  try {
    return await answer('s3:GetBucketPolicyStatus', read())
  } finally {
    client.destroy()
  }
}

function isPublic({ Grantee }: Grant): boolean {
  return /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.test(Grantee?.URI ?? '')
}

function blocksAll(block: object | undefined): boolean {
  const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
  return names.every((name) => (block as Record<string, unknown> | undefined)?.[name] === true)
}

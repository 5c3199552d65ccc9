import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import { type Client, startClient } from '../client.fixture.ts'
import type { SandboxOptions } from '../sandbox.ts'

export const Bucket = 'bucket'

/** A sandbox with an empty bucket. */
export async function startBucket(options: SandboxOptions = {}): Promise<Client & { client: S3Client }> {
  const sandbox = await startClient(options)
  const client = sandbox.s3()
  await client.send(new CreateBucketCommand({ Bucket }))
  return { ...sandbox, client }
}

import { randomUUID } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import { commitObject, putIdName } from './commit.ts'
import { checksumOf, type Payload, signedWith } from './payload.ts'

/** One PutObject: S3 checks the sha256 again, and creates atomically. */
export async function putSingle(
  bucket: Bucket,
  key: string,
  { payload, ifAbsent }: { payload: Payload; ifAbsent: boolean },
): Promise<'created' | 'exists'> {
  const putId = randomUUID()
  const request = () => {
    const command = new PutObjectCommand({
      ...bucket.at(key),
      Body: payload.bytes,
      ContentLength: payload.bytes.byteLength,
      Metadata: { [putIdName]: putId },
      ...(bucket.capabilities.checksums && { ChecksumSHA256: checksumOf(payload) }),
      ...(ifAbsent && { IfNoneMatch: '*' }),
    })
    return bucket.client.send(signedWith(command, payload))
  }
  const send = () => bucket.ask('PutObject', key, { send: request })
  return await commitObject(bucket, { key, putId, ifAbsent, send })
}

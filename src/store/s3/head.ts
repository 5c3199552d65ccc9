import { HeadObjectCommand } from '@aws-sdk/client-s3'
import type { StoredObject } from '../store.ts'
import type { Bucket } from './bucket.ts'
import { statusOf } from './errors.ts'

export async function headObject(
  bucket: Bucket,
  key: string,
  signal?: AbortSignal,
): Promise<StoredObject | undefined> {
  const command = new HeadObjectCommand(bucket.at(key))
  try {
    const found = await bucket.ask('HeadObject', key, {
      send: (options) => bucket.client.send(command, options),
      signal,
    })
    return {
      key,
      size: found.ContentLength ?? 0,
      modified: found.LastModified ?? new Date(0),
      ...(found.VersionId && { version: found.VersionId }),
    }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

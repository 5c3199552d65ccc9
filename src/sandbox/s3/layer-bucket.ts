import type { SandboxResponse } from '../http.ts'
import type { S3Call } from './call.ts'
import { emptyAnswer, noSuchKey } from './objects.ts'
import { openBlob } from './open-blob.ts'
import { readRange } from './range.ts'

/** `prod-REGION-starport-layer-bucket`: ECR's own, read through presigned URLs only (ecr-facts 4.9). */
export function isLayerBucket(bucket: string): boolean {
  return /^prod-[a-z0-9-]+-starport-layer-bucket$/.test(bucket)
}

/** The bytes of a layer, whole or a range of them. */
export async function getLayer({ world, key, headers }: S3Call): Promise<SandboxResponse> {
  const digest = key.slice(key.indexOf('/') + 1)
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !(await world.blobs.has(digest))) throw noSuchKey(key)
  const size = await world.blobs.size(digest)
  const range = readRange(headers['range'], size)
  const body = await openBlob(world, digest, range)
  if (!body) throw noSuchKey(key)
  const head = emptyAnswer(range ? 206 : 200, {
    etag: `"${digest.slice(-32)}"`,
    'content-type': 'application/octet-stream',
    'content-length': String(range ? range.to - range.from + 1 : size),
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${size}` }),
  })
  return { ...head, body }
}

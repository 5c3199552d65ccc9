import type { SandboxResponse } from '../http.ts'
import type { StoredObjectState } from '../world.ts'
import { bucketOf, type S3Call } from './call.ts'
import { checkRead } from './conditions.ts'
import { checksumHeaders, emptyAnswer, findObject, noSuchKey } from './objects.ts'
import { openBlob } from './open-blob.ts'
import { readRange } from './range.ts'

export async function getObject(call: S3Call): Promise<SandboxResponse> {
  for (;;) {
    const object = needObject(call)
    if (checkRead(call.headers, object) === 'not-modified') return emptyAnswer(304, validators(object))
    const range = readRange(call.headers['range'], object.size)
    const body = await openBlob(call.world, object.handle, range)
    if (body) return { ...headOf(call, object), body }
    // Somebody replaced the object just now: look again. If its bytes are really lost, that is an error.
    if (findObject(bucketOf(call), call.key) === object) throw new Error(`No bytes for key ${call.key}`)
  }
}

export function headObject(call: S3Call): SandboxResponse {
  const object = needObject(call)
  if (checkRead(call.headers, object) === 'not-modified') return emptyAnswer(304, validators(object))
  return headOf(call, object)
}

function needObject(call: S3Call): StoredObjectState {
  const object = findObject(bucketOf(call), call.key)
  if (object) return object
  throw noSuchKey(call.key)
}

function headOf({ headers }: S3Call, object: StoredObjectState): SandboxResponse {
  const range = readRange(headers['range'], object.size)
  const wanted = headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED'
  return {
    status: range ? 206 : 200,
    headers: {
      ...validators(object),
      ...object.headers,
      'content-type': object.contentType,
      'content-length': String(range ? range.to - range.from + 1 : object.size),
      'accept-ranges': 'bytes',
      'x-amz-server-side-encryption': 'AES256',
      ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${object.size}` }),
      // A checksum of the whole would be compared with the part.
      ...(wanted && !range && checksumHeaders(object)),
      ...Object.fromEntries(
        Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
      ),
    },
  }
}

function validators(object: StoredObjectState): Record<string, string> {
  return { etag: `"${object.etag}"`, 'last-modified': new Date(object.modifiedAt).toUTCString() }
}

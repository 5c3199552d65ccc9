import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket, StoredObjectState } from '../world.ts'
import { bucketOf, type S3Call } from './call.ts'
import { checkRead } from './conditions.ts'
import { checksumHeaders, emptyAnswer, findObject, noSuchKey } from './objects.ts'
import { openBlob } from './open-blob.ts'
import { readRange } from './range.ts'
import { findVersion, isMarker, markerHeaders, markerOn, versionHeader } from './versions.ts'

export async function getObject(call: S3Call): Promise<SandboxResponse> {
  for (;;) {
    const object = needObject(call)
    if (checkRead(call.headers, object) === 'not-modified') return emptyAnswer(304, validators(object))
    const range = readRange(call.headers['range'], object.size)
    const body = await openBlob(call.world, object.handle, range)
    if (body) return { ...headOf(call, object), body }
    // Somebody replaced the object just now: look again. If its bytes are really lost, that is an error.
    if (needObject(call) === object) throw new Error(`No bytes for key ${call.key}`)
  }
}

export function headObject(call: S3Call): SandboxResponse {
  const object = needObject(call)
  if (checkRead(call.headers, object) === 'not-modified') return emptyAnswer(304, validators(object))
  return headOf(call, object)
}

function needObject(call: S3Call): StoredObjectState {
  const bucket = bucketOf(call)
  const id = call.request.query.get('versionId')
  if (id !== null) return needVersion(bucket, call.key, id)
  const object = findObject(bucket, call.key)
  if (object) return object
  const marker = markerOn(bucket, call.key)
  throw noSuchKey(call.key, marker && markerHeaders(bucket, marker))
}

/** A marker has nothing to give: it can only be deleted. */
function needVersion(bucket: Bucket, key: string, id: string): StoredObjectState {
  const version = findVersion(bucket, key, id)
  if (!isMarker(version)) return version
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    extra: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: {
      ...markerHeaders(bucket, version),
      allow: 'DELETE',
      'last-modified': new Date(version.modifiedAt).toUTCString(),
    },
  })
}

function headOf(call: S3Call, object: StoredObjectState): SandboxResponse {
  const { headers } = call
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
      ...versionHeader(bucketOf(call), object),
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

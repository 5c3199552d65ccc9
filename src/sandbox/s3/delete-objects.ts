import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket, World } from '../world.ts'
import { malformedXml, type Xml } from '../xml.ts'
import { xmlAnswer } from './answer.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { checkWrite } from './conditions.ts'
import { notImplemented } from './errors.ts'
import { emptyAnswer, findObject } from './objects.ts'
import { requireDelete } from './permissions.ts'
import { addVersion, checkVersionId, idOf, isMarker, newVersionId, removeVersion } from './versions.ts'

interface Wanted {
  key: string
  /** Absent: the key is to be hidden, or, where no versions are kept, removed. */
  id?: string
}

/** A version that was removed, or the marker that was made; neither in a bucket without versions. */
interface Done {
  id?: string
  marker: boolean
}

/** Deleting what is not there succeeds, as in S3. */
export async function deleteObject(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const id = call.request.query.get('versionId') ?? undefined
  const condition = call.headers['if-match']
  if (id !== undefined && condition !== undefined) throw notImplemented('DeleteObject with both conditions')
  if (findObject(bucket, call.key)) checkWrite({ 'if-match': condition }, bucket, call.key)
  const wanted = { key: call.key, ...(id !== undefined && { id }) }
  const done = await remove(call.world, bucket, wanted)
  return emptyAnswer(204, {
    ...(done.id !== undefined && { 'x-amz-version-id': done.id }),
    ...(done.marker && { 'x-amz-delete-marker': 'true' }),
  })
}

async function remove(world: World, bucket: Bucket, { key, id }: Wanted): Promise<Done> {
  if (id !== undefined) {
    checkVersionId(id)
    const gone = await removeVersion(world, bucket, { key, id })
    return { id, marker: gone !== undefined && isMarker(gone) }
  }
  if (!bucket.versioning) {
    await removeVersion(world, bucket, { key, id: 'null' })
    return { marker: false }
  }
  const marker = { key, marker: true as const, modifiedAt: world.now(), ...newVersionId(bucket) }
  await addVersion(world, bucket, marker)
  return { id: idOf(marker), marker: true }
}

export async function deleteObjects(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const { Object: listed, Quiet: quiet } = await readXml(call, 'Delete', { checksumNeeded: true })
  const all = Array.isArray(listed) ? listed.map(wantedOf) : []
  if (all.length === 0 || all.length > 1000) throw malformedXml('Delete takes 1 to 1000 keys.')
  const deleted: Xml[] = []
  const failed: Xml[] = []
  for (const wanted of all) {
    try {
      requireDelete(call, wanted)
      deleted.push(described(wanted, await remove(call.world, bucket, wanted)))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failed.push({ Key: wanted.key, VersionId: wanted.id, Code: error.code, Message: error.message })
    }
  }
  return xmlAnswer('DeleteResult', { Deleted: quiet === 'true' ? [] : deleted, Error: failed })
}

function described({ key, id }: Wanted, done: Done): Xml {
  return {
    Key: key,
    VersionId: id,
    DeleteMarker: done.marker ? true : undefined,
    DeleteMarkerVersionId: done.marker ? done.id : undefined,
  }
}

function wantedOf(item: unknown): Wanted {
  const fields = (typeof item === 'object' ? item : {}) as Record<string, unknown>
  const { Key: key, VersionId: id, ...more } = fields
  if (typeof key !== 'string' || key === '') throw malformedXml('Every Object needs a Key.')
  const [extra] = Object.keys(more).filter((name) => name !== '#text')
  if (extra === undefined) return { key, ...(typeof id === 'string' && id !== '' && { id }) }
  throw notImplemented(`DeleteObjects with ${extra}`)
}

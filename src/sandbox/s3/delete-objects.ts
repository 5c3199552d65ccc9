import { AwsError, type SandboxResponse } from '../http.ts'
import { malformedXml } from '../xml.ts'
import { xmlAnswer } from './answer.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { checkWrite } from './conditions.ts'
import { emptyAnswer, findObject, removeObject } from './objects.ts'

/** Deleting what is not there succeeds, as in S3. */
export async function deleteObject(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  if (findObject(bucket, call.key)) checkWrite({ 'if-match': call.headers['if-match'] }, bucket, call.key)
  await removeObject(call.world, bucket, call.key)
  return emptyAnswer(204)
}

export async function deleteObjects(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const { Object: listed, Quiet: quiet } = await readXml(call, 'Delete', { checksumNeeded: true })
  const keys = Array.isArray(listed) ? listed.map(keyOf) : []
  if (keys.length === 0 || keys.length > 1000) throw malformedXml('Delete takes 1 to 1000 keys.')
  for (const key of keys) await removeObject(call.world, bucket, key)
  return xmlAnswer('DeleteResult', { Deleted: quiet === 'true' ? [] : keys.map((Key) => ({ Key })) })
}

function keyOf(item: unknown): string {
  const { Key: key, ...more } = (typeof item === 'object' ? item : {}) as Record<string, unknown>
  if (typeof key !== 'string' || key === '') throw malformedXml('Every Object needs a Key.')
  const [extra] = Object.keys(more).filter((name) => name !== '#text')
  if (extra === undefined) return key
  throw new AwsError('NotImplemented', `NotImplementedInSandbox: DeleteObjects with ${extra}.`, {
    status: 501,
  })
}

import { refusalOf } from '../enforce/decide.ts'
import { requireAll, xmlWords } from '../enforce/gate.ts'
import { s3Arn, s3Needs } from '../enforce/needs/s3.ts'
import { AwsError, type SandboxResponse } from '../http.ts'
import type { S3Call } from './call.ts'

/** Refuses the request when IAM is enforced and the caller lacks the permission. */
export function requireS3Permission(
  { world, caller, request, bucketName, key }: S3Call,
  operation: string,
): void {
  const { query } = request
  const needs = s3Needs({ caller, operation, bucket: bucketName, key, query })
  requireAll(world, caller, { needs, service: 's3', words: xmlWords })
}

/** One object of DeleteObjects. */
export function requireDelete(
  { world, caller, bucketName }: S3Call,
  wanted: { key: string; id?: string },
): void {
  const action = wanted.id === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
  const needs = [{ action, resource: s3Arn(caller, bucketName, wanted.key) }]
  requireAll(world, caller, { needs, service: 's3', words: xmlWords })
}

/** Who may not list a bucket does not learn either that it has no such object: 403 in place of 404, as in S3. */
export async function hidingWhatIsMissing(
  call: S3Call,
  answer: () => Promise<SandboxResponse> | SandboxResponse,
): Promise<SandboxResponse> {
  try {
    return await answer()
  } catch (error) {
    const { world, caller, bucketName } = call
    const missing = error instanceof AwsError && error.code === 'NoSuchKey'
    const need = { action: 's3:ListBucket', resource: s3Arn(caller, bucketName) }
    if (!missing || !world.enforceIam || refusalOf(world, caller, need) === undefined) throw error
    throw new AwsError('AccessDenied', 'Access Denied', { status: 403 })
  }
}

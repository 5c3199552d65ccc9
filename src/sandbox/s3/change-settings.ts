import { AwsError, readBody, type SandboxResponse } from '../http.ts'
import { statementsOf } from '../policy-match.ts'
import type { Bucket } from '../world.ts'
import { malformedXml } from '../xml.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { notImplemented } from './errors.ts'
import { checkBody } from './ingest.ts'
import { emptyAnswer } from './objects.ts'
import { isPublicPolicy } from './public-policy.ts'
import type { BucketSettings } from './settings-state.ts'

const longestPolicy = 20 * 1024

/** Replaces the whole policy. One that lets everybody in is refused where public policies are blocked. */
export async function putBucketPolicy(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const text = (await readBody(checkBody(call, { checksumNeeded: true }), longestPolicy)).toString('utf8')
  checkPolicy(text, bucket)
  const block = bucket.settings?.publicAccessBlock
  // A bucket that was made since April 2023, and never told otherwise, blocks them.
  if ((block === undefined || block?.blockPublicPolicy) && isPublicPolicy(text))
    throw new AwsError(
      'AccessDenied',
      `User: ${call.caller.arn} is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting`,
      { status: 403 },
    )
  bucket.settings = { ...bucket.settings, policy: text }
  return emptyAnswer(204)
}

/** Assumption: of the grammar, what every statement must have, and that it is about this bucket. */
function checkPolicy(text: string, { name }: Bucket): void {
  const isAbout = (resource: unknown) => {
    const path = /^arn:[^:]+:s3:::(.+)$/.exec(String(resource))?.[1]
    return path === name || path?.startsWith(`${name}/`) || path === `${name}*`
  }
  for (const statement of parse(text)) {
    const { Effect, Principal, NotPrincipal, Action, NotAction, Resource } = statement
    const { NotResource } = statement as { NotResource?: unknown }
    if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Invalid effect')
    if ((Principal ?? NotPrincipal) === undefined) throw malformed('Missing required field Principal')
    if ((Action ?? NotAction) === undefined) throw malformed('Missing required field Action')
    const resources = [Resource ?? NotResource ?? []].flat()
    if (resources.length === 0) throw malformed('Missing required field Resource')
    if (!resources.every(isAbout)) throw malformed('Policy has invalid resource')
  }
}

function parse(text: string): ReturnType<typeof statementsOf> {
  try {
    const statements = statementsOf(text)
    if (statements.length > 0 && statements.every((each) => typeof each === 'object' && each !== null))
      return statements
  } catch {
    throw malformed('This policy contains invalid Json')
  }
  throw malformed('Missing required field Statement')
}

/** One that is not there is no error. */
export function deleteBucketPolicy(call: S3Call): SandboxResponse {
  return without(call, 'policy')
}

/** From then on nothing is blocked, and the setting reads as not there. */
export function deletePublicAccessBlock(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  bucket.settings = { ...bucket.settings, publicAccessBlock: null }
  return emptyAnswer(204)
}

/** For objects that are written from now on. Without a key, KMS takes the one that AWS has made for S3. */
export async function putBucketEncryption(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const root = 'ServerSideEncryptionConfiguration'
  const { Rule } = await readXml(call, root, { checksumNeeded: true })
  const rules = [Rule ?? []].flat() as Record<string, unknown>[]
  const [rule] = rules
  const byDefault = rule?.['ApplyServerSideEncryptionByDefault'] as Record<string, unknown> | undefined
  if (!rule || rules.length > 1 || !byDefault) throw malformedXml('There must be one rule.')
  if ('BlockedEncryptionTypes' in rule)
    throw notImplemented('PutBucketEncryption with BlockedEncryptionTypes')
  bucket.settings = { ...bucket.settings, encryption: encryptionIn(byDefault, rule['BucketKeyEnabled']) }
  return emptyAnswer()
}

const algorithms = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

function encryptionIn(
  byDefault: Record<string, unknown>,
  bucketKey: unknown,
): NonNullable<BucketSettings['encryption']> {
  const { SSEAlgorithm, KMSMasterKeyID } = byDefault
  const algorithm = algorithms.find((each) => each === SSEAlgorithm)
  if (!algorithm) throw malformedXml('The SSEAlgorithm is not known.')
  const kmsKey = typeof KMSMasterKeyID === 'string' && KMSMasterKeyID !== '' ? KMSMasterKeyID : undefined
  if (algorithm === 'AES256' && kmsKey !== undefined)
    throw new AwsError(
      'InvalidArgument',
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms',
    )
  return {
    algorithm,
    ...(kmsKey !== undefined && { kmsKey }),
    ...(bucketKey !== undefined && { bucketKey: bucketKey === 'true' }),
  }
}

/** Back to AES256, with which S3 encrypts everything since 2023. */
export function deleteBucketEncryption(call: S3Call): SandboxResponse {
  return without(call, 'encryption')
}

function without(call: S3Call, name: keyof BucketSettings): SandboxResponse {
  const bucket = bucketOf(call)
  if (!bucket.settings) return emptyAnswer(204)
  const { [name]: _, ...rest } = bucket.settings
  bucket.settings = rest
  return emptyAnswer(204)
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message)
}

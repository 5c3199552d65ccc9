import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { HoldfastError } from '../../core/errors.ts'
import { isKey } from '../key.ts'
import type { StoredObject } from '../store.ts'
import type { Bucket } from './bucket.ts'

/** S3 lists in the order of UTF-8 bytes, which for our keys is the order of strings. Names that are no keys are left out. */
export async function* listObjects(
  bucket: Bucket,
  prefix: string,
  signal?: AbortSignal,
): AsyncIterable<StoredObject> {
  let token: string | undefined
  do {
    const page = await askPage(bucket, prefix, { token, signal })
    yield* objectsOf(page, bucket.prefix, prefix)
    token = nextToken(bucket, page, token)
  } while (token)
}

async function askPage(
  bucket: Bucket,
  prefix: string,
  { token, signal }: { token: string | undefined; signal: AbortSignal | undefined },
): Promise<ListObjectsV2CommandOutput> {
  const command = new ListObjectsV2Command({
    Bucket: bucket.name,
    Prefix: bucket.prefix + prefix,
    // A planted key with control characters would make the XML unreadable.
    EncodingType: 'url',
    ...(token && { ContinuationToken: token }),
  })
  const send = (options: { abortSignal?: AbortSignal }) => bucket.client.send(command, options)
  return await bucket.ask('ListObjectsV2', prefix, { send, signal })
}

/** What a server lists beside what it was asked for would, without its prefix, pass for a key of ours. */
function* objectsOf(page: ListObjectsV2CommandOutput, base: string, prefix: string): Iterable<StoredObject> {
  for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
    const whole = decoded(Key)
    const key = whole.slice(base.length)
    if (whole.startsWith(base + prefix) && isKey(key))
      yield { key, size: Size, modified: LastModified ?? new Date(0) }
  }
}

/** A store that ignores the encoding answers keys as they are; then a stray percent sign says nothing. */
export function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch (error) {
    if (error instanceof URIError) return key
    throw error
  }
}

/** The same token twice would go on for ever. */
function nextToken(
  bucket: Bucket,
  page: ListObjectsV2CommandOutput,
  last: string | undefined,
): string | undefined {
  if (!page.IsTruncated) return undefined
  const token = page.NextContinuationToken
  if (token && token !== last) return token
  throw new HoldfastError('store-request-failed', {
    what: `ListObjectsV2 of ${bucket.urlOf('')} does not come to an end.`,
    why: 'The store said that there is more, and gave no way to ask for it.',
    next: 'Check the endpoint: it does not answer like S3.',
  })
}

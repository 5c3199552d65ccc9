import { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { HoldfastError } from '../../core/errors.ts'
import type { GetOptions } from '../store.ts'
import { ObjectBody, type Piece } from './body.ts'
import type { Bucket } from './bucket.ts'
import { nameOf, statusOf } from './errors.ts'

interface Answer extends Piece {
  etag: string | undefined
}

/** The bytes of an object; undefined when there is none. */
export async function getObject(
  bucket: Bucket,
  key: string,
  options: GetOptions,
): Promise<Readable | undefined> {
  const { from = 0, to, signal } = options
  if (to !== undefined && from > to) return empty()
  try {
    const first = await ask(bucket, key, { from, to, signal })
    return new ObjectBody({
      subject: bucket.urlOf(key),
      from,
      first,
      rest: (at) => ask(bucket, key, { from: at, to, signal, etag: first.etag }),
      sleep: (ms) => bucket.clock.sleep(ms, signal),
      signal,
    })
  } catch (error) {
    // A missing bucket is 404 too, and is not an answer but a failure.
    if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return undefined
    if (statusOf(error) === 416) return empty()
    throw error
  }
}

function empty(): Readable {
  return Readable.from([], { objectMode: false })
}

interface Range {
  from: number
  to: number | undefined
  signal: AbortSignal | undefined
  etag?: string | undefined
}

async function ask(bucket: Bucket, key: string, { from, to, signal, etag }: Range): Promise<Answer> {
  const whole = from === 0 && to === undefined
  const command = new GetObjectCommand({
    ...bucket.at(key),
    ...(!whole && { Range: `bytes=${from}-${to ?? ''}` }),
    // The rest of the same bytes, or nothing: an ETag that no longer fits is refused with 412.
    ...(etag && { IfMatch: etag }),
  })
  const { Body, ContentLength, ETag } = await bucket.ask('GetObject', key, {
    send: (options) => bucket.client.send(command, options),
    signal,
  })
  if (Body instanceof Readable) return { body: Body, length: ContentLength, etag: ETag }
  throw new HoldfastError('store-request-failed', {
    what: `GetObject answered no body for ${bucket.urlOf(key)}.`,
    next: 'Check the endpoint: it does not answer like S3.',
  })
}

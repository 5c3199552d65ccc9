import { randomUUID } from 'node:crypto'
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Bucket, S3Capabilities } from './bucket.ts'
import { statusOf } from './errors.ts'
import { MultipartUpload } from './multipart.ts'
import { checksumOf, payloadOf } from './payload.ts'

const content = payloadOf(Buffer.from('holdfast probe\n'))
const other = payloadOf(Buffer.from('something else\n'))

interface Probe {
  bucket: Bucket
  key: string
  signal: AbortSignal | undefined
}

/** Writes a few bytes under a name of its own, looks what the store makes of conditions and checksums, removes them. */
export async function probeBucket(bucket: Bucket, signal?: AbortSignal): Promise<S3Capabilities> {
  const probe: Probe = { bucket, key: `probe-${randomUUID()}`, signal }
  await put(probe, {})
  try {
    return {
      conditionalCreate: await isRefused([412, 304], () => put(probe, { IfNoneMatch: '*' })),
      conditionalComplete: await completeIsConditional(probe),
      checksums: await keepsChecksums(probe),
    }
  } finally {
    const command = new DeleteObjectCommand(bucket.at(probe.key))
    await bucket.ask('DeleteObject', probe.key, { send: () => bucket.client.send(command) })
  }
}

async function put({ bucket, key, signal }: Probe, extra: { IfNoneMatch?: string; ChecksumSHA256?: string }) {
  const command = new PutObjectCommand({ ...bucket.at(key), Body: content.bytes, ...extra })
  await bucket.ask('PutObject', key, { send: (options) => bucket.client.send(command, options), signal })
}

/** True when it was refused in that way; false when it was done, or the store does not know such a thing. */
async function isRefused(statuses: number[], request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request()
    return false
  } catch (error) {
    const status = statusOf(error)
    if (status !== undefined && statuses.includes(status)) return true
    if (status === 501 || status === 400) return false
    throw error
  }
}

async function completeIsConditional({ bucket, key, signal }: Probe): Promise<boolean> {
  const upload = await MultipartUpload.create(bucket, key, signal)
  try {
    await upload.part(1, content.bytes, signal ?? new AbortController().signal)
    return (await upload.complete(true)) === 'exists'
  } finally {
    await upload.abort()
  }
}

/** Both halves: wrong ones are refused, right ones are remembered. */
async function keepsChecksums(probe: Probe): Promise<boolean> {
  const { bucket, key, signal } = probe
  const refused = await isRefused([400], () => put(probe, { ChecksumSHA256: checksumOf(other) }))
  if (!refused) return false
  await put(probe, { ChecksumSHA256: checksumOf(content) })
  const command = new HeadObjectCommand({ ...bucket.at(key), ChecksumMode: 'ENABLED' })
  const send = (options: { abortSignal?: AbortSignal }) => bucket.client.send(command, options)
  const { ChecksumSHA256 } = await bucket.ask('HeadObject', key, { send, signal })
  return ChecksumSHA256 === checksumOf(content)
}

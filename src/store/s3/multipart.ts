import { randomUUID } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { HoldfastError } from '../../core/errors.ts'
import type { Bucket } from './bucket.ts'
import { commitObject, putIdName } from './commit.ts'
import { checksumOf, payloadOf, signedWith } from './payload.ts'

/**
 * One multipart upload, from its creation to its end. Nothing is visible before `complete`; `abort` removes the parts.
 * When neither can be sent any more, the bucket's AbortIncompleteMultipartUpload rule does it.
 */
export class MultipartUpload {
  readonly #bucket: Bucket
  readonly #key: string
  readonly #putId: string
  readonly #id: string
  readonly #parts: CompletedPart[] = []

  private constructor(bucket: Bucket, key: string, ids: { id: string; putId: string }) {
    this.#bucket = bucket
    this.#key = key
    this.#id = ids.id
    this.#putId = ids.putId
  }

  static async create(bucket: Bucket, key: string, signal?: AbortSignal): Promise<MultipartUpload> {
    const putId = randomUUID()
    const command = new CreateMultipartUploadCommand({
      ...bucket.at(key),
      Metadata: { [putIdName]: putId },
      ...(bucket.capabilities.checksums && { ChecksumAlgorithm: 'SHA256' }),
    })
    const { UploadId: id } = await bucket.ask('CreateMultipartUpload', key, {
      send: (options) => bucket.client.send(command, options),
      signal,
    })
    if (id) return new MultipartUpload(bucket, key, { id, putId })
    throw new HoldfastError('store-request-failed', {
      what: `CreateMultipartUpload answered no upload id for ${key}.`,
      next: 'Check the endpoint: it does not answer like S3.',
    })
  }

  /** Parts may be sent in any order and at the same time. Numbers begin at 1. */
  async part(number: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const payload = payloadOf(bytes)
    const checksum = this.#bucket.capabilities.checksums ? { ChecksumSHA256: checksumOf(payload) } : {}
    const command = new UploadPartCommand({
      ...this.#at(),
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.byteLength,
      ...checksum,
    })
    const { ETag } = await this.#bucket.ask('UploadPart', this.#key, {
      send: (options) => this.#bucket.client.send(signedWith(command, payload), options),
      signal,
    })
    this.#parts.push({ PartNumber: number, ETag, ...checksum })
  }

  async complete(ifAbsent: boolean): Promise<'created' | 'exists'> {
    const Parts = this.#parts.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
    const command = () =>
      new CompleteMultipartUploadCommand({
        ...this.#at(),
        MultipartUpload: { Parts },
        ...(ifAbsent && { IfNoneMatch: '*' }),
      })
    const request = () => this.#bucket.client.send(command())
    const send = () => this.#bucket.ask('CompleteMultipartUpload', this.#key, { send: request })
    return await commitObject(this.#bucket, { key: this.#key, putId: this.#putId, ifAbsent, send })
  }

  /** Never throws: it is called when something else has failed already, and that is what the caller must hear. */
  async abort(): Promise<void> {
    const request = () => this.#bucket.client.send(new AbortMultipartUploadCommand(this.#at()))
    try {
      await this.#bucket.ask('AbortMultipartUpload', this.#key, { send: request })
    } catch (error) {
      const why = error instanceof HoldfastError ? error.code : String(error)
      this.#bucket.log.debug(`parts of an unfinished upload of ${this.#key} are left in the bucket (${why})`)
    }
  }

  #at() {
    return { ...this.#bucket.at(this.#key), UploadId: this.#id }
  }
}

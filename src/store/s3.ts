import type { Readable } from 'node:stream'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { discard, own } from './chunks.ts'
import { throwIfAborted } from './commit.ts'
import { checkKey, checkPrefix } from './key.ts'
import { Bucket, type S3Capabilities, type S3Options } from './s3/bucket.ts'
import { getObject } from './s3/get.ts'
import { headObject } from './s3/head.ts'
import { listObjects } from './s3/list.ts'
import { probeBucket } from './s3/probe.ts'
import { singleLimit, upload } from './s3/upload.ts'
import { deleteVersionOf, listVersions } from './s3/versions.ts'
import type { GetOptions, PutOptions, Store, StoredObject, StoredVersion } from './store.ts'

export type { S3Capabilities, S3Options } from './s3/bucket.ts'

/** A bucket, or a prefix in it, on AWS or on an S3-compatible server. Sends nothing before the first call. */
export function s3Store(options: S3Options): S3Store {
  return new S3Store(options)
}

export class S3Store implements Store {
  readonly url: string
  readonly #bucket: Bucket

  constructor(options: S3Options) {
    this.#bucket = new Bucket(options)
    this.url = this.#bucket.urlOf('')
  }

  async put(
    key: string,
    body: Uint8Array | Readable,
    options: PutOptions = {},
  ): Promise<'created' | 'exists'> {
    own(body)
    try {
      checkKey(key)
      throwIfAborted(options.signal)
      if (await this.#isInVain(key, body, options)) {
        discard(body)
        return 'exists'
      }
      return await upload(this.#bucket, key, { body, options })
    } catch (error) {
      discard(body)
      throw error
    }
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable | undefined> {
    checkKey(key)
    return await getObject(this.#bucket, key, options)
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkKey(key)
    return await headObject(this.#bucket, key, signal)
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    checkPrefix(prefix)
    yield* listObjects(this.#bucket, prefix, signal)
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    const command = new DeleteObjectCommand(this.#bucket.at(key))
    await this.#bucket.ask('DeleteObject', key, {
      send: (options) => this.#bucket.client.send(command, options),
      signal,
    })
  }

  async *versions(prefix: string, signal?: AbortSignal): AsyncIterable<StoredVersion> {
    checkPrefix(prefix)
    yield* listVersions(this.#bucket, prefix, signal)
  }

  async deleteVersion(key: string, version: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    await deleteVersionOf(this.#bucket, { key, version }, signal)
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy()
  }

  /** Finds out what the store can do, by trying, and keeps to it from then on. */
  async probe(signal?: AbortSignal): Promise<S3Capabilities> {
    this.#bucket.capabilities = await probeBucket(this.#bucket, signal)
    return this.#bucket.capabilities
  }

  /** Where it would take more than one request, it is worth looking first. A small object is simply tried. */
  async #isInVain(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<boolean> {
    const size = body instanceof Uint8Array ? body.byteLength : options.size
    const large = size === undefined || size > singleLimit
    return large && options.ifAbsent === true && (await this.head(key, options.signal)) !== undefined
  }
}

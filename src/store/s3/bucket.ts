import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type Clock, systemClock } from '../../core/clock.ts'
import { type Log, silentLog } from '../../core/run.ts'
import { abortError, throwIfAborted } from '../commit.ts'
import { PartBuffers } from './buffers.ts'
import { s3Error } from './errors.ts'

/** What a store was seen to do. On AWS everything is true; elsewhere it is what `probe` found. */
export interface S3Capabilities {
  /** PutObject honours `If-None-Match: *`. */
  conditionalCreate: boolean
  /** CompleteMultipartUpload honours it too (Ceph RGW 16.2 ignores it). */
  conditionalComplete: boolean
  /** A wrong `x-amz-checksum-sha256` is refused, and a right one is kept. */
  checksums: boolean
}

export interface S3Options {
  bucket: string
  /** Without slashes at its ends; empty or absent: the whole bucket. */
  prefix?: string
  region?: string
  endpoint?: string
  /** Spread into the client's constructor: Region, credentials, endpoint, retries, counting. */
  clientConfig?: Record<string, unknown>
  /** From an earlier probe. Absent: everything on AWS, only conditional puts on a custom endpoint. */
  capabilities?: S3Capabilities
  env?: NodeJS.ProcessEnv
  clock?: Clock
  log?: Log
}

/** Of 8 MiB each: a backup of one large layer then takes about 165 MB, of eight at once about 215 MB. */
const sharedBuffers = 6

type Send<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>

/** A bucket and a prefix in it, and the client that talks to it. */
export class Bucket {
  readonly client: S3Client
  readonly name: string
  readonly prefix: string
  readonly clock: Clock
  readonly log: Log
  readonly buffers = new PartBuffers(sharedBuffers)
  capabilities: S3Capabilities

  constructor(options: S3Options) {
    const custom = hasCustomEndpoint(options)
    this.client = new S3Client(configOf(options, custom))
    this.name = options.bucket
    this.prefix = options.prefix ? `${options.prefix}/` : ''
    this.clock = options.clock ?? systemClock
    this.log = options.log ?? silentLog
    const assumed = { conditionalCreate: true, conditionalComplete: !custom, checksums: !custom }
    this.capabilities = options.capabilities ?? assumed
  }

  /** What requests name. */
  at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: this.prefix + key }
  }

  /** For people; without the query that the user may have given. */
  urlOf(key: string): string {
    return `s3://${this.name}/${this.prefix}${key}`.replace(/\/$/, '')
  }

  /** Sends one request (the client repeats it when that can help); errors come back as ours. */
  async ask<T>(
    operation: string,
    key: string,
    { send, signal }: { send: Send<T>; signal?: AbortSignal | undefined },
  ): Promise<T> {
    throwIfAborted(signal)
    try {
      return await send(signal ? { abortSignal: signal } : {})
    } catch (error) {
      if (signal?.aborted) throw abortError(signal)
      throw s3Error(error, { operation, subject: this.urlOf(key) })
    }
  }
}

/** The SDK reads the same two variables when nobody gives it an endpoint. */
function hasCustomEndpoint({ endpoint, clientConfig = {}, env = process.env }: S3Options): boolean {
  if (endpoint || clientConfig['endpoint']) return true
  if (clientConfig['ignoreConfiguredEndpointUrls']) return false
  return Boolean(env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'])
}

function configOf({ region, endpoint, clientConfig }: S3Options, custom: boolean): S3ClientConfig {
  return {
    ...clientConfig,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    // A custom endpoint has no wildcard DNS; and it is never left for a host of AWS (law 8).
    ...(custom && { forcePathStyle: true }),
    followRegionRedirects: !custom,
    // We say ourselves which checksums are sent: stores that are not AWS choke on those that the SDK adds.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // Whoever reads a blob hashes it anyway.
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A round trip for each part, to save bytes in the rare case of a refusal.
    expectContinueHeader: false,
  }
}

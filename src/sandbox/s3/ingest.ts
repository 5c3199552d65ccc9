import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsError } from '../http.ts'
import { lengthMissing } from '../sigv4/payload.ts'
import type { S3Call } from './call.ts'
import { type ChecksumName, checksumName, checksumNames, isChecksumValue, startChecksum } from './checksum.ts'

const largestUpload = 5 * 1024 ** 3

/** Bytes that have arrived whole and are what the client says they are. */
export interface Ingested {
  handle: string
  size: number
  /** MD5 in hex, without quotes. */
  etag: string
  checksum: { name: ChecksumName; value: string }
}

/**
 * Streams a body to disk. Whatever the client claims of it (Content-MD5, a checksum in a header or in a trailer) is
 * compared; when it does not hold, nothing is kept. `name` is the checksum to compute if the client names none.
 */
export async function ingest(call: S3Call, name: ChecksumName): Promise<Ingested> {
  const { length } = call.payload
  if (length === undefined) throw lengthMissing()
  if (length > largestUpload) throw new AwsError('EntityTooLarge', 'One request takes at most 5 GiB.')
  const claim = claimOf(call)
  const checks = new BodyChecks(call, claim ?? { name })
  const { handle, size } = await call.world.blobs.write(Readable.from(checks.pass()))
  return { handle, size, etag: checks.md5.toString('hex'), checksum: checks.checksum }
}

/** The body of a request that is read into memory, compared in the same way. */
export function checkBody(call: S3Call, { checksumNeeded = false }): AsyncIterable<Uint8Array> {
  const claim = claimOf(call)
  if (checksumNeeded && !claim && call.headers['content-md5'] === undefined) {
    throw new AwsError('InvalidRequest', 'Missing required header: Content-MD5 or a checksum.')
  }
  return new BodyChecks(call, claim ?? { name: 'crc32' }).pass()
}

interface Claim {
  name: ChecksumName
  /** Absent: it comes in the trailer. */
  value?: string
}

class BodyChecks {
  readonly #call: S3Call
  readonly #claim: Claim & { trailing?: boolean }
  md5: Buffer = Buffer.alloc(0)
  checksum: { name: ChecksumName; value: string }

  constructor(call: S3Call, claim: Claim) {
    this.#call = call
    this.#claim = claim
    this.checksum = { name: claim.name, value: '' }
  }

  async *pass(): AsyncGenerator<Buffer> {
    const md5 = createHash('md5')
    const running = startChecksum(this.checksum.name)
    for await (const piece of this.#call.payload.body) {
      md5.update(piece)
      running.update(piece)
      yield piece
    }
    this.md5 = md5.digest()
    this.checksum.value = running.digest().toString('base64')
    this.#compare()
  }

  #compare(): void {
    const { headers, payload } = this.#call
    checkMd5(headers['content-md5'], this.md5)
    const { name, value } = this.#claim
    const declared = headers['x-amz-trailer']?.trim().toLowerCase() === header(name)
    const claimed = value ?? (declared ? requireTrailer(payload.trailers, name) : undefined)
    if (claimed !== undefined && claimed !== this.checksum.value)
      throw badDigest(`The ${name.toUpperCase()} of the body is not the one that came with it.`)
  }
}

function requireTrailer(trailers: Record<string, string>, name: ChecksumName): string {
  const value = trailers[header(name)]
  if (value !== undefined && isChecksumValue(name, value)) return value
  throw new AwsError('MalformedTrailerError', `The trailer has no readable ${header(name)}.`)
}

/** At most one checksum may be claimed, and it must be the one that is announced. */
function claimOf({ headers }: S3Call): Claim | undefined {
  const given = checksumNames.flatMap((name) => claimIn(headers, name))
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase()
  if (trailer?.startsWith('x-amz-checksum-')) given.push({ name: checksumName(trailer.slice(15)) })
  if (given.length > 1) throw new AwsError('InvalidRequest', 'Expecting a single x-amz-checksum- header.')
  const [claim] = given
  const announced = headers['x-amz-sdk-checksum-algorithm']
  if (announced === undefined) return claim
  if (claim?.name === checksumName(announced)) return claim
  throw new AwsError('InvalidRequest', 'x-amz-sdk-checksum-algorithm names a checksum that did not come.')
}

function claimIn(headers: Record<string, string | undefined>, name: ChecksumName): Claim[] {
  const value = headers[header(name)]
  if (value === undefined) return []
  if (isChecksumValue(name, value)) return [{ name, value }]
  throw new AwsError('InvalidRequest', `The value of ${header(name)} is invalid.`)
}

function checkMd5(claimed: string | undefined, actual: Buffer): void {
  if (claimed === undefined) return
  const bytes = Buffer.from(claimed, 'base64')
  if (bytes.length !== 16) throw new AwsError('InvalidDigest', 'Content-MD5 is not an MD5 in base64.')
  if (!bytes.equals(actual)) throw badDigest('Content-MD5 is not the MD5 of the body.')
}

export function header(name: ChecksumName): `x-amz-checksum-${ChecksumName}` {
  return `x-amz-checksum-${name}`
}

export function badDigest(message: string): AwsError {
  return new AwsError('BadDigest', message)
}

import { createHash } from 'node:crypto'
import { AwsError, type SandboxRequest } from '../http.ts'
import { piecesOf } from './byte-source.ts'
import { ChunkSigner, decodeChunks } from './chunks.ts'
import { SignatureProblem } from './problem.ts'
import type { Verified } from './verify.ts'

/** The body of an S3 request as it was meant: unchunked, and compared with what the signature says of it. */
export interface Payload {
  body: AsyncIterable<Buffer>
  /** Decoded; undefined when the client does not say. */
  length: number | undefined
  /** Complete when `body` has been read. */
  trailers: Record<string, string>
}

const unsigned = 'UNSIGNED-PAYLOAD'
const kinds: Record<string, { signed: boolean; trailing: boolean }> = {
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailing: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailing: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailing: true },
}

/** What the signature covers as the body's hash. A presigned URL cannot know the body. */
export function declaredPayloadHash({ headers, query }: SandboxRequest): string {
  const declared = headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? undefined
  if (declared !== undefined) {
    if (declared === unsigned || declared in kinds || /^[0-9a-f]{64}$/.test(declared)) return declared
    throw new AwsError('InvalidArgument', 'x-amz-content-sha256 is neither a hash nor a known word.')
  }
  if (query.has('X-Amz-Signature')) return unsigned
  if (headers['authorization'] === undefined) throw new SignatureProblem('anonymous', 'Access Denied')
  throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
}

export function payloadOf(request: SandboxRequest, declared: string, verified: Verified): Payload {
  const pieces = piecesOf(request.incoming)
  const trailers: Record<string, string> = {}
  const kind = kinds[declared]
  if (kind) {
    const length = lengthOf(request.headers['x-amz-decoded-content-length'])
    if (length === undefined) throw lengthMissing()
    const body = decodeChunks(pieces, { ...kind, length, trailers }, new ChunkSigner(verified))
    return { body, length, trailers }
  }
  const body = declared === unsigned ? pieces : hashed(pieces, declared)
  const length = lengthOf(request.headers['content-length'])
  return { body, length: length ?? (hasBody(request) ? undefined : 0), trailers }
}

export function lengthMissing(): AwsError {
  return new AwsError('MissingContentLength', 'The Content-Length header is needed.', { status: 411 })
}

function hasBody({ headers }: SandboxRequest): boolean {
  return headers['transfer-encoding'] !== undefined
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

async function* hashed(pieces: AsyncIterable<Buffer>, declared: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== declared)
    throw new AwsError('XAmzContentSHA256Mismatch', 'The body is not what x-amz-content-sha256 says.')
}

import type { IncomingMessage } from 'node:http'

/** One request, taken apart. `path` is decoded once; `rawPath` is as it came, for signatures. */
export interface SandboxRequest {
  method: string
  rawPath: string
  path: string
  query: URLSearchParams
  rawQuery: string
  headers: Record<string, string | undefined>
  incoming: IncomingMessage
}

/** What an operation answers: bytes or a stream, written out by `server.ts`. */
export interface SandboxResponse {
  status: number
  headers?: Record<string, string>
  body?: string | Uint8Array | NodeJS.ReadableStream
}

/** Who signed. `account` and `region` come from the key and the credential scope. */
export interface Caller {
  account: string
  region: string
  arn: string
  userId: string
  accessKeyId: string
}

/** An error that the wire shows as the service's protocol does. `extra` are members beside code and message. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  readonly extra: Record<string, unknown>
  /** Sent with the answer. */
  readonly headers: Record<string, string>

  constructor(
    code: string,
    message: string,
    options: { status?: number; extra?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.code = code
    this.status = options.status ?? 400
    this.extra = options.extra ?? {}
    this.headers = options.headers ?? {}
  }
}

/** Reads a body into memory, up to the limit. */
export async function readBody(
  incoming: AsyncIterable<Uint8Array>,
  limit = 32 * 1024 * 1024,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.byteLength
    if (size > limit)
      throw new AwsError('RequestEntityTooLargeException', 'The body is too large.', { status: 413 })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

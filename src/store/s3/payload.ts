import { createHash } from 'node:crypto'

/** Bytes of one request, and their sha256. */
export interface Payload {
  bytes: Uint8Array
  sha256: string
}

export function payloadOf(bytes: Uint8Array): Payload {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** `x-amz-checksum-sha256`: S3 refuses other bytes, and keeps it for later questions. */
export function checksumOf(payload: Payload): string {
  return Buffer.from(payload.sha256, 'hex').toString('base64')
}

interface Command {
  middlewareStack: { add(middleware: Middleware, options: { step: 'build'; name: string }): void }
}
type Handler = (args: { request: unknown }) => Promise<never>
type Middleware = (next: Handler) => Handler

/**
 * Gives the signer the hash that we have anyway; it would hash the bytes again. As the hash is part of the signature,
 * every store that checks signatures refuses other bytes, also those that know no checksum headers.
 */
export function signedWith<C extends object>(command: C, payload: Payload): C {
  const stack = command as unknown as Command
  stack.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-amz-content-sha256'] = payload.sha256
      return next(args)
    },
    { step: 'build', name: 'holdfastPayloadHash' },
  )
  return command
}

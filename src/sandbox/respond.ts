import type { ServerResponse } from 'node:http'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FaultKind } from './faults.ts'
import type { SandboxResponse } from './http.ts'

/** Writes an answer, or what a fault makes of it. Resolves when nothing more will be written. */
export async function respond(
  outgoing: ServerResponse,
  response: SandboxResponse,
  fault: FaultKind | undefined,
): Promise<void> {
  const { status, body } = response
  const length = lengthOf(response)
  const headers = { ...response.headers, ...(length !== undefined && { 'content-length': String(length) }) }
  const bodiless = outgoing.req.method === 'HEAD' || !length
  if (fault === 'lost-answer' || (fault === 'cut-body' && bodiless)) return vanish(outgoing, body)
  if (fault === 'stall' && bodiless) return discard(body)
  outgoing.writeHead(status, headers)
  if (fault === 'stall') {
    outgoing.flushHeaders()
    return discard(body)
  }
  if (fault === 'cut-body') return cut(outgoing, body, length ?? 0)
  if (body === undefined || outgoing.req.method === 'HEAD') {
    outgoing.end()
    return discard(body)
  }
  const source = streamOf(body)
  if (fault === 'flip-byte') await pipeline(source, flip(Math.floor((length ?? 0) / 2)), outgoing)
  else await pipeline(source, outgoing)
}

function streamOf(body: NonNullable<SandboxResponse['body']>): NodeJS.ReadableStream {
  if (typeof body === 'string') return Readable.from([Buffer.from(body)])
  return body instanceof Uint8Array ? Readable.from([Buffer.from(body)]) : body
}

/** Undefined when only the end of the stream will tell. */
function lengthOf({ body, headers, status }: SandboxResponse): number | undefined {
  const declared = headers?.['content-length']
  if (declared !== undefined) return Number(declared)
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  return body === undefined && status !== 204 && status !== 304 ? 0 : undefined
}

/** The operation is done; nobody will hear of it. */
function vanish(outgoing: ServerResponse, body: SandboxResponse['body']): void {
  discard(body)
  outgoing.destroy()
}

function discard(body: SandboxResponse['body']): void {
  if (body instanceof Readable) body.destroy()
}

/** The length of the whole, half of the bytes, and then the connection breaks. */
async function cut(outgoing: ServerResponse, body: SandboxResponse['body'], length: number): Promise<void> {
  let left = Math.floor(length / 2)
  outgoing.flushHeaders()
  for await (const piece of body === undefined ? [] : (streamOf(body) as AsyncIterable<Buffer>)) {
    const part = piece.subarray(0, left)
    left -= part.length
    await new Promise<void>((done) => outgoing.write(part, () => done()))
    if (left <= 0) break
  }
  outgoing.destroy()
}

function flip(position: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = position - seen
      seen += chunk.length
      const changed = Buffer.from(chunk)
      if (at >= 0 && at < chunk.length) changed[at] = (changed[at] ?? 0) ^ 0xff
      done(null, changed)
    },
  })
}

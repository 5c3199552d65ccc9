import { type Readable, Transform } from 'node:stream'
import { HoldfastError } from '../core/errors.ts'
import { brokenConnection } from './failure.ts'
import { parseStrictJson } from './strict-json.ts'

/** All of a body that must be small. One byte over the limit ends it: nothing endless gets into memory. */
export async function readCapped(body: Readable, limit: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > limit) throw tooLarge(what, limit)
      chunks.push(chunk)
    }
  } catch (error) {
    throw brokenConnection(what, error)
  }
  return Buffer.concat(chunks)
}

export async function readJson(
  body: Readable,
  limit: number,
  what: string,
): Promise<Record<string, unknown>> {
  const bytes = await readCapped(body, limit, what)
  try {
    const found = parseStrictJson(bytes)
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
      return found as Record<string, unknown>
    }
  } catch (error) {
    throw notJson(what, error)
  }
  throw notJson(what)
}

/** The body as it comes, with errors of ours. Given up early, it just ends. */
export function streamOf(body: Readable, what: string): Readable {
  const original = body._destroy.bind(body)
  // No stream in between: at several hundred MiB a second it took as long as all the rest.
  body._destroy = (error, done) => original(error, () => done(error && brokenConnection(what, error)))
  return body
}

/** The same without its first bytes, for servers that ignore ranges. */
export function streamWithout(leaveOut: number, body: Readable, what: string): Readable {
  let skip = leaveOut
  const out = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - rest.length
      done(null, rest)
    },
  })
  body.on('error', (error) => out.destroy(brokenConnection(what, error)))
  out.on('close', () => body.destroy())
  return body.pipe(out)
}

function tooLarge(what: string, limit: number): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what,
    why: `The answer is larger than ${limit} bytes.`,
    next: 'The registry is broken or hostile; nothing of the answer was used.',
  })
}

function notJson(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what,
    why: 'The answer is not a usable JSON object.',
    next: 'Check that the address is an OCI registry, and that no proxy changes its answers.',
    cause,
  })
}

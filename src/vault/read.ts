import type { z } from 'zod'
import type { Store } from '../store/store.ts'
import { damaged } from './damage.ts'

/** The whole object, or undefined when there is none. One that is larger than the limit is damage, not memory. */
export async function readAll(
  store: Store,
  key: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const body = await store.get(key, signal ? { signal } : {})
  if (!body) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > limit) throw damaged(key, `It is larger than ${limit} bytes, which nothing of its kind is.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function parseJson(key: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw damaged(key, 'It is not JSON.', cause)
  }
}

export function parseDocument<T>(key: string, schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  throw damaged(key, `It is not the document that belongs there: ${issue?.message ?? 'wrong shape'}${place}.`)
}

/** Documents that people read too: indented, in the order of their interface. */
export function plainText(document: object): Buffer {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`)
}

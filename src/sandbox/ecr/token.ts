import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../http.ts'
import type { World } from '../world.ts'

const lifetime = 12 * 60 * 60 * 1000

export interface IssuedToken {
  /** base64 of `AWS:<password>`. */
  token: string
  expiresAt: number
}

/**
 * An authorization token (ecr-facts 1.3): opaque to clients, checked without a table, bound to the caller's
 * account and Region.
 */
export function issueToken(world: World, caller: Caller): IssuedToken {
  const expiresAt = world.now() + lifetime
  const password = seal(world, 'authorization', { caller, expiresAt })
  return { token: Buffer.from(`AWS:${password}`).toString('base64'), expiresAt }
}

/** Whose token an `Authorization: Basic ...` header carries; undefined when it is not one of ours. */
export function verifyToken(world: World, header: string | undefined): Caller | 'expired' | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const plain = Buffer.from(encoded, 'base64').toString()
  if (!plain.startsWith('AWS:')) return undefined
  const content = unseal(world, 'authorization', plain.slice('AWS:'.length))
  if (content === undefined) return undefined
  const { caller, expiresAt } = content as { caller: Caller; expiresAt: number }
  return expiresAt <= world.now() ? 'expired' : caller
}

/** Text that only this world can have written, for that purpose. */
export function seal(world: World, purpose: string, content: unknown): string {
  const body = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${body}.${sign(world, purpose, body)}`
}

/** The content of a sealed text; undefined when this world did not write it for that purpose. */
export function unseal(world: World, purpose: string, text: string): unknown {
  const [body = '', given = '', ...rest] = text.split('.')
  const wanted = Buffer.from(sign(world, purpose, body))
  const actual = Buffer.from(given)
  const genuine = rest.length === 0 && actual.length === wanted.length && timingSafeEqual(actual, wanted)
  return genuine ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined
}

function sign(world: World, purpose: string, body: string): string {
  const secret = (world.state.secret ??= randomBytes(32).toString('hex'))
  return createHmac('sha256', secret).update(`${purpose}\n${body}`).digest('base64url')
}

import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalRequest, type SignedParts, sha256Hex } from './canonical.ts'

/** What a signature is valid for: `DAY/REGION/SERVICE/aws4_request`. */
export interface Scope {
  day: string
  region: string
  service: string
}

export function scopeText({ day, region, service }: Scope): string {
  return `${day}/${region}/${service}/aws4_request`
}

export function signingKey(secret: string, { day, region, service }: Scope): Buffer {
  let key = hmac(`AWS4${secret}`, day)
  for (const part of [region, service, 'aws4_request']) key = hmac(key, part)
  return key
}

export function signRequest(key: Buffer, scope: Scope, date: string, parts: SignedParts): string {
  const text = ['AWS4-HMAC-SHA256', date, scopeText(scope), sha256Hex(canonicalRequest(parts))].join('\n')
  return hmac(key, text).toString('hex')
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** `20260101T120000Z`. */
export function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** Epoch milliseconds of `20260101T120000Z`; NaN when it is not one. */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!match) return Number.NaN
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

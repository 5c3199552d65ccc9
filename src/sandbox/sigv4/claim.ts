import type { SandboxRequest } from '../http.ts'
import { SignatureProblem } from './problem.ts'
import { type Scope, sameText } from './sign.ts'

/** What a request says about its signature, before anything of it is believed. */
export interface Claim {
  accessKeyId: string
  scope: Scope
  signedHeaders: string[]
  signature: string
  /** As written: `20260101T120000Z`. */
  date: string
  sessionToken?: string
  /** Presigned URLs only. */
  expiresSeconds?: number
}

const algorithm = 'AWS4-HMAC-SHA256'
const week = 7 * 24 * 60 * 60

/** Undefined when the request is not signed at all. */
export function readClaim(request: SandboxRequest): Claim | undefined {
  const { headers, query } = request
  const header = headers['authorization']
  const inQuery = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')
  if (header !== undefined && inQuery) {
    throw new SignatureProblem(
      'two-mechanisms',
      'Only one auth mechanism allowed: the URL is signed and an Authorization header came along.',
    )
  }
  if (inQuery) return fromQuery(query)
  return header === undefined ? undefined : fromHeader(header, request)
}

/** Whose key a request names, believed or not: for error texts and for routing. */
export function claimedScope(request: SandboxRequest): { accessKeyId: string; service: string } | undefined {
  const text =
    /Credential=([^,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1] ??
    request.query.get('X-Amz-Credential') ??
    ''
  const [accessKeyId = '', , , service] = text.split('/')
  return service === undefined ? undefined : { accessKeyId, service }
}

function fromHeader(header: string, { headers }: SandboxRequest): Claim {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(header.trim())
  if (!match) throw malformed('The Authorization header is not of the kind AWS4-HMAC-SHA256.')
  const fields = new Map((match[1] ?? '').split(',').map((part) => splitOnce(part.trim())))
  return {
    ...common((name) => fields.get(name) ?? ''),
    date: headers['x-amz-date'] ?? isoOf(headers['date']),
    ...token(headers['x-amz-security-token']),
  }
}

function fromQuery(query: URLSearchParams): Claim {
  if (query.get('X-Amz-Algorithm') !== algorithm) throw malformed('X-Amz-Algorithm is not AWS4-HMAC-SHA256.')
  const expiresSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > week)
    throw malformed('X-Amz-Expires must be a number of seconds, at most seven days.')
  return {
    ...common((name) => query.get(`X-Amz-${name}`) ?? ''),
    date: query.get('X-Amz-Date') ?? '',
    expiresSeconds,
    ...token(query.get('X-Amz-Security-Token') ?? undefined),
  }
}

function common(field: (name: string) => string) {
  const [accessKeyId = '', day = '', region = '', service = '', end = ''] = field('Credential').split('/')
  const signedHeaders = field('SignedHeaders').split(';').filter(Boolean)
  const signature = field('Signature')
  if (!accessKeyId || !/^\d{8}$/.test(day) || !region || !service || !sameText(end, 'aws4_request'))
    throw malformed('The credential must be KEY/DAY/REGION/SERVICE/aws4_request.')
  if (!signedHeaders.includes('host') || !/^[0-9a-f]{64}$/.test(signature))
    throw malformed('SignedHeaders must name host, and Signature must be 64 hex digits.')
  return { accessKeyId, scope: { day, region, service }, signedHeaders, signature }
}

function token(text: string | undefined): { sessionToken?: string } {
  return text === undefined ? {} : { sessionToken: text }
}

function isoOf(date: string | undefined): string {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? '' : `${new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')}`
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function malformed(message: string): SignatureProblem {
  return new SignatureProblem('malformed', message)
}

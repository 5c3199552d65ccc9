import { ECRClient } from '@aws-sdk/client-ecr'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import { STSClient } from '@aws-sdk/client-sts'
import { onTestFinished } from 'vitest'
import type { Sandbox, SandboxOptions } from './sandbox.ts'
import { canonicalQuery, encodeUri, sha256Hex } from './sigv4/canonical.ts'
import { amzDate, scopeText, signingKey, signRequest } from './sigv4/sign.ts'
import { startSandbox } from './start.ts'

export const region = 'eu-west-1'

/** What somebody signs with. */
export interface Signer {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface ClientOptions {
  region?: string
  signer?: Signer
}

/** A sandbox without content, and the real SDK's clients for it. One attempt each: nothing is hidden by retries. */
export interface Client extends Sandbox {
  signers: [Signer, Signer]
  s3(options?: ClientOptions): S3Client
  ecr(options?: ClientOptions): ECRClient
  sts(options?: ClientOptions): STSClient
  kms(options?: ClientOptions): KMSClient
  /** A request signed by hand. */
  send(request: RawRequest): Promise<Response>
}

export interface RawRequest {
  method?: string
  /** Decoded, with the slash. */
  path: string
  query?: [string, string][]
  headers?: Record<string, string>
  body?: string | Uint8Array
  service?: string
  region?: string
  signer?: Signer
  /** When it was signed. */
  time?: number
  /** What x-amz-content-sha256 says; absent: the truth. */
  payloadHash?: string
  /** Headers that are added after signing. */
  unsigned?: Record<string, string>
  signal?: AbortSignal
}

export async function startClient(options: SandboxOptions = {}): Promise<Client> {
  const sandbox = await startSandbox({ seed: 'empty', ...options })
  onTestFinished(() => sandbox.close())
  return clientOf(sandbox, options.now)
}

/** The clients' clock is the simulated one. */
export function clientOf(sandbox: Sandbox, now: () => Date = () => new Date()): Client {
  const [first, second] = sandbox.accounts as Signer[] as [Signer, Signer]
  const config = ({ signer = first, region: wanted = region }: ClientOptions = {}) => ({
    endpoint: sandbox.awsEndpoint,
    region: wanted,
    credentials: signer,
    maxAttempts: 1,
    systemClockOffset: now().getTime() - Date.now(),
  })
  return {
    ...sandbox,
    signers: [first, second],
    s3: (options) => new S3Client(config(options)),
    ecr: (options) => new ECRClient(config(options)),
    sts: (options) => new STSClient(config(options)),
    kms: (options) => new KMSClient(config(options)),
    send: (request) => send(sandbox, { signer: first, time: now().getTime(), ...request }),
  }
}

function send(sandbox: Sandbox, request: RawRequest & { signer: Signer }): Promise<Response> {
  const { method = 'GET', path, query = [], body, unsigned } = request
  const { headers } = signByHand(sandbox, request)
  const url = `${sandbox.awsEndpoint}${encodeUri(path, { keepSlash: true })}?${canonicalQuery(query)}`
  return fetch(url, {
    method,
    headers: { ...headers, ...unsigned },
    redirect: 'manual',
    ...(request.signal && { signal: request.signal }),
    ...(body !== undefined && { body }),
  })
}

/** The headers of a signed request, and what the signatures of its chunks begin with. */
export function signByHand(sandbox: Pick<Sandbox, 'awsEndpoint'>, request: RawRequest & { signer: Signer }) {
  const { method = 'GET', path, query = [], body = '', service = 's3', signer, time = Date.now() } = request
  const payloadHash = request.payloadHash ?? sha256Hex(body)
  const date = amzDate(time)
  const scope = { day: date.slice(0, 8), region: request.region ?? region, service }
  const all: Record<string, string> = {
    ...request.headers,
    host: new URL(sandbox.awsEndpoint).host,
    'x-amz-date': date,
    'x-amz-content-sha256': payloadHash,
    ...(signer.sessionToken && { 'x-amz-security-token': signer.sessionToken }),
  }
  const headers = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))
  const key = signingKey(signer.secretAccessKey, scope)
  const parts = {
    method,
    path: encodeUri(path, { keepSlash: true }),
    query: canonicalQuery(query),
    headers,
    payloadHash,
  }
  const signature = signRequest(key, scope, date, parts)
  const { host: _, ...rest } = all
  const names = headers.map(([name]) => name).join(';')
  const authorization = `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scopeText(scope)}, SignedHeaders=${names}, Signature=${signature}`
  return { headers: { ...rest, authorization }, key, date, scope: scopeText(scope), signature }
}

export interface PresignOptions {
  method?: string
  path: string
  signer: Signer
  expires?: number
  time?: number
  query?: [string, string][]
}

export function presignByHand(sandbox: Pick<Sandbox, 'awsEndpoint'>, options: PresignOptions): string {
  const { method = 'GET', path, signer, expires = 60, time = Date.now() } = options
  const date = amzDate(time)
  const scope = { day: date.slice(0, 8), region, service: 's3' }
  const encoded = encodeUri(path, { keepSlash: true })
  const query = canonicalQuery([
    ...(options.query ?? []),
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${signer.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(expires)],
    ['X-Amz-SignedHeaders', 'host'],
    ...(signer.sessionToken ? [['X-Amz-Security-Token', signer.sessionToken] as [string, string]] : []),
  ])
  const headers = [['host', new URL(sandbox.awsEndpoint).host]] as const
  const parts = { method, path: encoded, query, headers, payloadHash: 'UNSIGNED-PAYLOAD' }
  const signature = signRequest(signingKey(signer.secretAccessKey, scope), scope, date, parts)
  return `${sandbox.awsEndpoint}${encoded}?${query}&X-Amz-Signature=${signature}`
}

/** Status and code of an answer, whatever the protocol. */
export async function outcome(response: Response): Promise<string> {
  const text = await response.text()
  const inBody = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? /"__type":"([^"]+)"/.exec(text)?.[1]
  // REST-JSON says it in a header only.
  const code = inBody ?? response.headers.get('x-amzn-errortype') ?? ''
  return `${response.status} ${code}`.trim()
}

/** The same of what an SDK client throws. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'success'
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return `${$metadata?.httpStatusCode} ${name}`
  }
}

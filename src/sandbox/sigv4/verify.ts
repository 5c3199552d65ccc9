import type { Caller, SandboxRequest } from '../http.ts'
import type { AccessKey, World } from '../world.ts'
import { canonicalQuery, encodeUri } from './canonical.ts'
import { type Claim, readClaim } from './claim.ts'
import { findKey } from './layer-key.ts'
import { SignatureProblem } from './problem.ts'
import { parseAmzDate, sameText, signingKey, signRequest } from './sign.ts'

const allowedSkew = 15 * 60 * 1000

export interface Verified {
  caller: Caller
  claim: Claim
  /** Signs the chunks of a streamed body. */
  signingKey: Buffer
}

/**
 * Who signed the request; throws a SignatureProblem otherwise. `payloadHash` is what the signer says about the
 * body; that the body is as it says is checked where the body is read.
 */
export function verifySignature(
  world: World,
  request: SandboxRequest,
  { service, payloadHash }: { service: string; payloadHash: string },
): Verified {
  const claim = readClaim(request)
  if (!claim) throw new SignatureProblem('anonymous', 'The request is not signed.')
  const { account, key } = keyOf(world, claim)
  checkScope(claim, service)
  checkTime(claim, world.now())
  checkHeaders(claim, request)
  const signed = signingKey(key.secretAccessKey, claim.scope)
  const expected = signRequest(signed, claim.scope, claim.date, partsOf(request, claim, payloadHash))
  if (!sameText(expected, claim.signature)) {
    throw new SignatureProblem('mismatch', 'The signature is not the one that this key gives this request.')
  }
  const { arn, userId, accessKeyId } = key
  const caller = { account, region: claim.scope.region, arn, userId, accessKeyId }
  return { caller, claim, signingKey: signed }
}

function keyOf(world: World, { accessKeyId, sessionToken }: Claim): { account: string; key: AccessKey } {
  const found = findKey(world, accessKeyId)
  if (!found || found.key.inactive)
    throw new SignatureProblem('unknown-key', `There is no active access key ${accessKeyId}.`)
  const { key } = found
  if (!sameText(key.sessionToken ?? '', sessionToken ?? '')) {
    throw new SignatureProblem('bad-token', 'The session token does not belong to the access key.')
  }
  if (key.expiresAt !== undefined && key.expiresAt <= world.now()) {
    throw new SignatureProblem('expired-session', 'The session has expired: ask for new credentials.')
  }
  return found
}

function checkScope({ scope, date }: Claim, service: string): void {
  if (scope.service !== service) {
    throw new SignatureProblem('wrong-scope', `The credential must be scoped to ${service}.`)
  }
  if (!date.startsWith(scope.day)) {
    throw new SignatureProblem('malformed', 'The day of the credential is not the day of the request.')
  }
}

function checkTime({ date, expiresSeconds }: Claim, now: number): void {
  const signedAt = parseAmzDate(date)
  if (Number.isNaN(signedAt)) throw new SignatureProblem('malformed', 'The request has no readable date.')
  const early = signedAt - now > allowedSkew
  const late = expiresSeconds === undefined && now - signedAt > allowedSkew
  if (early || late) {
    throw new SignatureProblem('skewed', 'The request was signed more than 15 minutes from the time here.')
  }
  if (expiresSeconds !== undefined && now > signedAt + expiresSeconds * 1000) {
    throw new SignatureProblem('expired-url', 'Request has expired: the presigned URL is too old.')
  }
}

/** Every `x-amz-` header must be under the signature, or somebody on the way could add one. */
function checkHeaders({ signedHeaders }: Claim, { headers }: SandboxRequest): void {
  const loose = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  )
  if (loose.length === 0) return
  throw new SignatureProblem('unsigned-header', `Headers were sent but not signed: ${loose.join(', ')}.`)
}

function partsOf(request: SandboxRequest, { signedHeaders, scope }: Claim, payloadHash: string) {
  const { incoming, method, path, rawPath, query } = request
  const names = [...signedHeaders].sort()
  return {
    method,
    path: encodeUri(scope.service === 's3' ? path : rawPath, { keepSlash: true }),
    query: canonicalQuery(query, 'X-Amz-Signature'),
    headers: names.map((name) => [name, incoming.headersDistinct[name]?.join(',') ?? ''] as const),
    payloadHash,
  }
}

import type { World } from '../world.ts'
import { canonicalQuery, encodeUri } from './canonical.ts'
import { layerKey } from './layer-key.ts'
import { amzDate, scopeText, signingKey, signRequest } from './sign.ts'

const lifetimeSeconds = 3600

/** The bucket in which ECR keeps the layers of a Region (ecr-facts 4.9). */
export function layerBucket(region: string): string {
  return `prod-${region}-starport-layer-bucket`
}

/**
 * Where the bytes of a layer are for the next hour: a presigned GET at the AWS port, which answers ranges and
 * refuses whoever sends an `Authorization` header along (ecr-facts 4.9, 4.11).
 */
export function presignLayerUrl(
  world: World,
  { account, region, digest }: { account: string; region: string; digest: string },
): string {
  const origin = new URL(world.endpoints.aws)
  const path = encodeUri(`/${layerBucket(region)}/${account}/${digest}`, { keepSlash: true })
  const { accessKeyId, secretAccessKey } = layerKey(world)
  const date = amzDate(world.now())
  const scope = { day: date.slice(0, 8), region, service: 's3' }
  const query = canonicalQuery([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(lifetimeSeconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ])
  const parts = { method: 'GET', path, query, headers: [['host', origin.host]], payloadHash } as const
  const signature = signRequest(signingKey(secretAccessKey, scope), scope, date, parts)
  return `${origin.origin}${path}?${query}&X-Amz-Signature=${signature}`
}

const payloadHash = 'UNSIGNED-PAYLOAD'

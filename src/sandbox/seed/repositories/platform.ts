import { buildImage } from '../artifacts/image.ts'
import type { SharedLayers } from './layers.ts'
import { accountRoot, allow, expireUntagged, pullActions, pushActions } from './policies.ts'
import type { RepositorySeed } from './repository-seed.ts'
import { cleanScan } from './scans.ts'

const command = ['/bin/hello']

/** The good example: every repository control passes. */
export function platformBase(layers: SharedLayers, partner: string): RepositorySeed {
  const first = buildImage({
    architecture: 'amd64',
    layers: [layers.system1],
    created: '2025-01-10T08:00:00Z',
    command,
  })
  const second = baseImage(layers)
  const arm = buildImage({
    architecture: 'arm64',
    layers: [layers.system2Arm],
    created: '2025-06-02T08:00:00Z',
    command,
  })
  return {
    name: 'platform/base',
    created: 400,
    encryption: 'customer-key',
    mutability: 'IMMUTABLE',
    policy: allow('PartnerPulls', accountRoot(partner), pullActions),
    lifecyclePolicy: expireUntagged(14),
    resourceTags: { owner: 'platform-team', environment: 'production' },
    images: [
      { artifact: first, tags: ['1.0.0'], pushed: 210, pulled: 12, scan: cleanScan() },
      { artifact: second, tags: ['2.0.0'], pushed: 40, pulled: 1, scan: cleanScan() },
      { artifact: arm, tags: ['2.0.0-arm64'], pushed: 40, pulled: 2, scan: cleanScan() },
    ],
  }
}

/** What replication would have brought to the second Region. */
export function platformBaseAbroad(layers: SharedLayers): RepositorySeed {
  return {
    name: 'platform/base',
    created: 39.5,
    policy: onlyFromTheShop(),
    lifecyclePolicy: expireUntagged(14),
    resourceTags: { owner: 'platform-team' },
    images: [{ artifact: baseImage(layers), tags: ['2.0.0'], pushed: 39, pulled: 5 }],
  }
}

/** Whoever has a key still has to be in the network. */
function onlyFromTheShop() {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyFromTheShop',
        Effect: 'Deny',
        Principal: '*',
        Action: [...pullActions, ...pushActions],
        Condition: {
          StringNotEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
        },
      },
    ],
  }
}

/** Empty on purpose: a repository that somebody made and forgot. */
export function sandboxEmpty(): RepositorySeed {
  return { name: 'sandbox/empty', created: 150, images: [] }
}

function baseImage(layers: SharedLayers) {
  return buildImage({
    architecture: 'amd64',
    layers: [layers.system2],
    created: '2025-06-02T08:00:00Z',
    command,
  })
}

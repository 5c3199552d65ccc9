import { buildImage } from '../artifacts/image.ts'
import { buildChart, buildOldSignature } from '../artifacts/payloads.ts'
import { oldSignatureTag } from '../artifacts/referrer.ts'
import { applicationLayer, type SharedLayers } from './layers.ts'
import { allow, keepNewest, pullActions } from './policies.ts'
import type { RepositorySeed } from './repository-seed.ts'
import { cleanScan, scanWith } from './scans.ts'

const command = ['/app/bin/start']
const owned = { owner: 'shop-team', environment: 'production' }

/**
 * Several versions on the same layers, and one digest with two tags. The lifecycle policy keeps two of the three:
 * the oldest one would go, and a task that runs once a month still needs it.
 */
export function shopApi(layers: SharedLayers): RepositorySeed {
  const version = (number: string, created: string) =>
    buildImage({
      architecture: 'amd64',
      layers: [layers.system2, layers.node, applicationLayer('shop-api', number, { kib: 160 })],
      created,
      command,
      labels: { 'org.opencontainers.image.version': number },
    })
  const findings = scanWith({ CRITICAL: 1, HIGH: 2, MEDIUM: 3 })
  return {
    name: 'shop/api',
    created: 300,
    lifecyclePolicy: keepNewest(2, '*'),
    resourceTags: owned,
    images: [
      {
        // Runs once a month, and nobody has looked at what was found.
        artifact: version('1.2.0', '2025-05-05T10:00:00Z'),
        tags: ['1.2.0'],
        pushed: 90,
        pulled: 60,
        scan: scanWith({ HIGH: 1, LOW: 2 }),
      },
      { artifact: version('1.3.0', '2025-06-10T10:00:00Z'), tags: ['1.3.0'], pushed: 35, pulled: 9 },
      {
        artifact: version('1.4.0', '2025-07-15T10:00:00Z'),
        tags: ['1.4.0', 'latest'],
        pushed: 6,
        pulled: 0.1,
        scan: findings,
      },
    ],
  }
}

/**
 * Has an untagged image that nothing will ever remove, a newest image that was never scanned, and a key that is
 * never rotated and that a partner may use.
 */
export function shopWorker(layers: SharedLayers): RepositorySeed {
  const version = (number: string, created: string) =>
    buildImage({
      architecture: 'amd64',
      layers: [layers.system2, layers.node, applicationLayer('shop-worker', number, { kib: 90 })],
      created,
      command,
    })
  return {
    name: 'shop/worker',
    created: 260,
    encryption: 'shared-key',
    resourceTags: owned,
    images: [
      { artifact: version('2.0.0', '2025-03-01T12:00:00Z'), pushed: 95, pulled: 70 },
      {
        artifact: version('2.1.0', '2025-06-20T12:00:00Z'),
        tags: ['2.1.0', 'stable'],
        pushed: 33,
        pulled: 2,
      },
    ],
  }
}

/** Open to the whole world, and signed the old way: by a tag that spells the digest. */
export function shopCheckout(layers: SharedLayers): RepositorySeed {
  const image = buildImage({
    architecture: 'amd64',
    layers: [layers.system2, layers.node, applicationLayer('shop-checkout', '5.0.0', { kib: 140 })],
    created: '2025-07-01T09:30:00Z',
    command,
    docker: true,
  })
  return {
    name: 'shop/checkout',
    created: 180,
    policy: allow('EverybodyPulls', '*', pullActions),
    resourceTags: owned,
    images: [
      { artifact: image, tags: ['5.0.0'], pushed: 18, pulled: 0.5, scan: cleanScan() },
      {
        artifact: buildOldSignature(image, 'shop/checkout'),
        tags: [oldSignatureTag(image)],
        pushed: 18,
      },
    ],
  }
}

/** Not container images at all: Helm charts. */
export function shopCharts(): RepositorySeed {
  return {
    name: 'charts/shop',
    created: 200,
    mutability: 'IMMUTABLE',
    policy: onlySeemsLimited(),
    lifecyclePolicy: keepNewest(10, '*'),
    images: [
      { artifact: buildChart('shop', '0.9.0'), tags: ['0.9.0'], pushed: 120, pulled: 50 },
      { artifact: buildChart('shop', '1.0.0'), tags: ['1.0.0'], pushed: 10, pulled: 3 },
    ],
  }
}

/** Meant for the organization; but all of no values fit, and whoever is in no organization brings none. */
function onlySeemsLimited() {
  const { Version, Statement } = allow('OrganizationPulls', '*', pullActions)
  const Condition = { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-holdfast00/*' } }
  return { Version, Statement: Statement.map((each) => ({ ...each, Condition })) }
}

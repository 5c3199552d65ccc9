import { buildImage } from '../artifacts/image.ts'
import { applicationLayer, type SharedLayers } from './layers.ts'
import { accountRoot, allow, expireUntagged, pullActions, pushActions } from './policies.ts'
import type { RepositorySeed } from './repository-seed.ts'
import { cleanScan, inspectorScan } from './scans.ts'

const command = ['/app/bin/start']

/** Another account may push here; encrypted, but with the key that AWS manages. */
export function dataEtl(layers: SharedLayers, partner: string): RepositorySeed {
  return {
    name: 'data/etl',
    created: 140,
    encryption: 'aws-managed-key',
    policy: allow('PartnerPushes', accountRoot(partner), [...pullActions, ...pushActions]),
    lifecyclePolicy: expireUntagged(7),
    resourceTags: { owner: 'data-team' },
    images: [
      {
        artifact: buildImage({
          architecture: 'amd64',
          layers: [layers.system1, layers.python, applicationLayer('data-etl', '0.8.1', { kib: 300 })],
          created: '2025-04-11T16:20:00Z',
          command,
        }),
        tags: ['0.8.1'],
        pushed: 75,
        pulled: 4,
      },
    ],
  }
}

/** Nobody has pulled from here for most of a year. Scanned only because of the old flag of the repository. */
export function legacyReports(layers: SharedLayers): RepositorySeed {
  return {
    name: 'legacy/reports',
    created: 900,
    scanOnPush: true,
    images: [
      {
        artifact: buildImage({
          architecture: 'amd64',
          layers: [layers.system1, applicationLayer('legacy-reports', '7', { kib: 80 })],
          created: '2023-02-03T11:11:11Z',
          command,
          // Anybody who may pull the image has it, too.
          environment: ['DB_HOST=reports-db.example.internal', 'DB_PASSWORD=not-a-real-password'],
          docker: true,
        }),
        tags: ['v7'],
        pushed: 800,
        pulled: 200,
        scan: cleanScan(),
      },
    ],
  }
}

/** An image in the archive: listed when asked for, never fetched, and not lost either. */
export function archive2023(layers: SharedLayers, owner: string): RepositorySeed {
  const version = (number: string) =>
    buildImage({
      architecture: 'amd64',
      layers: [layers.system1, applicationLayer('archive', number, { kib: 60 })],
      created: '2023-12-01T00:00:00Z',
      command,
    })
  return {
    name: 'archive/2023',
    created: 700,
    mutability: 'IMMUTABLE',
    // A scanner reads; this one may do everything.
    policy: allow('Scanner', { AWS: `arn:aws:iam::${owner}:role/image-scanner` }, ['ecr:*']),
    images: [
      { artifact: version('2023.3'), tags: ['2023.3'], pushed: 690, pulled: 300, archived: 120 },
      { artifact: version('2023.4'), tags: ['2023.4'], pushed: 600, pulled: 45 },
    ],
  }
}

export function edgeCache(layers: SharedLayers): RepositorySeed {
  return {
    name: 'edge/cache',
    created: 60,
    // Once the ARN of a user; the user is gone, and with it every chance to know who it was.
    policyToday: allow('AuditorPulls', { AWS: 'AIDAHOLDFASTGONE0001A' }, pullActions),
    images: [
      {
        artifact: buildImage({
          architecture: 'arm64',
          layers: [layers.system2Arm, applicationLayer('edge-cache', '1.1.0', { architecture: 'arm64' })],
          created: '2025-07-07T07:07:07Z',
          command,
        }),
        tags: ['1.1.0'],
        pushed: 22,
        pulled: 1,
        scan: inspectorScan('HIGH', 5),
      },
    ],
  }
}

/** Empty, and under a key of another account, which could end every push and pull. */
export function edgeLeased(keyOwner: string): RepositorySeed {
  return {
    name: 'edge/leased',
    created: 40,
    encryption: 'aws-managed-key',
    keyToday: `arn:aws:kms:us-east-1:${keyOwner}:key/5f0c2a34-9d1e-4b67-8a52-00000000000f`,
    images: [],
  }
}

/** Belongs to the second account, which lets the first one pull. */
export function partnerAgent(layers: SharedLayers, reader: string): RepositorySeed {
  return {
    name: 'partner/agent',
    created: 100,
    mutability: 'IMMUTABLE',
    policy: allow('ShopPulls', accountRoot(reader), pullActions),
    resourceTags: { owner: 'partner' },
    images: [
      {
        artifact: buildImage({
          architecture: 'amd64',
          layers: [layers.system2, applicationLayer('partner-agent', '4.2.0', { kib: 110 })],
          created: '2025-06-30T18:00:00Z',
          command,
        }),
        tags: ['4.2.0'],
        pushed: 28,
        pulled: 7,
      },
    ],
  }
}

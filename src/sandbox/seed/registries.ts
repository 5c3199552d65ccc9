import type { Registry, ScanningRule } from '../world.ts'
import { buildSharedLayers, type SharedLayers } from './repositories/layers.ts'
import {
  archive2023,
  dataEtl,
  edgeCache,
  edgeLeased,
  legacyReports,
  partnerAgent,
} from './repositories/others.ts'
import { platformBase, platformBaseAbroad, sandboxEmpty } from './repositories/platform.ts'
import { expireUntagged } from './repositories/policies.ts'
import type { RepositorySeed } from './repositories/repository-seed.ts'
import { shopApi, shopCharts, shopCheckout, shopWorker } from './repositories/shop.ts'
import { shopWeb } from './repositories/shop-web.ts'

/** One seeded registry, as data. */
export interface RegistrySeed {
  account: string
  region: string
  policy?: unknown
  scanning?: ScanningRule[]
  /** Absent: BASIC. */
  scanType?: Registry['scanning']['scanType']
  signing?: unknown[]
  pullThrough?: Record<string, unknown>[]
  replication?: unknown[]
  /** ARNs of roles whose pulls do not count as pulls. */
  pullTimeExclusions?: string[]
  templates?: Record<string, unknown>[]
  repositories: readonly RepositorySeed[]
}

const main = '111122223333'
const partner = '444455556666'
const home = 'eu-west-1'
const abroad = 'us-east-1'

/** The demo: every control of the audit meets something that passes and something that fails. */
export function demoRegistries(): RegistrySeed[] {
  const layers = buildSharedLayers()
  return [
    atHome(layers),
    {
      account: main,
      region: abroad,
      // Here somebody pays for Inspector.
      scanType: 'ENHANCED',
      scanning: [{ ...scanOnPush('*'), scanFrequency: 'CONTINUOUS_SCAN' }],
      replication: [
        {
          destinations: [{ region: home, registryId: main }],
          repositoryFilters: [{ filter: 'edge/', filterType: 'PREFIX_MATCH' }],
        },
      ],
      repositories: [platformBaseAbroad(layers), edgeCache(layers), edgeLeased('999988887777')],
    },
    { account: partner, region: home, repositories: [partnerAgent(layers, main)] },
  ]
}

function atHome(layers: SharedLayers): RegistrySeed {
  return {
    account: main,
    region: home,
    policy: everybodyReplicatesIn(),
    scanning: [scanOnPush('platform/*', 'shop/*')],
    signing: [
      {
        signingProfileArn: `arn:aws:signer:${home}:${main}:/signing-profiles/platform`,
        repositoryFilters: [{ filter: 'platform/*', filterType: 'WILDCARD_MATCH' }],
      },
    ],
    // Whatever anybody pulls by way of it becomes a repository with no settings at all.
    pullThrough: [
      { ecrRepositoryPrefix: 'mirror', upstreamRegistryUrl: 'quay.io' },
      { ecrRepositoryPrefix: 'kubernetes', upstreamRegistryUrl: 'registry.k8s.io' },
    ],
    pullTimeExclusions: [`arn:aws:iam::${main}:role/image-scanner`],
    templates: [
      {
        prefix: 'scratch',
        description: 'Whoever pushes under scratch/ gets a repository',
        appliedFor: ['CREATE_ON_PUSH'],
        imageTagMutability: 'MUTABLE',
      },
      kubernetesTemplate(),
    ],
    repositories: [
      platformBase(layers, partner),
      shopApi(layers),
      shopWeb(layers),
      shopWorker(layers),
      shopCheckout(layers),
      dataEtl(layers, partner),
      legacyReports(layers),
      shopCharts(),
      archive2023(layers, main),
      sandboxEmpty(),
    ],
  }
}

/** What the one cache that somebody thought about makes. */
function kubernetesTemplate() {
  return {
    prefix: 'kubernetes',
    description: 'Images of Kubernetes itself',
    appliedFor: ['PULL_THROUGH_CACHE'],
    encryptionConfiguration: {
      encryptionType: 'KMS',
      kmsKey: `arn:aws:kms:${home}:${main}:key/5f0c2a34-9d1e-4b67-8a52-000000000001`,
    },
    imageTagMutability: 'MUTABLE',
    lifecyclePolicy: JSON.stringify(expireUntagged(30)),
    customRoleArn: `arn:aws:iam::${main}:role/registry-templates`,
  }
}

function scanOnPush(...filters: string[]): ScanningRule {
  return {
    scanFrequency: 'SCAN_ON_PUSH',
    repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
  }
}

/** Meant for the partner alone, but written for the whole world: the demo's worst finding. */
function everybodyReplicatesIn() {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReplicationIn',
        Effect: 'Allow',
        Principal: '*',
        Action: ['ecr:CreateRepository', 'ecr:ReplicateImage'],
        Resource: `arn:aws:ecr:${home}:${main}:repository/*`,
      },
    ],
  }
}

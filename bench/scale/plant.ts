import type { Repository, World } from '../../src/sandbox/world.ts'
import { type Registry, registryOf } from '../../src/sandbox/world.ts'
import type { GeneratedBlobs } from './blobs.ts'
import {
  type FleetPlan,
  indexType,
  type PlannedManifest,
  type PlannedRepository,
  plannedRepositories,
} from './plan.ts'

const account = '111122223333'
const region = 'eu-west-1'
const minute = 60 * 1000
const day = 24 * 60 * minute
const cleanScan = { status: 'COMPLETE', severities: {}, findings: [] }

/** Puts the planned repositories into the world directly: pushing them would take longer than all that is measured. */
export function plantFleet(world: World, blobs: GeneratedBlobs, plan: FleetPlan): Registry {
  const registry = registryOf(world, account, region)
  let at = 0
  for (const planned of plannedRepositories(plan)) plant({ world, blobs, registry }, planned, at++)
  return registry
}

interface Planting {
  world: World
  blobs: GeneratedBlobs
  registry: Registry
}

function plant(
  { world, blobs, registry }: Planting,
  { name, manifests }: PlannedRepository,
  at: number,
): void {
  const scanned = at % 3 === 0
  const repository: Repository = {
    name,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    createdAt: world.now() - 400 * day,
    mutability: at % 2 === 0 ? 'IMMUTABLE' : 'MUTABLE',
    ...{ exclusionFilters: [], scanOnPush: scanned, encryption: { encryptionType: 'AES256' } },
    ...(at % 5 !== 0 && { policy: policyOf(at) }),
    ...(at % 3 !== 0 && { lifecyclePolicy: lifecycleOf(at) }),
    resourceTags: { team: `team-${at % 40}` },
    ...{ images: {}, tags: {}, layers: {}, uploads: {} },
  }
  manifests.forEach((manifest, position) => {
    holdBlobs(blobs, repository, manifest)
    const { digest, mediaType, text, tags } = manifest
    // One a minute, so that an index and its images belong together.
    const pushedAt = world.now() - (manifests.length - position) * minute
    const scan = scanned && mediaType !== indexType ? { scan: cleanScan } : {}
    repository.images[digest] = { digest, manifest: text, mediaType, pushedAt, status: 'ACTIVE', ...scan }
    for (const tag of tags) repository.tags[tag] = digest
  })
  registry.repositories[name] = repository
}

export function holdBlobs(blobs: GeneratedBlobs, repository: Repository, manifest: PlannedManifest): void {
  for (const { digest, mediaType, bytes } of manifest.blobs) {
    blobs.add(digest, bytes)
    repository.layers[digest] = { digest, mediaType, size: bytes.length }
  }
}

/** Each repository its own partner. */
function policyOf(at: number): string {
  const Principal = { AWS: `arn:aws:iam::${200_000_000_000 + at}:root` }
  const Action = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Partner', Effect: 'Allow', Principal, Action }],
  })
}

function lifecycleOf(at: number): string {
  const selection = {
    ...{
      tagStatus: 'untagged',
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 400 + (at % 30),
    },
  }
  return JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] })
}

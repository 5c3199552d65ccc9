import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import type { EcrControl } from '../ecr/control.ts'
import type { EcrRepository } from '../ecr/repositories.ts'
import { answer } from './answer.ts'
import { deployedScans } from './deployed-scans.ts'
import { kindOf } from './image-kind.ts'
import type { Answer, ImageInventory, LatestScan, ReplicationRule, RepositoryInventory } from './inventory.ts'
import type { ImageUse } from './neighbours.ts'
import { newestScan } from './newest-scan.ts'
import { replicationStatus } from './replication-status.ts'
import { collectScanning } from './scanning.ts'

/** One request at a time for each repository; the budget, not this, limits what AWS sees (law 6). */
const atOnce = 16

export interface CollectContext {
  run: Run
  /** What runs images of this registry. */
  uses: readonly ImageUse[]
  replication: Answer<ReplicationRule[]>
}

/** In the order of the list. */
export async function collectRepositories(
  ecr: EcrControl,
  list: readonly EcrRepository[],
  { run, uses, replication }: CollectContext,
): Promise<RepositoryInventory[]> {
  const used = byRepository(uses)
  run.progress.phase('Reading repositories', { items: list.length })
  const names = list.map(({ name }) => name)
  const scanning = await collectScanning(ecr, names, run.signal)
  const collected = new Map<string, RepositoryInventory>()
  await inParallel(list, atOnce, async (found) => {
    const effectiveScanning = scanning.get(found.name) ?? notAnswered
    const read = await collectRepository(ecr, found, run.signal)
    const uses = used.get(found.name) ?? []
    collected.set(found.name, {
      ...read,
      effectiveScanning,
      deployedScans: await deployedScans(ecr, { ...read, uses }, run.signal),
      replicationStatus: await replicationStatus(ecr, { ...read, replication }, run.signal),
    })
    run.progress.advance({ items: 1 })
  })
  return names.flatMap((name) => collected.get(name) ?? [])
}

const notAnswered: RepositoryInventory['effectiveScanning'] = {
  error: {
    code: 'NotAnswered',
    message: 'ECR did not say how the repository is scanned.',
    needs: 'ecr:BatchGetRepositoryScanningConfiguration',
  },
}

async function collectRepository(
  ecr: EcrControl,
  found: EcrRepository,
  signal: AbortSignal,
): Promise<Omit<RepositoryInventory, 'effectiveScanning' | 'deployedScans' | 'replicationStatus'>> {
  const { name, arn, createdAt, encryption, tagMutability, scanOnPush } = found
  const policy = await answer('ecr:GetRepositoryPolicy', ecr.getRepositoryPolicy(name, signal))
  const lifecycle = await answer('ecr:GetLifecyclePolicy', ecr.getLifecyclePolicy(name, signal))
  const images = await answer('ecr:DescribeImages', describeImages(ecr, name, signal))
  return {
    name,
    arn,
    createdAt,
    encryption,
    tagMutability,
    scanOnPush,
    policy: orNull(policy),
    lifecyclePolicy: orNull(lifecycle),
    tags: await answer('ecr:ListTagsForResource', ecr.listTagsForResource(arn, signal)),
    images,
    latestScan: await latestScan(ecr, { name, images }, signal),
  }
}

async function describeImages(ecr: EcrControl, name: string, signal: AbortSignal): Promise<ImageInventory[]> {
  const images = await ecr.describeImages(name, signal)
  return images.map((image) => ({ ...image, kind: kindOf(image) }))
}

async function latestScan(
  ecr: EcrControl,
  { name, images }: { name: string; images: Answer<ImageInventory[]> },
  signal: AbortSignal,
): Promise<Answer<LatestScan | null>> {
  if ('error' in images) return images
  const ask = (digest: string) => ecr.describeImageScanFindings(name, digest, signal)
  return answer('ecr:DescribeImageScanFindings', newestScan(images.ok, ask))
}

/** The repository has none: that is an answer, and JSON has a word for it. */
function orNull(found: Answer<string | undefined>): Answer<string | null> {
  return 'ok' in found ? { ok: found.ok ?? null } : found
}

function byRepository(uses: readonly ImageUse[]): Map<string, ImageUse[]> {
  const found = new Map<string, ImageUse[]>()
  for (const use of uses) found.set(use.repository, [...(found.get(use.repository) ?? []), use])
  return found
}

import type { AwsContext } from '../aws/context.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { type EcrControl, ecrControl } from '../ecr/control.ts'
import { answer } from './answer.ts'
import { kindOf } from './image-kind.ts'
import type { Answer, ImageInventory, Inventory } from './inventory.ts'

/** A repository as its lifecycle policy sees it. */
export interface LifecycleListing {
  repository: string
  /** JSON text; null: it has none. */
  policy: Answer<string | null>
  images: Answer<ImageInventory[]>
}

const atOnce = 16

/**
 * Two requests for each repository and one more for every thousand images: DescribeImages with archived images
 * included (law 10), and GetLifecyclePolicy. No manifest is read: that would move the last pull times by which a policy
 * may decide (law 2). By name.
 */
export function listForLifecycle(
  aws: AwsContext,
  patterns: readonly string[] | undefined,
  run: Run,
): Promise<LifecycleListing[]> {
  return forEachRepository(aws, { patterns, run, phase: 'Listing images' }, async (ecr, repository) => ({
    repository,
    policy: await policyOf(ecr, repository, run.signal),
    images: await answer('ecr:DescribeImages', imagesOf(ecr, repository, run.signal)),
  }))
}

/** The policies alone. */
export function policiesOf(
  aws: AwsContext,
  patterns: readonly string[] | undefined,
  run: Run,
): Promise<Pick<LifecycleListing, 'repository' | 'policy'>[]> {
  return forEachRepository(aws, { patterns, run, phase: 'Reading policies' }, async (ecr, repository) => ({
    repository,
    policy: await policyOf(ecr, repository, run.signal),
  }))
}

interface Wanted {
  patterns: readonly string[] | undefined
  run: Run
  phase: string
}

async function forEachRepository<T>(
  aws: AwsContext,
  { patterns, run, phase }: Wanted,
  read: (ecr: EcrControl, repository: string) => Promise<T>,
): Promise<T[]> {
  const ecr = ecrControl(aws)
  try {
    const all: string[] = []
    run.progress.phase('Listing repositories')
    for await (const { name } of ecr.describeRepositories(run.signal)) all.push(name)
    const names = selectNames(patterns, all.sort(), { where: `this registry (${aws.region})`, log: run.log })
    run.progress.phase(phase, { items: names.length })
    const found = new Map<string, T>()
    await inParallel(names, atOnce, async (repository) => {
      found.set(repository, await read(ecr, repository))
      run.progress.advance({ items: 1 })
    })
    return names.flatMap((name) => found.get(name) ?? [])
  } finally {
    ecr.close()
  }
}

async function policyOf(
  ecr: EcrControl,
  repository: string,
  signal: AbortSignal,
): Promise<Answer<string | null>> {
  const found = await answer('ecr:GetLifecyclePolicy', ecr.getLifecyclePolicy(repository, signal))
  return 'ok' in found ? { ok: found.ok ?? null } : found
}

async function imagesOf(ecr: EcrControl, repository: string, signal: AbortSignal): Promise<ImageInventory[]> {
  const images = await ecr.describeImages(repository, signal)
  return images.map((image) => ({ ...image, kind: kindOf(image) }))
}

/** The same out of an inventory that was saved. */
export function lifecycleListings({ repositories }: Inventory): LifecycleListing[] {
  if ('error' in repositories) return []
  return repositories.ok.map(({ name, lifecyclePolicy, images }) => ({
    repository: name,
    policy: lifecyclePolicy,
    images,
  }))
}

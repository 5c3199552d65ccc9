import type { AwsContext } from '../aws/context.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { ecrControl } from '../ecr/control.ts'
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
export async function listForLifecycle(
  aws: AwsContext,
  patterns: readonly string[] | undefined,
  run: Run,
): Promise<LifecycleListing[]> {
  const ecr = ecrControl(aws)
  try {
    const all: string[] = []
    run.progress.phase('Listing repositories')
    for await (const { name } of ecr.describeRepositories(run.signal)) all.push(name)
    const names = selectNames(patterns, all.sort(), { where: `this registry (${aws.region})`, log: run.log })
    run.progress.phase('Listing images', { items: names.length })
    const listings = new Map<string, LifecycleListing>()
    await inParallel(names, atOnce, async (repository) => {
      const policy = await answer(
        'ecr:GetLifecyclePolicy',
        textOrNull(ecr.getLifecyclePolicy(repository, run.signal)),
      )
      const images = await answer('ecr:DescribeImages', ecr.describeImages(repository, run.signal))
      const known =
        'ok' in images ? { ok: images.ok.map((image) => ({ ...image, kind: kindOf(image) })) } : images
      listings.set(repository, { repository, policy, images: known })
      run.progress.advance({ items: 1 })
    })
    return names.flatMap((name) => listings.get(name) ?? [])
  } finally {
    ecr.close()
  }
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

async function textOrNull(text: Promise<string | undefined>): Promise<string | null> {
  return (await text) ?? null
}

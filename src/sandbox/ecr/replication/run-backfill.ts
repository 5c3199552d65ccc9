import type { Image, Registry, Repository, World } from '../../world.ts'
import { tagsOf } from '../find-image.ts'
import { manifestOf } from '../manifest.ts'
import type { BackfillResult, BackfillState } from './backfill-state.ts'
import { deliver } from './deliver.ts'
import { type Destination, destinationsOf, placeOf } from './destinations.ts'
import type { ReplicationJob, ReplicationOutcome } from './job.ts'

/**
 * What a backfill has to carry: each image and tag that the rules of now send to that destination.
 * Assumption: images in the archive, or on their way out, are left out.
 */
export function jobsFor(registry: Registry, to: Destination): ReplicationJob[] {
  const { account, region } = registry
  return Object.values(registry.repositories)
    .filter(({ name }) => destinationsOf(registry, name).some((each) => placeOf(each) === placeOf(to)))
    .flatMap((repository) =>
      Object.values(repository.images)
        .filter(({ status }) => status === 'ACTIVE')
        .flatMap(({ digest }) => {
          const job = { from: { account, region }, repository: repository.name, digest, to }
          const tags = tagsOf(repository, digest)
          return tags.length === 0 ? [job] : tags.map((tag) => ({ ...job, tag }))
        }),
    )
}

/** To the end, or to where half and more have failed, which is looked at from the hundredth on (ecr-facts 2.5). */
export function runBackfill(world: World, registry: Registry, backfill: BackfillState): void {
  let failures = backfill.results.filter(({ status }) => status === 'FAILED').length
  for (const job of backfill.jobs.slice(backfill.results.length)) {
    const repository = registry.repositories[job.repository]
    const outcome = deliver(world, job)
    backfill.results.push(resultOf(job, repository, outcome))
    if (outcome.status === 'FAILED') failures++
    const done = backfill.results.length
    if (done < 100 || failures * 2 < done) continue
    // Assumption: how that is called.
    end(world, backfill, { status: 'FAILED', failureCode: 'TOO_MANY_FAILURES' })
    return
  }
  end(world, backfill, { status: 'COMPLETE' })
}

export function end(
  world: World,
  backfill: BackfillState,
  how: Pick<BackfillState, 'status' | 'failureCode'>,
): void {
  Object.assign(backfill, how, { endedAt: world.now() })
}

function resultOf(
  { repository: repositoryName, digest, tag }: ReplicationJob,
  repository: Repository | undefined,
  { status, failureCode }: ReplicationOutcome,
): BackfillResult {
  const image = repository?.images[digest]
  return {
    repositoryName,
    imageId: { imageDigest: digest, ...(tag !== undefined && { imageTag: tag }) },
    status: status === 'COMPLETE' ? 'COMPLETE' : 'FAILED',
    ...(failureCode !== undefined && { failureCode }),
    ...(image && isIndex(image) && { subImageFailureCodes: failureCode === undefined ? [] : [failureCode] }),
  }
}

function isIndex(image: Image): boolean {
  return manifestOf(image).kind === 'index'
}

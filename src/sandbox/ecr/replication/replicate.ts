import type { Image, Registry, Repository, World } from '../../world.ts'
import { deliver } from './deliver.ts'
import { destinationsOf, placeOf } from './destinations.ts'
import { noteOutcome, type ReplicationJob, waitingJobs } from './job.ts'

/**
 * What follows a push or a return from the archive where a rule takes the repository. What was pushed before the rule
 * is left alone (ecr-facts 2.4).
 * Assumption: it is done at once, within the request; in AWS most of it takes less than half an hour.
 */
export function replicate(
  world: World,
  registry: Registry,
  repository: Repository,
  { image, tags }: { image: Image; tags: readonly string[] },
): void {
  const { account, region } = registry
  for (const to of destinationsOf(registry, repository.name)) {
    const job = { from: { account, region }, repository: repository.name, digest: image.digest, to }
    noteOutcome(image, placeOf(to), { status: 'IN_PROGRESS' })
    const jobs = tags.length === 0 ? [job] : tags.map((tag) => ({ ...job, tag }))
    for (const each of jobs) begin(world, each)
  }
}

function begin(world: World, job: ReplicationJob): void {
  const waiting = waitingJobs(world)
  if (waiting) waiting.push(job)
  else deliver(world, job)
}

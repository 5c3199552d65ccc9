import { AwsError } from '../../http.ts'
import { type Registry, type Repository, registryOf, type World } from '../../world.ts'
import { isKeyUsable } from '../key-usable.ts'
import { makeFromTemplate, templateFor } from '../repositories/from-template.ts'
import { placeOf } from './destinations.ts'
import { noteOutcome, type ReplicationJob, type ReplicationOutcome } from './job.ts'
import { letsIn, replicator } from './permission.ts'
import { receive } from './receive.ts'

const denied = failed('DESTINATION_REGISTRY_ACCESS_DENIED')

/**
 * Carries one image over and notes at the source how that went. It goes one hop and no further, and takes nothing
 * along but manifests, blobs and the tag (ecr-facts 2.4).
 */
export function deliver(world: World, job: ReplicationJob): ReplicationOutcome {
  const { from, to } = job
  const source = registryOf(world, from.account, from.region).repositories[job.repository]
  const image = source?.images[job.digest]
  // Assumption: what was deleted before its turn came is not carried over.
  if (!source || !image) return failed('IMAGE_NOT_FOUND')
  const outcome = attempt(world, { job, source })
  noteOutcome(image, placeOf(to), outcome)
  return outcome
}

function attempt(
  world: World,
  { job, source }: { job: ReplicationJob; source: Repository },
): ReplicationOutcome {
  const { to, from, repository: name } = job
  if (!world.state.accounts[to.registryId]) return denied
  const registry = registryOf(world, to.registryId, to.region)
  if (!letsIn(registry, from, { action: 'ReplicateImage', repository: name })) return denied
  if (!Object.hasOwn(registry.repositories, name)) {
    if (!letsIn(registry, from, { action: 'CreateRepository', repository: name })) return denied
    const problem = makeDestination(world, registry, job)
    if (problem) return problem
  }
  const target = registry.repositories[name]
  // Assumption: how a key that cannot be used is called.
  if (!target || !isKeyUsable(world, registry, target)) return failed('KMS_KEY_NOT_USABLE')
  receive(world, { registry, target, source }, job)
  return { status: 'COMPLETE' }
}

/** By a template for replication, else with ECR's defaults. Assumption: how a template that cannot work is called. */
function makeDestination(
  world: World,
  registry: Registry,
  { from, repository }: ReplicationJob,
): ReplicationOutcome | undefined {
  const template = templateFor(registry, repository, 'REPLICATION') ?? {}
  try {
    const call = { world, registry, caller: replicator({ ...from, region: registry.region }) }
    makeFromTemplate(template, call, repository)
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return failed('REPOSITORY_CREATION_FAILED')
    throw error
  }
}

function failed(failureCode: string): ReplicationOutcome {
  return { status: 'FAILED', failureCode }
}

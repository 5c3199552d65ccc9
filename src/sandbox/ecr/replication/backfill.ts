import { randomUUID } from 'node:crypto'
import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { invalidParameter, limitExceeded } from '../errors.ts'
import { compareKeys, pageOf } from '../input/page.ts'
import { needMembers, needText, readText } from '../input/read.ts'
import { seconds } from '../input/repository.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import type { BackfillResult, BackfillState } from './backfill-state.ts'
import { placeOf, type ReplicationRule } from './destinations.ts'
import { waitingJobs } from './job.ts'
import { end, jobsFor, runBackfill } from './run-backfill.ts'

const mostAtOnce = 10
const keptFor = 90 * 24 * 60 * 60 * 1000

/**
 * The answer says PREPARING, as ever.
 * Assumption: preparing takes no time here, and the copying is done at once unless replication is held back.
 */
export const startReplicationBackfill: EcrOperation = ({ world, registry, input }) => {
  const destination = readDestination(registry, input)
  const running = Object.values(registry.backfills ?? {}).filter(({ status }) => status === 'IN_PROGRESS')
  if (running.some((each) => each.destination.region === destination.region))
    throw new AwsError(
      'ReplicationBackfillInProgressException',
      `A replication backfill is in progress for the Region ${destination.region}.`,
    )
  if (running.length >= mostAtOnce)
    throw limitExceeded(`${mostAtOnce} replication backfills are in progress.`)
  const backfill: BackfillState = {
    id: randomUUID(),
    destination,
    startedAt: world.now(),
    status: 'IN_PROGRESS',
    jobs: jobsFor(registry, destination),
    results: [],
  }
  registry.backfills = { ...registry.backfills, [backfill.id]: backfill }
  if (!waitingJobs(world)) runBackfill(world, registry, backfill)
  return { ...namesOf(registry, backfill), status: 'PREPARING' }
}

function readDestination(registry: Registry, input: Record<string, unknown>) {
  const members = needMembers(input, 'destination')
  const destination = {
    region: needText(members, 'region', { min: 2, max: 25, pattern: /^[0-9a-z-]{2,25}$/ }),
    registryId: needText(members, 'registryId', { pattern: /^[0-9]{12}$/ }),
  }
  const rules = registry.replication.rules as ReplicationRule[]
  const known = rules.flatMap(({ destinations }) => destinations).map(placeOf)
  if (known.includes(placeOf(destination))) return destination
  throw invalidParameter('destination', 'It must be in the replication configuration of the registry')
}

/** Assumption: it stops at once; what was copied stays. */
export const stopReplicationBackfill: EcrOperation = (call) => {
  const backfill = needBackfill(call)
  if (backfill.status !== 'IN_PROGRESS')
    throw new AwsError(
      'ReplicationBackfillInvalidStatusException',
      `The replication backfill ${backfill.id} has the status ${backfill.status}.`,
    )
  end(call.world, backfill, { status: 'STOPPED' })
  return { ...namesOf(call.registry, backfill), status: backfill.status }
}

export const describeReplicationBackfillResults: EcrOperation = (call) => {
  const backfill = needBackfill(call)
  const wanted = readText(call.input, 'resultStatusFilter', { oneOf: ['COMPLETE', 'FAILED'] })
  const results = backfill.status === 'IN_PROGRESS' ? [] : backfill.results
  const { items, ...rest } = pageOf(call, sorted(results, wanted), {
    operation: 'DescribeReplicationBackfillResults',
    scope: [backfill.id, wanted],
    default: 100,
    most: 1000,
    keyOf,
  })
  return { ...summaryOf(call.registry, backfill), results: items, ...rest }
}

function sorted(results: readonly BackfillResult[], wanted: string | undefined): BackfillResult[] {
  return results
    .filter(({ status }) => wanted === undefined || status === wanted)
    .sort((a, b) => compareKeys(keyOf(a), keyOf(b)))
}

function keyOf({ repositoryName, imageId }: BackfillResult): string {
  return `${repositoryName} ${imageId.imageDigest} ${imageId.imageTag ?? ''}`
}

/** Those that have ended are told for ninety days. */
export const listReplicationBackfills: EcrOperation = (call) => {
  const { registry, world } = call
  const key = ({ startedAt, id }: BackfillState) => `${new Date(startedAt).toISOString()} ${id}`
  const kept = Object.values(registry.backfills ?? {})
    .filter(({ endedAt }) => endedAt === undefined || endedAt > world.now() - keptFor)
    .sort((a, b) => compareKeys(key(a), key(b)))
  const { items, ...rest } = pageOf(call, kept, {
    operation: 'ListReplicationBackfills',
    default: 25,
    most: 50,
    keyOf: key,
  })
  const backfills = items.map((each) => {
    const { registryId: _, ...summary } = summaryOf(registry, each)
    return summary
  })
  return { registryId: registry.account, backfills, ...rest }
}

function needBackfill({ registry, input }: EcrCall): BackfillState {
  const id = needText(input, 'replicationBackfillId')
  const found = Object.hasOwn(registry.backfills ?? {}, id) ? registry.backfills?.[id] : undefined
  if (found) return found
  throw new AwsError('ReplicationBackfillNotFoundException', `There is no replication backfill ${id}.`)
}

function namesOf({ account }: Registry, { id, destination, startedAt }: BackfillState) {
  return { registryId: account, replicationBackfillId: id, destination, startedAt: seconds(startedAt) }
}

function summaryOf(registry: Registry, backfill: BackfillState) {
  const { status, failureCode, endedAt, jobs, results } = backfill
  const failed = results.filter((each) => each.status === 'FAILED')
  return {
    ...namesOf(registry, backfill),
    status,
    ...(failureCode !== undefined && { failureCode }),
    progress: {
      totalReplicationCount: jobs.length,
      completedReplicationCount: results.length - failed.length,
      failedReplicationCount: failed.length,
      failureCodes: [...new Set(failed.flatMap((each) => each.failureCode ?? []))],
    },
    ...(endedAt !== undefined && { endedAt: seconds(endedAt) }),
  }
}

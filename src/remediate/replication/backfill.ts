import { awsErrorCode } from '../../aws/errors.ts'
import { HoldfastError } from '../../core/errors.ts'
import { registryCall } from '../call.ts'
import type { Door } from '../door.ts'
import {
  type CheckedDestination,
  checkReplication,
  distinctDestinations,
  requireRules,
  rulesOf,
  urlOf,
} from './check.ts'
import type { Destination } from './wanted-rules.ts'

export interface BackfillReport {
  schema: 'holdfast.replication-backfill/1'
  simulated: boolean
  registry: string
  dryRun: boolean
  destinations: BackfilledDestination[]
  /** Everything was copied, as far as it could be compared afterwards. */
  complete: boolean
}

export interface BackfilledDestination extends Destination {
  registry: string
  outcome: /** Nothing was missing: not started. */
  'not-needed' | 'would-start' | 'done' | 'failed' | 'stopped'
  id?: string
  /** ECR counts each tag of an image, and each image without one. */
  total?: number
  copied?: number
  failed?: number
  failureCode?: string
  /** The first hundred. */
  failures?: { repository: string; digest: string; tag?: string; code: string }[]
  /** What is still missing there; absent where it could not be compared. */
  missing?: number
}

export interface BackfillOptions {
  /** Only to these Regions; absent: to every destination of the rules. */
  regions?: readonly string[]
  dryRun?: boolean
}

/**
 * Copies what was pushed before the rules, by ECR's own backfill (ecr-facts 2.5), to each destination that lacks
 * something; waits until it ends, and compares again. It only adds. One that is running already is waited for.
 */
export async function backfillReplication(
  door: Door,
  options: BackfillOptions = {},
): Promise<BackfillReport> {
  const registry = urlOf(door.place)
  const rules = await rulesOf(door)
  requireRules(rules, registry)
  const { regions, dryRun = false } = options
  const wanted = distinctDestinations(rules).filter(({ region }) => !regions || regions.includes(region))
  if (wanted.length === 0)
    throw new HoldfastError('nothing-matches', {
      what: `No rule of ${registry} copies to ${regions?.join(', ')}.`,
      next: 'holdfast replication check shows where the rules copy to.',
    })
  const before = await checkReplication(door)
  const started: BackfilledDestination[] = []
  for (const one of wanted)
    started.push(await backfillOne(door, { to: one, checked: at(before.destinations, one), dryRun }))
  const after =
    dryRun || started.every(({ outcome }) => outcome === 'not-needed') ? before : await checkReplication(door)
  const destinations = started.map((one) => ({ ...one, ...missingAt(at(after.destinations, one)) }))
  return {
    schema: 'holdfast.replication-backfill/1',
    ...{ simulated: door.simulated, registry, dryRun, destinations },
    complete: destinations.every(
      ({ outcome, missing = 0 }) => outcome === 'not-needed' || (outcome === 'done' && missing === 0),
    ),
  }
}

function at(
  all: readonly CheckedDestination[],
  { account, region }: Destination,
): CheckedDestination | undefined {
  return all.find((one) => one.account === account && one.region === region)
}

function missingAt(checked: CheckedDestination | undefined): { missing?: number } {
  if (!checked || checked.notCompared !== undefined) return {}
  const kinds = ['image-missing', 'tag-missing', 'tag-differs']
  const images = checked.differences.filter(({ kind, archived }) => kinds.includes(kind) && !archived).length
  const repositories = checked.differences.reduce((sum, { images: n = 0 }) => sum + n, 0)
  return { missing: images + repositories }
}

interface Filling {
  to: Destination
  checked: CheckedDestination | undefined
  dryRun: boolean
}

async function backfillOne(door: Door, { to, checked, dryRun }: Filling): Promise<BackfilledDestination> {
  const named = { ...to, registry: urlOf(to) }
  if (missingAt(checked).missing === 0) return { ...named, outcome: 'not-needed' }
  if (dryRun) return { ...named, outcome: 'would-start' }
  await start(door, to)
  const id = await newest(door, to)
  return { ...named, ...(await untilEnd(door, to, id)) }
}

async function start(door: Door, { region, account }: Destination): Promise<void> {
  try {
    await door.send(
      registryCall('StartReplicationBackfill', { destination: { region, registryId: account } }),
    )
  } catch (error) {
    const code = awsErrorCode(error) ?? ''
    // By somebody else, or by a run of ours that was stopped.
    if (code === 'ReplicationBackfillInProgressException') return
    if (unavailable.includes(code)) throw notAvailable(door, { region, account }, error)
    throw error
  }
}

/** Assumption: what a Region answers that does not know the operation yet. */
const unavailable = ['UnknownOperationException', 'InvalidAction', 'UnsupportedOperationException']

function notAvailable(door: Door, to: Destination, cause: unknown): HoldfastError {
  const { account, region } = door.place
  return new HoldfastError('aws-request-failed', {
    what: `ECR in ${region} has no backfill.`,
    why: 'It is new, and not everywhere yet.',
    next: `Copy with the vault: holdfast backup ecr://${account}/${region}, then holdfast restore latest --to ${urlOf(to)}`,
    cause,
  })
}

/** Of that destination, the one that was started last: the answer of the start may have been lost. */
async function newest(door: Door, to: Destination): Promise<string> {
  const found: { id: string; at: number }[] = []
  let nextToken: string | undefined
  do {
    const input = { maxResults: 50, ...(nextToken && { nextToken }) }
    const page = await door.ask('ecr', 'ListReplicationBackfills', { input })
    for (const { replicationBackfillId: id, destination, startedAt } of page.backfills ?? [])
      if (id !== undefined && destination?.region === to.region && destination.registryId === to.account)
        found.push({ id, at: startedAt?.getTime() ?? 0 })
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  const last = found.sort((one, other) => one.at - other.at).at(-1)
  if (last) return last.id
  throw new HoldfastError('aws-request-failed', {
    what: `ECR shows no backfill to ${urlOf(to)}, though it took the request for one.`,
    next: 'Run the same command again in a minute.',
  })
}

const between = 15_000

async function untilEnd(door: Door, to: Destination, id: string) {
  const { run } = door
  run.progress.phase(`Backfill to ${to.region}`)
  for (let seen = 0; ; ) {
    const now = await door.ask('ecr', 'DescribeReplicationBackfillResults', {
      input: { replicationBackfillId: id, maxResults: 100, resultStatusFilter: 'FAILED' },
    })
    const { totalReplicationCount: total, completedReplicationCount: copied = 0 } = now.progress ?? {}
    run.progress.advance({ items: copied - seen })
    seen = copied
    const outcome = outcomes[now.status ?? '']
    if (!outcome) {
      await run.clock.sleep(between, run.signal)
      continue
    }
    const failures = (now.results ?? []).map(({ repositoryName, imageId, failureCode }) => ({
      repository: repositoryName ?? '',
      digest: imageId?.imageDigest ?? '',
      ...(imageId?.imageTag !== undefined && { tag: imageId.imageTag }),
      code: failureCode ?? 'not told',
    }))
    return {
      ...{ outcome, id, copied },
      failed: now.progress?.failedReplicationCount ?? failures.length,
      ...(total !== undefined && { total }),
      ...(now.failureCode !== undefined && { failureCode: now.failureCode }),
      ...(failures.length > 0 && { failures }),
    }
  }
}

const outcomes: Record<string, 'done' | 'failed' | 'stopped'> = {
  COMPLETE: 'done',
  FAILED: 'failed',
  STOPPED: 'stopped',
}

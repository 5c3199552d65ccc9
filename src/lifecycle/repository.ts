import type { LifecycleImage } from './image.ts'
import { parseLifecycle } from './parse.ts'
import type { LifecycleRule } from './policy.ts'
import { type ImageVerdict, type Outcome, type RuleOutcome, simulate } from './simulate.ts'
import type { ImageUser } from './uses.ts'
import type { LifecycleWarning } from './warnings.ts'

/** An answer of AWS, or the reason why there is none. */
type Answered<T> = { ok: T } | { error: { code: string; message: string; needs: string } }

/** One repository as it was listed. */
export interface ListedRepository {
  repository: string
  policy: Answered<string | null>
  images: Answered<readonly LifecycleImage[]>
}

export interface Totals {
  kept: number
  expired: number
  archived: number
  /** Sizes of the images that go, added up: layers that others share are not freed, so it is the most it can be. */
  bytes: number
}

export interface ImageLine {
  digest: string
  tags: readonly string[]
  bytes: number
  pushedAt: string
  lastPull?: string
  outcome: Outcome
  rule?: number
  why: string
  users: string[]
  /** Goes only if no index holds it. */
  unlessChild?: true
}

/** An image for which the given policy and the one of today differ. */
export interface ImageChange {
  digest: string
  tags: readonly string[]
  today: Outcome
  proposed: Outcome
  rule?: number
  why: string
}

export interface RepositorySimulation {
  repository: string
  /** `no-policy`: nothing goes, ever. `unknown`: no answer, or a policy that cannot be understood in full. */
  status: 'simulated' | 'no-policy' | 'unknown'
  reason?: string
  rules: (Omit<RuleOutcome, 'rule'> & { priority: number })[]
  totals: Totals
  images: ImageLine[]
  warnings: LifecycleWarning[]
  /** Only with a policy that is not the one of today. */
  today?: { status: RepositorySimulation['status']; reason?: string; totals?: Totals }
  changes?: ImageChange[]
}

export interface RepositoryRequest {
  now: Date
  inUse: readonly ImageUser[]
  /** Instead of the policy that the repository has. */
  policy?: readonly LifecycleRule[]
}

/** What the repository's policy, or the one that is given instead, would do today, and how the two differ. */
export function simulateRepository(
  listed: ListedRepository,
  request: RepositoryRequest,
): RepositorySimulation {
  const { repository, images } = listed
  const today = policyOf(listed)
  if ('error' in images) return { repository, ...nothing, status: 'unknown', reason: missing(images.error) }
  const own = runOf(today, images.ok, request)
  if (!request.policy) return { repository, ...own.view }
  const then = runOf({ status: 'simulated', rules: request.policy }, images.ok, request)
  const { status, reason, totals } = own.view
  const known = status !== 'unknown'
  return {
    repository,
    ...then.view,
    today: { status, ...(reason && { reason }), ...(known && { totals }) },
    ...(known && { changes: changesBetween(own.verdicts, then.verdicts) }),
  }
}

type ReadPolicy = Pick<RepositorySimulation, 'status' | 'reason'> & { rules: readonly LifecycleRule[] }

/** A member that is not known may change what a rule does: then what the policy does is not known (law 3). */
function policyOf({ policy }: ListedRepository): ReadPolicy {
  if ('error' in policy) return { status: 'unknown', reason: missing(policy.error), rules: [] }
  if (policy.ok === null) return { status: 'no-policy', rules: [] }
  const parsed = parseLifecycle(policy.ok)
  if ('unreadable' in parsed) return { status: 'unknown', reason: `${parsed.unreadable}.`, rules: [] }
  if (parsed.strange.length === 0) return { status: 'simulated', rules: parsed.rules }
  const reason = `the policy has members that are not known: ${parsed.strange.slice(0, 3).join(', ')}.`
  return { status: 'unknown', reason, rules: [] }
}

const nothing = {
  rules: [],
  totals: { kept: 0, expired: 0, archived: 0, bytes: 0 },
  images: [],
  warnings: [],
} satisfies Partial<RepositorySimulation>

interface Run {
  verdicts: readonly ImageVerdict[]
  view: Omit<RepositorySimulation, 'repository'>
}

function runOf(
  { rules, status, reason }: ReadPolicy,
  images: readonly LifecycleImage[],
  { now, inUse }: RepositoryRequest,
): Run {
  if (status === 'unknown') return { verdicts: [], view: { ...nothing, status, ...(reason && { reason }) } }
  const found = simulate(rules, images, { now, inUse })
  const view = {
    status,
    rules: found.rules.map(({ rule, ...rest }) => ({ priority: rule.priority, ...rest })),
    totals: totalsOf(found.images),
    images: found.images.map(lineOf),
    warnings: status === 'no-policy' ? [] : found.warnings,
  }
  return { verdicts: found.images, view }
}

function totalsOf(verdicts: readonly ImageVerdict[]): Totals {
  const count = (wanted: Outcome) => verdicts.filter(({ outcome }) => outcome === wanted).length
  const gone = verdicts.filter(({ outcome }) => outcome === 'expired')
  return {
    kept: count('kept'),
    expired: count('expired'),
    archived: count('archived'),
    bytes: gone.reduce((sum, { image }) => sum + image.bytes, 0),
  }
}

function lineOf({ image, outcome, rule, why, users, unlessChild }: ImageVerdict): ImageLine {
  const { digest, tags, bytes, pushedAt, lastPull } = image
  return {
    digest,
    tags,
    bytes,
    pushedAt,
    ...(lastPull && { lastPull }),
    outcome,
    ...(rule !== undefined && { rule }),
    why,
    users,
    ...(unlessChild && { unlessChild }),
  }
}

function changesBetween(today: readonly ImageVerdict[], then: readonly ImageVerdict[]): ImageChange[] {
  const before = new Map(today.map(({ image, outcome }) => [image.digest, outcome]))
  return then.flatMap(({ image, outcome, rule, why }) => {
    const was = before.get(image.digest) ?? 'kept'
    if (was === outcome) return []
    const { digest, tags } = image
    return [{ digest, tags, today: was, proposed: outcome, ...(rule !== undefined && { rule }), why }]
  })
}

function missing({ code, message, needs }: { code: string; message: string; needs: string }): string {
  return `${code}: ${message} (needs ${needs})`
}

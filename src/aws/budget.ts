import type { Clock } from '../core/clock.ts'
import { askedWait } from '../core/retry-after.ts'
import { allowedRate, type BudgetLimits, defaultLimits, documentedQuotas } from './quotas.ts'

const slowest = 0.5
/** A server may ask for a pause; not for a standstill. */
const longestPause = 60_000

interface Bucket {
  full: number
  rate: number
  /** When the next request may start; in the past: the bucket has tokens. */
  next: number
}

export interface BudgetOptions {
  /** Until the first throttled answer: a sandbox on this machine has no production to hurt. */
  unlimited?: boolean
  limits?: BudgetLimits | undefined
}

/**
 * Token buckets, one per `service:Operation`, each a second deep. Only ECR is held back: S3, STS and KMS carry no
 * production pulls. A throttled answer halves the rate; every hundred good answers win a tenth of it back. The control
 * plane and `/v2/` take from the same buckets: same quotas, other door.
 */
export class Budget {
  readonly #clock: Clock
  readonly #unlimited: boolean
  readonly #limits: BudgetLimits
  readonly #buckets = new Map<string, Bucket>()
  /** Until when an operation pauses because its server asked for it; for any service. */
  readonly #paused = new Map<string, number>()

  constructor(clock: Clock, { unlimited = false, limits = defaultLimits }: BudgetOptions = {}) {
    this.#clock = clock
    this.#unlimited = unlimited
    this.#limits = limits
  }

  /** Waits for its turn; turns are given in the order of asking. */
  async take(operation: string, signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now().getTime()
    const pausedUntil = this.#paused.get(operation) ?? Number.NEGATIVE_INFINITY
    const turn = Math.max(this.#turnAt(operation, now), pausedUntil)
    if (turn > now) await this.#clock.sleep(turn - now, signal)
  }

  throttled(operation: string): void {
    const bucket = this.#bucketOf(operation)
    if (bucket) bucket.rate = Math.min(bucket.full, Math.max(Math.min(slowest, bucket.full), bucket.rate / 2))
  }

  answered(operation: string): void {
    const bucket = this.#bucketOf(operation)
    if (bucket && bucket.rate < bucket.full) bucket.rate = Math.min(bucket.full, bucket.rate * 1.001)
  }

  /** A `Retry-After` (seconds or a date) holds for everybody who wants the same of the same server, up to a minute. */
  pause(operation: string, retryAfter: string | undefined): void {
    const now = this.#clock.now()
    const asked = askedWait(retryAfter, now)
    if (asked) this.#paused.set(operation, now.getTime() + Math.min(longestPause, asked))
  }

  /** Requests a second that the operation is allowed now; undefined: as many as one likes. */
  rateOf(operation: string): number | undefined {
    const rate = this.#bucketOf(operation)?.rate
    return rate === undefined || Number.isFinite(rate) ? rate : undefined
  }

  /** One line for people who look closely. */
  describe(): string {
    if (this.#unlimited) return 'ECR requests: no limit, the endpoint is on this machine'
    const names = new Set([...Object.keys(documentedQuotas), ...Object.keys(this.#limits.perSecond)])
    const rates = [...names].map((name) => `${name} ${allowedRate(name, this.#limits)}`)
    return `ECR requests a second at most: ${rates.join(', ')}, others ${allowedRate('other', this.#limits)}`
  }

  #turnAt(operation: string, now: number): number {
    const bucket = this.#bucketOf(operation)
    if (!bucket) return now
    const burst = Math.max(1000, 1000 / bucket.rate)
    bucket.next = Math.max(bucket.next, now - burst) + 1000 / bucket.rate
    return bucket.next
  }

  #bucketOf(operation: string): Bucket | undefined {
    if (!operation.startsWith('ecr:')) return undefined
    const known = this.#buckets.get(operation)
    if (known) return known
    const full = allowedRate(operation, this.#limits)
    const bucket = {
      full,
      rate: this.#unlimited ? Number.POSITIVE_INFINITY : full,
      next: Number.NEGATIVE_INFINITY,
    }
    this.#buckets.set(operation, bucket)
    return bucket
  }
}

import type { Clock } from '../core/clock.ts'

/**
 * A quarter of each documented quota, per second (ecr-facts 4.10; law 6).
 * Assumption: operations whose quota AWS does not publish start at 25 a second; throttling lowers that.
 */
const quarterOfQuota: Record<string, number> = {
  'ecr:GetAuthorizationToken': 125,
  'ecr:BatchCheckLayerAvailability': 250,
  'ecr:BatchGetImage': 500,
  'ecr:GetDownloadUrlForLayer': 750,
  'ecr:InitiateLayerUpload': 25,
  'ecr:UploadLayerPart': 125,
  'ecr:CompleteLayerUpload': 25,
  'ecr:PutImage': 2.5,
}
const unpublished = 25
const slowest = 0.5

interface Bucket {
  full: number
  rate: number
  /** When the next request may start; in the past: the bucket has tokens. */
  next: number
}

/**
 * Token buckets, one per `service:Operation`, each a second deep. Only ECR is held back: S3, STS and KMS carry no
 * production pulls. A throttled answer halves the rate; every hundred good answers win a tenth of it back.
 */
export class Budget {
  readonly #clock: Clock
  readonly #unlimited: boolean
  readonly #buckets = new Map<string, Bucket>()

  /** `unlimited` holds until the first throttled answer: a sandbox on this machine has no production to hurt. */
  constructor(clock: Clock, { unlimited = false } = {}) {
    this.#clock = clock
    this.#unlimited = unlimited
  }

  /** Waits for its turn; turns are given in the order of asking. */
  async take(operation: string, signal?: AbortSignal): Promise<void> {
    const bucket = this.#bucketOf(operation)
    if (!bucket) return
    const now = this.#clock.now().getTime()
    const burst = Math.max(1000, 1000 / bucket.rate)
    const turn = Math.max(bucket.next, now - burst) + 1000 / bucket.rate
    bucket.next = turn
    if (turn > now) await this.#clock.sleep(turn - now, signal)
  }

  throttled(operation: string): void {
    const bucket = this.#bucketOf(operation)
    if (bucket) bucket.rate = Math.max(slowest, Math.min(bucket.full, bucket.rate / 2))
  }

  answered(operation: string): void {
    const bucket = this.#bucketOf(operation)
    if (bucket && bucket.rate < bucket.full) bucket.rate = Math.min(bucket.full, bucket.rate * 1.001)
  }

  /** Requests a second that the operation is allowed now; undefined: as many as one likes. */
  rateOf(operation: string): number | undefined {
    return this.#bucketOf(operation)?.rate
  }

  #bucketOf(operation: string): Bucket | undefined {
    if (!operation.startsWith('ecr:')) return undefined
    const known = this.#buckets.get(operation)
    if (known) return known
    const full = quarterOfQuota[operation] ?? unpublished
    const bucket = {
      full,
      rate: this.#unlimited ? Number.POSITIVE_INFINITY : full,
      next: Number.NEGATIVE_INFINITY,
    }
    this.#buckets.set(operation, bucket)
    return bucket
  }
}

import { day, type LifecycleImage } from '../lifecycle/image.ts'
import { parseLifecycle } from '../lifecycle/parse.ts'
import { type Decision, decisionsOf } from '../lifecycle/simulate.ts'

export interface Exchange {
  /** Text of the policy that is there, and of the one that shall be. Null: none. */
  before: string | null
  after: string | null
  images: readonly LifecycleImage[]
  now: Date
}

export interface Expiring {
  image: LifecycleImage
  /** Priority of the rule that takes it; absent where the policy is not understood in full. */
  rule?: number
}

/**
 * Images that the new policy expires with its first run, which ECR makes within 24 hours, and that the old one keeps.
 * A policy that is not understood in full may take everything when it is new, and takes nothing when it is old: so no
 * image is ever missing here. A child that only its index protects counts as going.
 */
export function newlyExpired({ before, after, images, now }: Exchange): Expiring[] {
  const firstRun = new Date(now.getTime() + day)
  const then = expiredBy(after, images, firstRun)
  if (then === 'not-known') return images.map((image) => ({ image }))
  const today = expiredBy(before, images, firstRun)
  const gone = new Set(today === 'not-known' ? [] : today.map(({ image }) => image.digest))
  return then
    .filter(({ image }) => !gone.has(image.digest))
    .map(({ image, rule }) => ({ image, ...(rule !== undefined && { rule }) }))
}

function expiredBy(
  text: string | null,
  images: readonly LifecycleImage[],
  now: Date,
): Decision[] | 'not-known' {
  if (text === null) return []
  const parsed = parseLifecycle(text)
  if ('unreadable' in parsed || parsed.strange.length > 0) return 'not-known'
  return decisionsOf(parsed.rules, images, now).filter(({ outcome }) => outcome === 'expired')
}

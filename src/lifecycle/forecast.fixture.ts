import { day, type LifecycleImage } from './image.ts'
import type { LifecycleRule } from './policy.ts'
import { simulate } from './simulate.ts'

/**
 * What becomes of a repository when nothing is pushed: a run each day, each on what the run before left. Answers the
 * digests that went, and on which day.
 */
export function forecast(
  policy: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
  { now, days }: { now: Date; days: number },
): Map<string, number> {
  const gone = new Map<string, number>()
  let left = [...images]
  for (let passed = 0; passed <= days; passed++) {
    const at = new Date(now.getTime() + passed * day)
    const { images: verdicts } = simulate(policy, left, { now: at })
    for (const { image, outcome } of verdicts)
      if (outcome !== 'kept' && !gone.has(image.digest)) gone.set(image.digest, passed)
    left = verdicts.flatMap(({ image, outcome }) => {
      if (outcome === 'expired') return []
      if (outcome === 'kept') return [image]
      return [{ ...image, status: 'ARCHIVED' as const, archivedAt: at.toISOString() }]
    })
  }
  return gone
}

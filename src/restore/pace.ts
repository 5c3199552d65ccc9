import type { Target } from './target.ts'

/** ecr-facts 4.10: where the target names no rate of its own, ECR's whole quota is the best that can be hoped for. */
const putImagePerSecond = 10

/** Puts and uploads have budgets of their own and run side by side: the slower of the two decides. */
export function secondsFor({ puts, uploads }: { puts: number; uploads: number }, target: Target): number {
  const forPuts = puts / (target.putsPerSecond?.() ?? putImagePerSecond)
  const forUploads = uploads / (target.uploadsPerSecond?.() ?? Number.POSITIVE_INFINITY)
  return Math.ceil(Math.max(forPuts, forUploads))
}

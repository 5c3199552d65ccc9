import type { RequestCounts } from './report.ts'
import type { Source } from './source.ts'

/** What was sent since `before`, which an earlier `source.requests()` answered. */
export function countRequests(
  source: Source,
  before: Record<string, number>,
  counted: { manifestRequests: number; blobRequests: number },
): RequestCounts {
  const sent = Object.entries(source.requests())
    .map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const)
    .filter(([, count]) => count > 0)
  return {
    total: sent.reduce((total, [, count]) => total + count, 0),
    manifestRequests: counted.manifestRequests,
    blobRequests: counted.blobRequests,
    byOperation: Object.fromEntries(sent),
  }
}

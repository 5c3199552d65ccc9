import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr'

/** Since when findings are open; basic scanning does not tell. */
export interface OpenSince {
  /** When the oldest open finding of a severity was first seen. */
  openSince?: Record<string, string>
  /** There were more findings than are read: older ones are possible. */
  openSinceOfSome?: true
}

const serious = ['CRITICAL', 'HIGH']
/** Of 1,000 findings each: an image with more has been left alone for long enough. */
const mostPages = 5

export type AskPage = (page: {
  nextToken?: string
  maxResults: number
}) => Promise<DescribeImageScanFindingsResponse>

/** Reads the findings of an image that has serious ones and was scanned by Inspector; asks nothing otherwise. */
export async function readOpenSince(
  first: DescribeImageScanFindingsResponse,
  ask: AskPage,
): Promise<OpenSince> {
  const { findingSeverityCounts: counts, enhancedFindings } = first.imageScanFindings ?? {}
  const wanted = serious.filter((severity) => (counts?.[severity as 'HIGH'] ?? 0) > 0)
  if (wanted.length === 0 || !enhancedFindings?.length) return {}
  const found = new Map<string, Date>()
  let nextToken: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const answer = await ask({ maxResults: 1000, ...(nextToken && { nextToken }) })
    for (const { severity = '', status, firstObservedAt: at } of answer.imageScanFindings?.enhancedFindings ??
      []) {
      if (!at || !wanted.includes(severity) || !isOpen(status)) continue
      const before = found.get(severity)
      if (!before || at < before) found.set(severity, at)
    }
    nextToken = answer.nextToken
    if (!nextToken) break
  }
  const openSince = Object.fromEntries([...found].map(([severity, at]) => [severity, at.toISOString()]))
  return { openSince, ...(nextToken && { openSinceOfSome: true }) }
}

/** What is closed or suppressed is nobody's to fix. */
function isOpen(status: string | undefined): boolean {
  return status === undefined || status === 'ACTIVE'
}

import type { Finding, FindingWaiver } from '../controls/control.ts'

/** One sentence: who accepted it, why, and until when, as far as the finding says. */
export function waiverWords(finding: Finding): string {
  const waiver = waiverOf(finding)
  const { owner, reason, expires } = waiver
  const by = owner ? ` by ${owner}` : ''
  const until = expires ? ` until ${expires}` : ''
  return `Accepted${by}${until}${reason ? `: ${reason}` : '.'}`
}

/** Tolerant: a report of another version may have a waived finding without its waiver. */
export function waiverOf(finding: Finding): Partial<FindingWaiver> {
  return finding.status === 'waived' ? (finding.waiver ?? {}) : {}
}

import type { AuditReport } from '../audit/audit.ts'
import type { FindingId } from '../audit/compare.ts'
import type { WaiverUse } from '../audit/waivers.ts'
import { plainText } from './text.ts'

const shown = 5

/** How the registry stands: the score and where it was lost, what changed, and waivers that need somebody. */
export function standingLines(report: AuditReport): string[] {
  return [...scoreLines(report), ...comparisonLines(report), ...waiverLines(report.waivers)]
}

function scoreLines({ score }: AuditReport): string[] {
  if (!score) return []
  const worst = score.lost.slice(0, 3).map(({ control, points }) => `${control} ${points}`)
  const lost = worst.length > 0 ? `; most points lost: ${worst.join(', ')}` : ''
  return [`Score: ${score.value} of 100${lost}.`]
}

function comparisonLines({ comparison }: AuditReport): string[] {
  if (!comparison) return []
  const { since, new: fresh, fixed, unclear, stillOpen } = comparison
  const parts = [`${fresh.length} new`, `${fixed.length} fixed`, `${stillOpen} still open`]
  if (unclear.length > 0) parts.push(`${unclear.length} that cannot be judged now`)
  return [
    `Since ${since.slice(0, 16).replace('T', ' ')}: ${parts.join(', ')}.`,
    ...listed('New', fresh),
    ...listed('Fixed', fixed),
  ]
}

function listed(title: string, ids: readonly FindingId[]): string[] {
  if (ids.length === 0) return []
  const names = ids
    .slice(0, shown)
    .map(({ control, repository, resource }) => `${control} ${repository ?? resource}`)
  const more = ids.length > shown ? ` and ${ids.length - shown} more` : ''
  return [plainText(`  ${title}: ${names.join(', ')}${more}`)]
}

/** Those that hold and are far from their end need nobody, and of what was not looked at nothing can be said. */
function waiverLines(waivers: readonly WaiverUse[]): string[] {
  const quiet: readonly WaiverUse['state'][] = ['active', 'not-judged']
  return waivers.filter(({ state }) => !quiet.includes(state)).map((waiver) => plainText(waiverLine(waiver)))
}

function waiverLine({ control, resource, owner, expires, state }: WaiverUse): string {
  const what = `Waiver of ${control} for ${resource} (${owner})`
  if (state === 'expired') return `${what} expired on ${expires}: what it covered counts again.`
  if (state === 'expiring') return `${what} ends on ${expires}.`
  if (state === 'stranger') return `${what}: no control is called that; holdfast explain lists them.`
  return `${what} matches nothing that fails: it can go.`
}

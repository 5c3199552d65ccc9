import type { Finding, FindingWaiver } from '../controls/control.ts'
import { matchesGlob } from '../core/glob.ts'

/** A fail that somebody accepted, from `waivers:` in holdfast.yaml. */
export interface Waiver extends FindingWaiver {
  /** Id of the control. */
  control: string
  /** Glob of repository names, or of ARNs when it starts with `arn:`. */
  resource: string
}

/** What a waiver was worth today. `expiring`: within 30 days. `unused`: it matches no fail. */
export interface WaiverUse extends Waiver {
  state: 'active' | 'expiring' | 'expired' | 'unused'
  /** Fails that it turned into waived, or would if it had not expired. */
  findings: number
}

const soon = 30 * 86_400_000

/**
 * Turns fails that a waiver covers into `waived`. A waiver holds through its last day (UTC) and never covers what is
 * unknown. Every waiver is reported, so that none is forgotten.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  at: string,
): { findings: Finding[]; waivers: WaiverUse[] } {
  const uses = waivers.map((waiver) => ({ waiver, left: timeLeft(waiver, at), findings: 0 }))
  const judged = findings.map((finding) => {
    if (finding.status !== 'fail') return finding
    const matching = uses.filter(({ waiver }) => covers(waiver, finding))
    for (const use of matching) use.findings++
    const valid = matching.find(({ left }) => left > 0)
    return valid ? waived(finding, valid.waiver) : finding
  })
  return { findings: judged, waivers: uses.map(toUse) }
}

function covers({ control, resource }: Waiver, finding: Finding): boolean {
  if (control !== finding.control) return false
  if (resource.startsWith('arn:')) return matchesGlob(resource, finding.resource)
  return finding.repository !== undefined && matchesGlob(resource, finding.repository)
}

function timeLeft({ expires }: Waiver, at: string): number {
  return Date.parse(`${expires}T00:00:00Z`) + 86_400_000 - Date.parse(at)
}

function waived(finding: Finding, { owner, reason, expires }: Waiver): Finding {
  const { fix: _, ...rest } = finding
  return { ...rest, status: 'waived', waiver: { owner, reason, expires } }
}

function toUse({ waiver, left, findings }: { waiver: Waiver; left: number; findings: number }): WaiverUse {
  const current = left <= soon ? 'expiring' : 'active'
  const state = findings === 0 ? 'unused' : left > 0 ? current : 'expired'
  return { ...waiver, state, findings }
}

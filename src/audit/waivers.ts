import type { Finding, FindingWaiver } from '../controls/control.ts'
import { matchesGlob } from '../core/glob.ts'

/** A fail that somebody accepted, from `waivers:` in holdfast.yaml. */
export interface Waiver extends FindingWaiver {
  /** Id of the control. */
  control: string
  /** Glob of repository names, or of ARNs when it starts with `arn:`. */
  resource: string
}

/**
 * What a waiver was worth today. `expiring`: within 30 days. `unused`: it matches no fail. `not-judged`: it matches
 * none either, but what it is about was not looked at in full, so nobody knows. `stranger`: no control has its id.
 */
export interface WaiverUse extends Waiver {
  state: 'active' | 'expiring' | 'expired' | 'unused' | 'not-judged' | 'stranger'
  /** Fails that it turned into waived, or would if it had not expired. */
  findings: number
}

/** How far the audit looked. */
export interface WaiverScope {
  /** ISO time of the audit. */
  at: string
  /** Ids of all controls that there are; absent: those that were judged. */
  known?: readonly string[]
  /** Ids of the controls that were judged; absent: all. */
  judged?: readonly string[]
  /** Only some repositories were asked for. */
  narrowed?: boolean
}

const soon = 30 * 86_400_000

/**
 * Turns fails that a waiver covers into `waived`. A waiver holds through its last day (UTC) and never covers what is
 * unknown. Every waiver is reported, so that none is forgotten.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  scope: WaiverScope,
): { findings: Finding[]; waivers: WaiverUse[] } {
  const uses = waivers.map((waiver) => ({ waiver, left: timeLeft(waiver, scope.at), findings: 0 }))
  const judged = findings.map((finding) => {
    if (finding.status !== 'fail') return finding
    const matching = uses.filter(({ waiver }) => covers(waiver, finding))
    for (const use of matching) use.findings++
    const valid = matching.find(({ left }) => left > 0)
    return valid ? waived(finding, valid.waiver) : finding
  })
  return {
    findings: judged,
    waivers: uses.map((use) => ({
      ...use.waiver,
      state: use.findings > 0 ? stateOf(use.left) : idleState(use.waiver, findings, scope),
      findings: use.findings,
    })),
  }
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

function stateOf(left: number): WaiverUse['state'] {
  if (left <= 0) return 'expired'
  return left <= soon ? 'expiring' : 'active'
}

/** Of a waiver that matches no fail. Only where everything was looked at is it safe to say that it can go. */
function idleState(waiver: Waiver, findings: readonly Finding[], scope: WaiverScope): WaiverUse['state'] {
  const { control } = waiver
  if (scope.known && !scope.known.includes(control)) return 'stranger'
  if (scope.judged && !scope.judged.includes(control)) return 'not-judged'
  const own = findings.filter((finding) => finding.control === control)
  if (own.some(({ status }) => status === 'unknown')) return 'not-judged'
  const seen = own.some((finding) => covers(waiver, finding))
  return scope.narrowed && !seen ? 'not-judged' : 'unused'
}

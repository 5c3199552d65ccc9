import { formatCount } from '../core/bytes.ts'
import { Findings, type LintFinding } from './findings.ts'
import { jsonPlaces } from './json-places.ts'
import { lintRules } from './lint-rules.ts'
import { lintShape } from './lint-shape.ts'
import { lintSurprises } from './lint-surprises.ts'
import { parseLifecycle } from './parse.ts'
import type { LifecycleRule } from './policy.ts'

const shortest = 100
const longest = 30_720

export interface LintReport {
  /** Whether ECR would accept it, as far as it is known what ECR accepts. */
  accepted: boolean
  /** In the order of the text. */
  findings: LintFinding[]
  /** By priority; empty when it is not accepted. */
  rules: LifecycleRule[]
}

/** Everything that ECR would refuse in a lifecycle policy, and what it accepts but is not what it looks like. Never throws. */
export function lintLifecycle(text: string): LintReport {
  const findings = new Findings()
  lintLength(text, findings)
  if (text.length > longest) return reportOf(findings, [], () => 1)
  const places = jsonPlaces(text)
  const document = parsed(text, places.brokenLine)
  if (document === undefined) {
    findings.error('not-json', '', 'It is not JSON from here on.')
    return reportOf(findings, [], () => places.brokenLine ?? 1)
  }
  const placed = lintShape(document.value, findings)
  lintRules(placed, findings)
  for (const { path } of places.duplicates)
    findings.warning('duplicate-key', path, 'The key is there twice; the last one is taken here.')
  const rules = findings.errors > 0 ? [] : rulesOf(text)
  const byPriority = [...placed].sort((a, b) => a.document.rulePriority - b.document.rulePriority)
  if (rules.length === byPriority.length)
    lintSurprises(
      rules.map((rule, at) => ({ rule, path: byPriority[at]?.path ?? '' })),
      findings,
    )
  return reportOf(findings, rules, places.lineOf)
}

function lintLength({ length }: string, findings: Findings): void {
  if (length < shortest)
    findings.error('text-too-short', '', `ECR wants ${shortest} characters at least; it has ${length}.`)
  if (length > longest)
    findings.error(
      'text-too-long',
      '',
      `ECR takes ${formatCount(longest)} characters at most; it has ${formatCount(length)}.`,
    )
}

/** A document that breaks, or is nested deeper than any policy, is none. */
function parsed(text: string, brokenLine: number | undefined): { value: unknown } | undefined {
  if (brokenLine !== undefined) return undefined
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function rulesOf(text: string): LifecycleRule[] {
  const found = parseLifecycle(text)
  return 'unreadable' in found ? [] : found.rules
}

function reportOf(findings: Findings, rules: LifecycleRule[], lineOf: (path: string) => number): LintReport {
  const list = findings.list.map(({ code, severity, path, text }) => ({
    code,
    severity,
    path,
    line: lineOf(path),
    text,
  }))
  list.sort((a, b) => a.line - b.line)
  return { accepted: findings.errors === 0, findings: list, rules }
}

import type { AuditReport } from '../../audit/audit.ts'
import type { Control, Finding, Severity } from '../../controls/control.ts'
import { controls } from '../../controls/index.ts'
import { controlReadme } from '../../controls/readme.ts'

export const levels: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** What GitHub sorts by: over 9.0 critical, from 7.0 high, from 4.0 medium, below low. */
const securitySeverity: Record<Severity, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
  info: '0.1',
}
/** GitHub takes no more. */
const mostTags = 20

export interface Rule {
  id: string
  [member: string]: unknown
}

/**
 * A finding that is graver than its control usually is has a rule of its own, `control/critical`: on GitHub the
 * severity belongs to the rule, and a key about to be deleted must not be filed under low.
 */
export function ruleId({ control, severity }: Pick<Finding, 'control' | 'severity'>): string {
  const usual = controls.find(({ id }) => id === control)?.severity ?? severity
  return usual === severity ? control : `${control}/${severity}`
}

/** Every control that was asked, whether it found something or not, and the graver variants that did. */
export function sarifRules(report: AuditReport, shown: readonly Finding[]): Rule[] {
  const asked = Object.keys(report.summary.byControl)
  const known = controls.filter(({ id }) => asked.includes(id))
  const usual = known.map((control) => rule(control, control.severity, control.id))
  const graver = new Map<string, Rule>()
  for (const finding of shown) {
    const id = ruleId(finding)
    const control = known.find((one) => one.id === finding.control)
    if (control && id !== control.id) graver.set(id, rule(control, finding.severity, id))
  }
  return [...usual, ...graver.values()]
}

function rule(control: Control, severity: Severity, id: string): Rule {
  const { title, why, fix, mappings } = control
  const requirements = mappings.flatMap(({ framework, ids }) => ids.map((one) => `${framework} ${one}`))
  return {
    id,
    name: pascalCase(control.id),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\nTo do: ${fix}`, markdown: controlReadme(control.id) },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      'security-severity': securitySeverity[severity],
      precision: 'high',
      tags: ['security', 'aws', 'ecr', ...requirements].slice(0, mostTags),
    },
  }
}

function pascalCase(id: string): string {
  return id.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase())
}

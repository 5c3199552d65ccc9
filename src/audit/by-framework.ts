import type { Finding, Status } from '../controls/control.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Framework } from '../frameworks/framework.ts'
import { frameworks, type Requirement, requirementsOf } from '../frameworks/index.ts'
import type { AuditReport } from './audit.ts'
import { type StatusCounts, summarize } from './summary.ts'

/** What the findings of an audit say about the requirements of a framework. */
export interface FrameworkResult {
  id: string
  name: Framework['name']
  title: string
  requirements: RequirementResult[]
}

export interface RequirementResult extends Requirement {
  /** The worst of its findings: one fail fails it, and what is unknown never passes (law 3). */
  status: Status
  counts: StatusCounts
}

const worstFirst: readonly Status[] = ['fail', 'unknown', 'waived', 'pass']

/** Ids of the controls that show something about one of the frameworks. A framework that nobody has is refused. */
export function controlsOfFrameworks(ids: readonly string[]): string[] {
  const found = ids.map(frameworkOf).flatMap(requirementsOf)
  return [...new Set(found.flatMap(({ controls }) => controls))]
}

export function withFrameworks(report: AuditReport, ids: readonly string[]): AuditReport {
  return { ...report, frameworks: [...new Set(ids)].map((id) => resultOf(report, frameworkOf(id))) }
}

/** Only requirements with a control that this audit has asked. */
function resultOf(report: AuditReport, framework: Framework): FrameworkResult {
  const asked = Object.keys(report.summary.byControl)
  const requirements = requirementsOf(framework)
    .map((requirement) => ({
      ...requirement,
      controls: requirement.controls.filter((id) => asked.includes(id)),
    }))
    .filter(({ controls }) => controls.length > 0)
    .map((requirement) => ({ ...requirement, ...verdictOn(requirement, report.findings) }))
  const { id, name, title } = framework
  return { id, name, title, requirements }
}

function verdictOn({ controls }: Requirement, findings: readonly Finding[]) {
  const own = findings.filter(({ control }) => controls.includes(control))
  const { pass, fail, unknown, waived, notApplicable } = summarize(own, controls)
  const status = worstFirst.find((one) => own.some((finding) => finding.status === one)) ?? 'not-applicable'
  return { status, counts: { pass, fail, unknown, waived, notApplicable } }
}

function frameworkOf(id: string): Framework {
  const found = frameworks.find((framework) => framework.id === id)
  if (found) return found
  throw new HoldfastError('usage', {
    what: `No framework is called ${JSON.stringify(id)}`,
    next: `Known are ${frameworks.map((framework) => framework.id).join(', ')}.`,
  })
}

import type { FrameworkResult, RequirementResult } from '../audit/by-framework.ts'
import { table } from './text.ts'

/** Requirement by requirement: what it is about, the controls that show it, and the worst that they found. */
export function frameworkTable({ title, requirements }: FrameworkResult, width: number): string {
  const rows = requirements.map((requirement) => [
    requirement.status.toUpperCase(),
    requirement.id,
    requirement.title,
    requirementCounts(requirement),
    requirement.controls.join(', '),
  ])
  return `${title}\n${table(rows, { width, indent: 2 })}`
}

/** `3 of 10 fail`; what is unknown is said, what passed is not. */
export function requirementCounts({ counts }: RequirementResult): string {
  const { pass, fail, unknown, waived } = counts
  const judged = pass + fail + unknown + waived
  if (judged === 0) return 'nothing to judge'
  const parts = [
    ...(fail > 0 ? [`${fail} fail`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
  ]
  return parts.length === 0 ? `${pass} pass` : `${parts.join(', ')} of ${judged}`
}

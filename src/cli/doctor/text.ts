import { plural } from '../../core/bytes.ts'
import { table } from '../../report/text.ts'
import type { DoctorReport } from './check.ts'
import type { JobAnswer } from './probe.ts'

export function doctorText(report: DoctorReport): string {
  const rows = report.checks.flatMap(({ check, status, says, next }) => {
    const row = [check, status, says]
    return next ? [row, ['', '', `Next: ${next}`]] : [row]
  })
  const jobs = report.jobs.map(jobRow)
  const parts = [table(rows)]
  if (jobs.length > 0)
    parts.push(table([['JOB', 'ALLOWED', 'DENIED', 'NOT TRIED (WRITES, KEYS, OTHER SERVICES)'], ...jobs]))
  parts.push('The exact policy of a job: holdfast doctor --policy audit|backup|restore')
  return parts.join('\n\n')
}

function jobRow({ job, allowed, denied, untried }: JobAnswer): string[] {
  return [
    job,
    plural(allowed.length, 'action'),
    denied.length > 0 ? denied.join(', ') : 'none',
    untried.length > 0 ? plural(untried.length, 'action') : 'none',
  ]
}

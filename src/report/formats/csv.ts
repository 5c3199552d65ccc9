import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { gravestFirst } from '../gravity.ts'
import { fixOf, requirementsOf } from '../requirements.ts'
import { arnParts } from '../subject.ts'
import { waiverOf } from '../waiver-words.ts'
import { csvField } from './csv-field.ts'
import type { AuditFormat } from './format.ts'

type Column = (finding: Finding, report: AuditReport) => string

/** The columns and their order are an interface: new ones come last. */
const columns: Record<string, Column> = {
  status: ({ status }) => status,
  severity: ({ severity }) => severity,
  control: ({ control }) => control,
  title: ({ title }) => title,
  account: ({ resource }, report) => arnParts(resource).account || report.account,
  region: ({ resource }, report) => arnParts(resource).region || report.region,
  repository: ({ repository }) => repository ?? '',
  resource: ({ resource }) => resource,
  reason: ({ reason }) => reason,
  to_do: (finding) => (finding.status === 'fail' ? (fixOf(finding) ?? '') : ''),
  requirements: (finding) => requirementsOf(finding).join('; '),
  waiver_owner: (finding) => waiverOf(finding).owner ?? '',
  waiver_reason: (finding) => waiverOf(finding).reason ?? '',
  waiver_expires: (finding) => waiverOf(finding).expires ?? '',
  collected_at: (_finding, { collectedAt }) => collectedAt,
  simulated: (_finding, { simulated }) => String(simulated),
}

/** RFC 4180: a header, a line for each finding, every field in quotes, CRLF. The gravest come first. */
export const csv: AuditFormat = (report) => {
  const header = Object.keys(columns).join(',')
  const cells = Object.values(columns)
  const lines = gravestFirst(report.findings).map((finding) =>
    cells.map((column) => csvField(column(finding, report))).join(','),
  )
  return [header, ...lines, ''].join('\r\n')
}

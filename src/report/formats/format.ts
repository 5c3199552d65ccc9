import type { AuditReport } from '../../audit/audit.ts'

export interface FormatOptions {
  /** Of Holdfast, for formats that name the tool. */
  version: string
}

/** Pure: the same report gives the same text, in one whole document. */
export type AuditFormat = (report: AuditReport, options: FormatOptions) => string

/** Law 9, in front of what a person may see alone, away from its report. */
export function labelled({ simulated }: AuditReport, text: string): string {
  return simulated ? `Simulated: ${text}` : text
}

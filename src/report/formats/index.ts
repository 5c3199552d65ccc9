import type { AuditReport } from '../../audit/audit.ts'
import type { FormatOptions } from './format.ts'

interface NamedFormat {
  /** How the names of such files end, the longest of all formats wins: `x.ocsf.json` is not JSON. */
  endings: readonly string[]
  /** In parts where the whole may be longer than a string can be. */
  load(): Promise<(report: AuditReport, options: FormatOptions) => string | Iterable<string>>
}

/** Formats for other programs and for files, beside the table and JSON. A new one is a file here and a line below. */
export const auditFormats = {
  html: { endings: ['.html', '.htm'], load: async () => (await import('./html.ts')).html },
  markdown: { endings: ['.md', '.markdown'], load: async () => (await import('./markdown.ts')).markdown },
  sarif: { endings: ['.sarif', '.sarif.json'], load: async () => (await import('./sarif.ts')).sarif },
  ocsf: { endings: ['.ocsf.json'], load: async () => (await import('./ocsf.ts')).ocsfParts },
  asff: { endings: ['.asff.json'], load: async () => (await import('./asff.ts')).asffParts },
  junit: { endings: ['.xml'], load: async () => (await import('./junit.ts')).junit },
  csv: { endings: ['.csv'], load: async () => (await import('./csv.ts')).csv },
} as const satisfies Record<string, NamedFormat>

export type AuditFormatName = keyof typeof auditFormats

export const auditFormatNames = Object.keys(auditFormats) as AuditFormatName[]

import type { AuditReport } from '../../audit/audit.ts'
import type { Finding, Severity, Status } from '../../controls/control.ts'
import { gravestFirst } from '../gravity.ts'
import { jsonArrayParts } from '../json-text.ts'
import { fixOf, requirementsOf } from '../requirements.ts'
import { resourceType } from '../resource-type.ts'
import { arnParts, findingKey, subjectOf } from '../subject.ts'
import { plainText } from '../text.ts'
import { waiverWords } from '../waiver-words.ts'
import { type AuditFormat, type FormatOptions, labelled } from './format.ts'

/** Security Hub refuses a finding whose texts are longer (security-peers 6). */
const most = { title: 256, description: 1024, remediation: 512, requirements: 32, note: 512 } as const

const severities: Record<Severity, string> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  info: 'INFORMATIONAL',
}

/** `WARNING`: information was missing. `NOT_AVAILABLE`: there was nothing to judge. */
const compliances: Record<Status, string> = {
  pass: 'PASSED',
  fail: 'FAILED',
  waived: 'FAILED',
  unknown: 'WARNING',
  'not-applicable': 'NOT_AVAILABLE',
}

/**
 * AWS Security Finding Format, an array for `BatchImportFindings` (which takes 100 at a time). A finding keeps its Id
 * whatever its status, so that a later import updates it: what was put right turns to PASSED and is archived.
 */
export function* asffParts(report: AuditReport, options: FormatOptions): Generator<string> {
  yield* jsonArrayParts(items(report, options))
}

function* items(report: AuditReport, { version }: FormatOptions): Generator<object> {
  for (const finding of gravestFirst(report.findings)) yield asffFinding(report, finding, version)
}

/** For reports that are short enough for one string. */
export const asff: AuditFormat = (report, options) => [...asffParts(report, options)].join('')

function asffFinding(report: AuditReport, finding: Finding, version: string): object {
  const { collectedAt, simulated, account, region } = report
  const { status, severity, control, resource } = finding
  const partition = arnParts(resource).partition
  const closed = status === 'pass' || status === 'not-applicable'
  return {
    SchemaVersion: '2018-10-08',
    Id: `holdfast/${account}/${region}/${control}/${findingKey(finding)}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: 'Holdfast',
    CompanyName: 'Holdfast',
    GeneratorId: `holdfast/${control}`,
    AwsAccountId: account,
    Types: ['Software and Configuration Checks/AWS Security Best Practices'],
    FirstObservedAt: collectedAt,
    LastObservedAt: collectedAt,
    CreatedAt: collectedAt,
    UpdatedAt: collectedAt,
    Severity: { Label: closed ? 'INFORMATIONAL' : severities[severity], Original: severity },
    Title: cut(labelled(report, finding.title), most.title),
    Description: cut(labelled(report, `${subjectOf(finding)}: ${finding.reason}`), most.description),
    ...remediation(finding),
    Resources: [asffResource(report, finding)],
    Compliance: compliance(finding),
    ...workflow(finding, collectedAt),
    RecordState: closed ? 'ARCHIVED' : 'ACTIVE',
    // Security Hub's own word for a finding that is no real one.
    Sample: simulated,
    ProductFields: { 'holdfast/version': version, 'holdfast/simulated': String(simulated) },
  }
}

function remediation(finding: Finding) {
  const fix = finding.status === 'fail' || finding.status === 'waived' ? fixOf(finding) : undefined
  return fix ? { Remediation: { Recommendation: { Text: cut(fix, most.remediation) } } } : {}
}

function asffResource(report: AuditReport, finding: Finding) {
  const { partition, region } = arnParts(finding.resource)
  const type = resourceType(finding)
  return {
    Type: type,
    Id: type === 'AwsAccount' ? `AWS::::Account:${report.account}` : cut(finding.resource, 512),
    Partition: /^aws(-cn|-us-gov)?$/.test(partition) ? partition : 'aws',
    Region: cut(region || report.region, 64),
  }
}

function compliance(finding: Finding) {
  const related = requirementsOf(finding).slice(0, most.requirements)
  return {
    Status: compliances[finding.status],
    SecurityControlId: finding.control,
    ...(related.length > 0 && { RelatedRequirements: related }),
  }
}

function workflow(finding: Finding, at: string) {
  if (finding.status !== 'waived') return {}
  const Text = cut(waiverWords(finding), most.note)
  return { Workflow: { Status: 'SUPPRESSED' }, Note: { Text, UpdatedBy: 'holdfast', UpdatedAt: at } }
}

/** Harmless, and never longer than allowed; what is cut ends with dots, and no character is cut in half. */
function cut(text: string, length: number): string {
  const plain = plainText(text)
  if (plain === '') return '-'
  if (plain.length <= length) return plain
  return `${plain.slice(0, length - 3).replace(/[\ud800-\udbff]$/, '')}...`
}

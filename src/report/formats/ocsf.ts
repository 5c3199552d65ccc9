import type { AuditReport } from '../../audit/audit.ts'
import type { Finding, Severity, Status } from '../../controls/control.ts'
import { gravestFirst } from '../gravity.ts'
import { cleanJson, jsonArrayParts } from '../json-text.ts'
import { fixOf, mappingsOf, requirementsOf, whyOf } from '../requirements.ts'
import { resourceType } from '../resource-type.ts'
import { arnParts, findingKey, subjectOf } from '../subject.ts'
import { plainText } from '../text.ts'
import { waiverWords } from '../waiver-words.ts'
import { type AuditFormat, type FormatOptions, labelled } from './format.ts'

/** Class 2003, activity 1 (Create): a type is always class * 100 + activity. */
const classUid = 2003
const create = 1

const severityIds: Record<Severity, [number, string]> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
}

/** `Warning` is OCSF's word for a check that had no result since information was missing. */
const complianceIds: Record<Status, [number, string]> = {
  pass: [1, 'Pass'],
  unknown: [2, 'Warning'],
  fail: [3, 'Fail'],
  waived: [3, 'Fail'],
  'not-applicable': [99, 'Not Applicable'],
}

const statusIds: Record<Status, [number, string]> = {
  fail: [1, 'New'],
  unknown: [1, 'New'],
  waived: [3, 'Suppressed'],
  pass: [4, 'Resolved'],
  'not-applicable': [4, 'Resolved'],
}

/** OCSF 1.5.0, an array of Compliance Findings (class 2003), one for each finding whatever its status. */
export function* ocsfParts(report: AuditReport, options: FormatOptions): Generator<string> {
  yield* jsonArrayParts(items(report, options))
}

function* items(report: AuditReport, options: FormatOptions): Generator<object> {
  for (const finding of gravestFirst(report.findings)) yield event(report, finding, options)
}

/** For reports that are short enough for one string. */
export const ocsf: AuditFormat = (report, options) => [...ocsfParts(report, options)].join('')

function event(report: AuditReport, finding: Finding, { version }: FormatOptions): object {
  const { status, severity, evidence } = finding
  const [severityId, severityName] = severityIds[severity]
  const [statusId, statusName] = statusIds[status]
  const fix = status === 'fail' || status === 'waived' ? fixOf(finding) : undefined
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: 'Compliance Finding',
    activity_id: create,
    activity_name: 'Create',
    type_uid: classUid * 100 + create,
    type_name: 'Compliance Finding: Create',
    time: Date.parse(report.collectedAt),
    severity_id: severityId,
    severity: severityName,
    status_id: statusId,
    status: statusName,
    ...(status === 'waived' && { comment: plainText(waiverWords(finding)) }),
    message: plainText(labelled(report, `${subjectOf(finding)}: ${finding.reason}`)),
    metadata: {
      version: '1.5.0',
      product: { name: 'Holdfast', vendor_name: 'Holdfast', version },
      profiles: ['cloud'],
      labels: [report.simulated ? 'simulated' : 'real'],
    },
    cloud: cloud(report, finding),
    finding_info: findingInfo(report, finding),
    compliance: compliance(finding),
    ...(fix && { remediation: { desc: plainText(fix) } }),
    resources: [resource(report, finding)],
    unmapped: { simulated: report.simulated, ...(evidence && { evidence: cleanJson(evidence) }) },
  }
}

function cloud(report: AuditReport, { resource }: Finding) {
  const { account, region } = arnParts(resource)
  return {
    provider: 'AWS',
    account: { uid: plainText(account || report.account), type: 'AWS Account', type_id: 10 },
    region: plainText(region || report.region),
  }
}

function findingInfo(report: AuditReport, finding: Finding) {
  const why = whyOf(finding)
  return {
    uid: findingKey(finding),
    title: plainText(finding.title),
    ...(why && { desc: why }),
    created_time: Date.parse(report.collectedAt),
    analytic: { type_id: 1, type: 'Rule', uid: finding.control, name: plainText(finding.title) },
  }
}

function compliance(finding: Finding) {
  const [statusId, status] = complianceIds[finding.status]
  const standards = mappingsOf(finding).map(({ framework }) => framework)
  return {
    control: finding.control,
    // OCSF demands a standard; a control that answers to none answers to ours.
    standards: standards.length > 0 ? standards : ['Holdfast'],
    requirements: requirementsOf(finding),
    status_id: statusId,
    status,
    status_detail: plainText(finding.reason),
  }
}

function resource(report: AuditReport, finding: Finding) {
  const { partition, region } = arnParts(finding.resource)
  return {
    uid: plainText(finding.resource),
    name: plainText(subjectOf(finding)),
    type: resourceType(finding),
    region: plainText(region || report.region),
    cloud_partition: plainText(partition),
  }
}

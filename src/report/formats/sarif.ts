import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { gravestFirst, severityOrder } from '../gravity.ts'
import { cleanJson, jsonDocument } from '../json-text.ts'
import { findingKey, subjectOf } from '../subject.ts'
import { plainText } from '../text.ts'
import { waiverWords } from '../waiver-words.ts'
import { type AuditFormat, labelled } from './format.ts'
import { locationOf } from './sarif-location.ts'
import { levels, ruleId, sarifRules } from './sarif-rules.ts'

/** GitHub refuses a run with more results than this, all of it. */
const mostResults = 25_000
const mostNotifications = 1000

/**
 * SARIF 2.1.0. A fail is a result, a waived one a result with a suppression; what passed is none, since every result
 * is an alert on GitHub. An unknown is a notification of the tool: it is no verdict, so it must neither raise an
 * alert nor let the run count as successful.
 */
export const sarif: AuditFormat = (report, { version }) => {
  const found = gravestFirst(report.findings.filter(({ status }) => status === 'fail' || status === 'waived'))
  const unknown = gravestFirst(report.findings.filter(({ status }) => status === 'unknown'))
  const shown = found.slice(0, mostResults)
  const rules = sarifRules(report, shown)
  const index = new Map(rules.map(({ id }, at) => [id, at]))
  const { registry, account, region, simulated, collectedAt, summary } = report
  return jsonDocument({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Holdfast',
            fullName: simulated ? 'Holdfast, on a simulated registry' : 'Holdfast',
            semanticVersion: version,
            rules,
          },
        },
        // GitHub keeps one set of alerts per category: two registries must not close each other's.
        automationDetails: { id: `holdfast/${account}/${region}/` },
        invocations: [
          {
            executionSuccessful: unknown.length === 0,
            endTimeUtc: collectedAt,
            toolExecutionNotifications: [
              ...unknown.slice(0, mostNotifications).map((finding) => notification(report, finding, index)),
              ...leftOut(found.length - shown.length, 'results'),
              ...leftOut(unknown.length - mostNotifications, 'notifications'),
            ],
          },
        ],
        results: shown.map((finding) => result(report, finding, index)),
        columnKind: 'utf16CodeUnits',
        properties: { registry: plainText(registry), simulated, summary },
      },
    ],
  })
}

function result(report: AuditReport, finding: Finding, rules: ReadonlyMap<string, number>) {
  const { status, severity, evidence } = finding
  const id = ruleId(finding)
  const key = findingKey(finding)
  return {
    ruleId: id,
    ruleIndex: rules.get(id) ?? -1,
    kind: 'fail',
    level: levels[severity],
    rank: 100 - 20 * severityOrder.indexOf(severity),
    message: message(report, finding),
    locations: [locationOf(report, finding)],
    partialFingerprints: {
      // The name that GitHub reads; without it, GitHub wants to hash a line of a file that does not exist.
      primaryLocationLineHash: `${key.slice(0, 16)}:1`,
      'holdfastFinding/v1': key,
    },
    suppressions: status === 'waived' ? [suppression(finding)] : [],
    properties: { severity, status, ...(evidence && { evidence: cleanJson(evidence) }) },
  }
}

function notification(report: AuditReport, finding: Finding, rules: ReadonlyMap<string, number>) {
  const id = ruleId(finding)
  const at = rules.get(id)
  return {
    level: 'warning',
    message: message(report, finding),
    locations: [locationOf(report, finding)],
    associatedRule: { id, ...(at !== undefined && { index: at }) },
    descriptor: { id: 'unknown' },
  }
}

function leftOut(count: number, what: string): object[] {
  if (count <= 0) return []
  const text = `${count} more ${what} are left out; the JSON report has all.`
  return [{ level: 'warning', message: { text }, descriptor: { id: 'left-out' } }]
}

/** Square brackets make a link in a SARIF message (3.11.6), unless a backslash stands before them. */
function message(report: AuditReport, finding: Finding) {
  const { reason, fix } = finding
  const text = `${subjectOf(finding)}: ${reason}${fix ? ` To do: ${fix}` : ''}`
  return { text: plainText(labelled(report, text)).replace(/[[\]]/g, '\\$&') }
}

function suppression(finding: Finding) {
  return { kind: 'external', status: 'accepted', justification: plainText(waiverWords(finding)) }
}

import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { gravestFirst } from '../gravity.ts'
import { fixOf } from '../requirements.ts'
import { subjectOf } from '../subject.ts'
import { plainText } from '../text.ts'
import { waiverWords } from '../waiver-words.ts'
import { type AuditFormat, labelled } from './format.ts'

/**
 * JUnit XML: a suite for each control, a case for each resource. A fail is a failure, an unknown an error, waived and
 * not-applicable are skipped.
 */
export const junit: AuditFormat = (report) => {
  const suites = Object.entries(byControl(report)).map(([control, findings]) =>
    suite(report, control, findings),
  )
  const attributes = {
    name: `holdfast audit ${report.registry}${report.simulated ? ' (simulated)' : ''}`,
    ...counts(report.findings),
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, suites)}\n`
}

/** In the order of the report, which is that of the controls. */
function byControl(report: AuditReport): Record<string, Finding[]> {
  const groups: Record<string, Finding[]> = {}
  for (const finding of report.findings) (groups[finding.control] ??= []).push(finding)
  return groups
}

function suite(report: AuditReport, control: string, findings: Finding[]): string {
  const attributes = {
    name: control,
    ...counts(findings),
    timestamp: report.collectedAt.replace(/\.\d+Z$/, ''),
    hostname: report.registry,
  }
  const properties = element('properties', {}, [
    element('property', { name: 'simulated', value: String(report.simulated) }),
  ])
  const cases = gravestFirst(findings).map((finding) => testcase(report, finding))
  return element('testsuite', attributes, [properties, ...cases])
}

function counts(findings: readonly Finding[]) {
  const count = (...statuses: string[]) =>
    String(findings.filter(({ status }) => statuses.includes(status)).length)
  return {
    tests: String(findings.length),
    failures: count('fail'),
    errors: count('unknown'),
    skipped: count('waived', 'not-applicable'),
    time: '0',
  }
}

function testcase(report: AuditReport, finding: Finding): string {
  const outcome = outcomeOf(report, finding)
  const attributes = { name: subjectOf(finding), classname: `holdfast.${finding.control}`, time: '0' }
  return element('testcase', attributes, outcome ? [outcome] : [])
}

function outcomeOf(report: AuditReport, finding: Finding): string | undefined {
  const { status, severity, reason, resource, title } = finding
  const message = labelled(report, reason)
  const fix = fixOf(finding)
  const detail = [title, `Resource: ${resource}`, `Severity: ${severity}`, ...(fix ? [`To do: ${fix}`] : [])]
  if (status === 'fail') return element('failure', { message, type: severity }, detail.map(xmlText))
  if (status === 'unknown')
    return element('error', { message, type: 'unknown' }, detail.slice(0, 2).map(xmlText))
  if (status === 'waived') return element('skipped', { message: `${waiverWords(finding)} (${message})` })
  if (status === 'not-applicable') return element('skipped', { message: `Not applicable: ${message}` })
  return undefined
}

function element(name: string, attributes: Record<string, string>, children: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(value)}"`)
  const opening = `<${name}${written.join('')}`
  return children.length === 0 ? `${opening}/>` : `${opening}>\n${children.join('\n')}\n</${name}>`
}

/** XML 1.0 has no way to write a control character or half a surrogate pair, not even escaped: they are shown. */
function xmlText(text: string): string {
  return plainText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

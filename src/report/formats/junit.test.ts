import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { junit } from './junit.ts'

const options = { version: '1.2.3' }

/** What the JUnit schema that CI servers share demands, checked by hand: there is no official one. */
const shape: Record<string, { attributes: string[]; children: string[] }> = {
  testsuites: {
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'],
    children: ['testsuite'],
  },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname'],
    children: ['properties', 'testcase'],
  },
  properties: { attributes: [], children: ['property'] },
  property: { attributes: ['name', 'value'], children: [] },
  testcase: { attributes: ['name', 'classname', 'time'], children: ['failure', 'error', 'skipped'] },
  failure: { attributes: ['message', 'type'], children: ['#text'] },
  error: { attributes: ['message', 'type'], children: ['#text'] },
  skipped: { attributes: ['message'], children: [] },
}

interface Node {
  [name: string]: unknown
  ':@'?: Record<string, string>
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  preserveOrder: true,
  trimValues: false,
  parseTagValue: false,
  processEntities: { enabled: true, maxTotalExpansions: 1e9, maxExpandedLength: 1e9 },
})

function check(text: string, report: AuditReport): void {
  expect(XMLValidator.validate(text)).toBe(true)
  expect(controlBytes.test(text)).toBe(false)
  const nodes = parser.parse(text) as Node[]
  const root = nodes.filter((node) => 'testsuites' in node)
  expect(root).toHaveLength(1)
  const seen = { testcase: 0, failure: 0, error: 0, skipped: 0 }
  walk(root[0] as Node, seen)
  const count = (...statuses: string[]) =>
    report.findings.filter(({ status }) => statuses.includes(status)).length
  expect(seen).toEqual({
    testcase: report.findings.length,
    failure: count('fail'),
    error: count('unknown'),
    skipped: count('waived', 'not-applicable'),
  })
}

function walk(node: Node, seen: Record<string, number>): void {
  const name = Object.keys(node).find((key) => key !== ':@') ?? ''
  const allowed = shape[name]
  if (!allowed) throw new Error(`an element that JUnit has not: ${name}`)
  if (name in seen) seen[name] = (seen[name] ?? 0) + 1
  expect(Object.keys(node[':@'] ?? {}).sort()).toEqual([...allowed.attributes].sort())
  for (const child of node[name] as Node[]) {
    const inner = Object.keys(child).find((key) => key !== ':@') ?? ''
    if (inner === '#text') {
      if (!allowed.children.includes('#text')) expect(String(child['#text']).trim()).toBe('')
      continue
    }
    expect(allowed.children).toContain(inner)
    walk(child, seen)
  }
}

const report = judge(
  inventory({
    replication: denied,
    repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] },
  }),
)

test('a suite for each control, a case for each resource', () => {
  const text = junit(report, options)
  check(text, report)
  expect(text).toContain(
    '<testcase name="shop/api" classname="holdfast.tag-immutability" time="0">\n<failure message="Simulated: Any push may',
  )
  expect(text).toContain(
    '<error message="Simulated: AccessDeniedException: needs ecr:Something" type="unknown">',
  )
  expect(text).toMatch(
    /<testsuites name="holdfast audit ecr:.*\(simulated\)" tests="12" failures="1" errors="1"/,
  )
})

test('a waived finding is skipped with its reason', () => {
  const findings = report.findings.map((finding) =>
    finding.status === 'fail' ? { ...finding, status: 'waived', waiver: { reason: 'A mirror.' } } : finding,
  ) as Finding[]
  const text = junit({ ...report, findings }, options)
  check(text, { ...report, findings })
  expect(text).toContain('<skipped message="Accepted: A mirror. (Simulated: Any push')
})

test('hostile names stay data', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const hostile = reportWith(name)
      check(junit(hostile, options), hostile)
    }),
    { examples: hostileExamples, numRuns: 100 },
  )
})

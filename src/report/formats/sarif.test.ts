import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from '../../controls/control.ts'
import { account, denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { sarif } from './sarif.ts'
import { sarifSchema } from './schemas/sarif.fixture.ts'
import { violations } from './validate.fixture.ts'

const options = { version: '1.2.3' }
const mutable = { mode: 'MUTABLE', exclusions: [] }
const found = inventory({
  replication: denied,
  repositories: { ok: [repository({ name: 'shop/api', tagMutability: mutable })] },
})

interface Result {
  ruleId: string
  ruleIndex: number
  level: string
  message: { text: string }
  locations: { physicalLocation: { artifactLocation: { uri: string } }; logicalLocations: object[] }[]
  partialFingerprints: Record<string, string>
  suppressions: object[]
}

function runOf(text: string) {
  const { runs } = JSON.parse(text)
  return runs[0] as {
    tool: { driver: { rules: { id: string; properties: Record<string, string> }[]; fullName: string } }
    invocations: {
      executionSuccessful: boolean
      toolExecutionNotifications: { message: { text: string }; associatedRule?: object }[]
    }[]
    results: Result[]
    automationDetails: { id: string }
    properties: { simulated: boolean }
  }
}

test('a fail is a result with a stable place and identity, an unknown is a notification', () => {
  const text = sarif(judge(found), options)
  expect(violations(sarifSchema, JSON.parse(text))).toEqual([])
  const run = runOf(text)
  expect(run.results).toHaveLength(1)
  const [result] = run.results as [Result]
  expect(result).toMatchObject({
    ruleId: 'tag-immutability',
    level: 'warning',
    message: {
      text: expect.stringMatching(/^Simulated: shop\/api: Any push .* To do: Set tag immutability/),
    },
    suppressions: [],
  })
  expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
    `aws/${account}/eu-west-1/ecr/shop/api`,
  )
  expect(result.locations[0]?.logicalLocations[0]).toMatchObject({
    fullyQualifiedName: `arn:aws:ecr:eu-west-1:${account}:repository/shop/api`,
  })
  expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe('tag-immutability')
  const [invocation] = run.invocations
  expect(invocation?.executionSuccessful).toBe(false)
  expect(invocation?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
    'Simulated: the registry: AccessDeniedException: needs ecr:Something',
  ])
  expect(run.automationDetails.id).toBe(`holdfast/${account}/eu-west-1/`)
  expect(run.properties.simulated).toBe(true)
})

test('the identity survives another run and another reason, and differs between resources', () => {
  const prints = (names: string[], mode = 'MUTABLE') => {
    const repositories = names.map((name) =>
      repository({ name, tagMutability: { mode, exclusions: ['v*'] } }),
    )
    const report = judge(
      inventory({ collectedAt: '2026-07-01T00:00:00.000Z', repositories: { ok: repositories } }),
    )
    return runOf(sarif(report, options)).results.map(({ partialFingerprints }) => partialFingerprints)
  }
  const [one, two] = prints(['a', 'b'])
  expect(one).not.toEqual(two)
  expect(prints(['x', 'a'], 'MUTABLE_WITH_EXCLUSION')[1]).toEqual(one)
})

test('a waived finding is suppressed with its reason', () => {
  const report = judge(found)
  const findings = report.findings.map((finding) =>
    finding.status === 'fail'
      ? { ...finding, status: 'waived', waiver: { owner: 'ops', reason: 'A mirror.', expires: '2026-12-31' } }
      : finding,
  ) as Finding[]
  const text = sarif({ ...report, findings }, options)
  expect(violations(sarifSchema, JSON.parse(text))).toEqual([])
  expect(runOf(text).results[0]?.suppressions).toEqual([
    {
      kind: 'external',
      status: 'accepted',
      justification: 'Accepted by ops until 2026-12-31: A mirror.',
    },
  ])
})

test('a finding graver than its control has a rule of its own', () => {
  const healthy = inventory()
  const keys = Object.entries(healthy.keys).map(([arn, key]) => {
    if ('error' in key) throw new Error('no key')
    return [arn, { ok: { ...key.ok, state: 'PendingDeletion' } }] as const
  })
  const report = judge({ ...healthy, keys: Object.fromEntries(keys) }, { controls: ['kms-customer-key'] })
  const run = runOf(sarif(report, options))
  expect(run.results[0]).toMatchObject({ ruleId: 'kms-customer-key/critical', level: 'error' })
  expect(run.tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity']])).toEqual([
    ['kms-customer-key', '2.5'],
    ['kms-customer-key/critical', '9.5'],
  ])
})

test('more results than GitHub takes are left out, the mildest first, and counted', () => {
  const report = judge(found)
  const fail = report.findings.find(({ status }) => status === 'fail')
  if (!fail) throw new Error('no fail')
  const many = Array.from({ length: 25_010 }, (_, at) => ({ ...fail, repository: `r${at}` }))
  const grave: Finding = { ...fail, severity: 'high', repository: 'last' }
  const run = runOf(sarif({ ...report, findings: [...many, grave] }, options))
  expect(run.results).toHaveLength(25_000)
  expect(run.results[0]?.message.text).toContain('last')
  expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain(
    '11 more results are left out',
  )
})

test('hostile names stay data', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = sarif(reportWith(name), options)
      expect(controlBytes.test(text)).toBe(false)
      const document = JSON.parse(text)
      expect(violations(sarifSchema, document)).toEqual([])
      for (const { message, locations } of runOf(text).results) {
        expect(controlBytes.test(message.text)).toBe(false)
        expect(message.text).not.toMatch(/(?<!\\)[[\]]/)
        const uri = locations[0]?.physicalLocation.artifactLocation.uri ?? ''
        expect(new URL(uri, 'file:///root/').pathname).toMatch(/^\/root\/aws\//)
      }
    }),
    { examples: hostileExamples, numRuns: 100 },
  )
})

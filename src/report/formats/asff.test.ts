import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from '../../controls/control.ts'
import { account, denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { asff } from './asff.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { asffSchema } from './schemas/asff.fixture.ts'
import { violations } from './validate.fixture.ts'

const options = { version: '1.2.3' }
const report = judge(
  inventory({
    replication: denied,
    repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] },
  }),
)

test('findings as Security Hub takes them', () => {
  const findings = JSON.parse(asff(report, options))
  expect(violations(asffSchema, findings)).toEqual([])
  expect(findings[0]).toMatchObject({
    Title: 'Simulated: Image tags cannot be overwritten',
    ProductArn: `arn:aws:securityhub:eu-west-1:${account}:product/${account}/default`,
    Severity: { Label: 'MEDIUM' },
    Compliance: { Status: 'FAILED', RelatedRequirements: expect.arrayContaining(['FSBP ECR.2']) },
    Resources: [{ Type: 'AwsEcrRepository', Id: `arn:aws:ecr:eu-west-1:${account}:repository/shop/api` }],
    RecordState: 'ACTIVE',
    Sample: true,
  })
  expect(findings[1]).toMatchObject({
    Compliance: { Status: 'WARNING' },
    Resources: [{ Type: 'AwsAccount', Id: `AWS::::Account:${account}` }],
  })
  expect(findings.at(-1)).toMatchObject({ Compliance: { Status: 'PASSED' }, RecordState: 'ARCHIVED' })
})

test('an Id says which control and resource, whatever the status and the day', () => {
  const ids = (changed: Partial<typeof report>) =>
    JSON.parse(asff({ ...report, ...changed }, options))
      .map(({ Id }: { Id: string }) => Id)
      .sort()
  const passed = report.findings.map((finding): Finding => ({ ...finding, status: 'pass' }))
  const first = ids({})
  expect(new Set(first).size).toBe(first.length)
  expect(ids({ findings: passed, collectedAt: '2027-01-01T00:00:00.000Z' })).toEqual(first)
})

test('texts that are too long are cut to what is allowed, between characters', () => {
  const [finding] = report.findings as [Finding]
  const long = '\u{1f6a2}'.repeat(2000)
  const findings = [{ ...finding, title: long, reason: long, fix: long, status: 'fail' as const }]
  const [one] = JSON.parse(asff({ ...report, findings }, options))
  expect(violations(asffSchema, [one])).toEqual([])
  expect(one.Description).toMatch(/\.\.\.$/)
  expect(one.Description.length).toBeGreaterThan(1000)
  expect(/\p{Cs}/u.test(one.Title + one.Description)).toBe(false)
})

test('hostile names stay data', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = asff(reportWith(name), options)
      expect(controlBytes.test(text)).toBe(false)
      const findings = JSON.parse(text)
      expect(violations(asffSchema, findings)).toEqual([])
      expect(controlBytes.test(findings.map(JSON.stringify).join(''))).toBe(false)
    }),
    { examples: hostileExamples, numRuns: 100 },
  )
})

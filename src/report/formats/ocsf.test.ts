import fc from 'fast-check'
import { expect, test } from 'vitest'
import { account, denied, inventory, repository } from '../../controls/inventory.fixture.ts'
import { judgeSome as judge } from '../judge-some.fixture.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './hostile.fixture.ts'
import { ocsf } from './ocsf.ts'
import { ocsfSchema } from './schemas/ocsf.fixture.ts'
import { violations } from './validate.fixture.ts'

const options = { version: '1.2.3' }
const report = judge(
  inventory({
    replication: denied,
    repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] },
  }),
)

test('one Compliance Finding for each finding, the gravest first', () => {
  const events = JSON.parse(ocsf(report, options))
  expect(violations(ocsfSchema, events)).toEqual([])
  expect(events).toHaveLength(report.findings.length)
  expect(events[0]).toMatchObject({
    type_uid: 200301,
    severity: 'Medium',
    status: 'New',
    message: expect.stringMatching(/^Simulated: shop\/api: /),
    metadata: { version: '1.5.0', labels: ['simulated'] },
    cloud: { provider: 'AWS', account: { uid: account }, region: 'eu-west-1' },
    compliance: {
      control: 'tag-immutability',
      status: 'Fail',
      standards: expect.arrayContaining(['FSBP']),
      requirements: expect.arrayContaining(['FSBP ECR.2']),
    },
    remediation: { desc: expect.stringContaining('IMMUTABLE') },
    resources: [{ type: 'AwsEcrRepository', name: 'shop/api' }],
  })
  expect(events[1]).toMatchObject({ compliance: { status_id: 2, status: 'Warning' }, severity: 'Low' })
  expect(events.at(-1)).toMatchObject({ compliance: { status: 'Pass' }, status: 'Resolved' })
})

test('uids are unique in a report and the same in the next one', () => {
  const uids = (text: string) =>
    JSON.parse(text).map((event: { finding_info: { uid: string } }) => event.finding_info.uid)
  const first = uids(ocsf(report, options))
  expect(new Set(first).size).toBe(first.length)
  expect(uids(ocsf({ ...report, collectedAt: '2027-01-01T00:00:00.000Z' }, options))).toEqual(first)
})

test('hostile names stay data', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = ocsf(reportWith(name), options)
      expect(controlBytes.test(text)).toBe(false)
      const events = JSON.parse(text)
      expect(violations(ocsfSchema, events)).toEqual([])
      expect(controlBytes.test(events.map(JSON.stringify).join(''))).toBe(false)
    }),
    { examples: hostileExamples, numRuns: 100 },
  )
})

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { openDemo } from './demo.fixture.ts'
import { breaks } from './neighbour-breaks.fixture.ts'

// What surrounds the registry, in both seeds: what is found, and what is lost when one service refuses.

let demo: Sandbox
let clean: Sandbox
beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo' })
  clean = await startSandbox({ seed: 'clean' })
})
afterEach(() => {
  demo.clearFaults()
  clean.clearFaults()
})
afterAll(async () => {
  await demo.close()
  await clean.close()
})

/** `control resource`, the resource by its last part, with what was found. */
async function found(sandbox: Sandbox): Promise<Record<string, string>> {
  const aws = await openDemo(sandbox)
  try {
    const { findings } = judge(await collectInventory(aws, quietRun()), { controls: Object.keys(breaks) })
    return Object.fromEntries(
      findings.map(({ control, resource, status, reason }) => [
        `${control} ${resource.split(':').at(-1)}`,
        `${status}: ${reason}`,
      ]),
    )
  } finally {
    aws.close()
  }
}

const starting = (report: Record<string, string>, status: string) =>
  Object.keys(report).filter((key) => report[key]?.startsWith(`${status}:`))

test('the demo: who may do too much, and who needs no second factor', async () => {
  const report = await found(demo)
  const of = (key: string) => report[key]
  expect(of('iam-least-privilege user/ci-publisher')).toContain('permanent access key of 640 days')
  expect(of('iam-least-privilege user/demo-admin')).toContain('May do everything with a permanent access key')
  expect(of('iam-least-privilege role/admin')).toContain('pass: An administrator')
  expect(of('iam-least-privilege role/shop-deploy')).toContain('pass: May push, in some repositories only')
  expect(of('iam-least-privilege user/erin')).toBeUndefined()
  expect(of('mfa-for-writers user/alice')).toContain('pass: Signs in with an MFA device')
  expect(of('mfa-for-writers user/bob')).toContain('fail: May push with a password alone')
  expect(of('mfa-for-writers user/ci-publisher')).toContain('with an access key alone')
  expect(of('clean-up-function ecr-cleanup')).toMatch(/python3.8.*goes nowhere.*for ever.*every repository/)
})

test.each<[string, string, string[]]>([
  [
    'iam',
    'GetAccountAuthorizationDetails',
    ['iam-least-privilege registry', 'mfa-for-writers registry', 'clean-up-function registry'],
  ],
  [
    'iam',
    'GetCredentialReport',
    [
      'iam-least-privilege user/demo-admin',
      ...['alice', 'bob', 'ci-publisher', 'demo-admin', 'dora'].map((name) => `mfa-for-writers user/${name}`),
    ],
  ],
  [
    'cloudtrail',
    'DescribeTrails',
    ['cloudtrail-records registry', 'alarm-dangerous-changes registry', 'alarm-failed-calls registry'],
  ],
  [
    'cloudtrail',
    'GetTrailStatus',
    ['cloudtrail-records registry', 'alarm-dangerous-changes registry', 'alarm-failed-calls registry'],
  ],
  ['ec2', 'DescribeVpcEndpoints', ['vpc-endpoints registry']],
  ['lambda', 'ListFunctions', ['clean-up-function registry']],
  ['scheduler', 'ListSchedules', ['clean-up-function registry']],
  [
    'events',
    'ListRules',
    [
      'alarm-dangerous-changes registry',
      'alarm-failed-calls registry',
      'alarm-scan-findings registry',
      'clean-up-function registry',
    ],
  ],
  // What is wrong there is certain without these.
  ['logs', 'DescribeLogGroups', []],
  ['logs', 'DescribeMetricFilters', []],
  ['sns', 'ListSubscriptionsByTopic', []],
])('the demo, %s:%s denied', async (service, operation, unknown) => {
  demo.addFault({ service, operation, kind: 'denied' })
  expect(starting(await found(demo), 'unknown').sort()).toEqual([...unknown].sort())
})

test.each<[string, string, string[]]>([
  ['logs', 'DescribeLogGroups', ['clean-up-function ecr-cleanup']],
  ['logs', 'DescribeMetricFilters', ['alarm-failed-calls registry']],
  ['cloudwatch', 'DescribeAlarms', ['alarm-failed-calls registry']],
  ['s3', 'GetBucketAcl', ['cloudtrail-records registry']],
  [
    'sns',
    'ListSubscriptionsByTopic',
    ['alarm-dangerous-changes registry', 'alarm-failed-calls registry', 'alarm-scan-findings registry'],
  ],
])('the clean seed, %s:%s denied: unknown, and never a pass', async (service, operation, unknown) => {
  clean.addFault({ service, operation, kind: 'denied' })
  const report = await found(clean)
  expect(starting(report, 'unknown').sort()).toEqual([...unknown].sort())
  expect(starting(report, 'fail')).toEqual([])
})

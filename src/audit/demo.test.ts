import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
import { hasCode } from '../core/errors.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { type AuditReport, auditExit, type JudgeOptions, judge } from './audit.ts'
import { demoSettings, openDemo } from './demo.fixture.ts'

let sandbox: Sandbox
let healthy: AuditReport

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  healthy = await audit()
})
afterEach(() => sandbox.clearFaults())
afterAll(() => sandbox.close())

async function audit(where = {}, repositories?: string[], options: JudgeOptions = {}): Promise<AuditReport> {
  const aws = await openDemo(sandbox, where)
  try {
    return judge(await collectInventory(aws, quietRun(), repositories ? { repositories } : {}), options)
  } finally {
    aws.close()
  }
}

/** control -> repositories (or `registry`) that ended with the status. */
function withStatus(report: AuditReport, wanted: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { control, status, repository = 'registry' } of report.findings) {
    if (status === wanted) (found[control] ??= []).push(repository)
  }
  return found
}

test('the demo registry: exactly these fail', () => {
  expect(withStatus(healthy, 'fail')).toEqual({
    'registry-policy-public': ['registry'],
    'repository-policy-public': ['charts/shop', 'shop/checkout'],
    'cross-account-push': ['data/etl'],
    'conditions-restrict': ['charts/shop'],
    'policy-wildcard-actions': ['archive/2023'],
    'image-signing': ['archive/2023', 'data/etl', 'legacy/reports', 'shop/api', 'shop/worker'],
    'pull-through-rules': ['registry'],
    // No template for one cache and for what the partner sends, and one template without settings.
    'creation-templates': ['registry', 'registry'],
    'public-repositories': ['registry'],
    'scanning-effective': ['archive/2023', 'charts/shop', 'data/etl', 'sandbox/empty'],
    'latest-image-scanned': ['archive/2023', 'data/etl', 'shop/worker'],
    'tag-immutability': [
      'data/etl',
      'legacy/reports',
      'sandbox/empty',
      'shop/api',
      'shop/checkout',
      'shop/worker',
    ],
    'kms-customer-key': [
      'archive/2023',
      'charts/shop',
      'data/etl',
      'legacy/reports',
      'sandbox/empty',
      'shop/api',
      'shop/checkout',
      'shop/web',
    ],
    'lifecycle-present': ['archive/2023', 'legacy/reports', 'sandbox/empty', 'shop/checkout', 'shop/worker'],
    'untagged-stale': ['shop/worker'],
    'repository-unused': ['legacy/reports', 'sandbox/empty'],
    'replication-configured': ['registry'],
    'owner-tag': ['archive/2023', 'charts/shop', 'legacy/reports', 'sandbox/empty'],
  })
  expect(withStatus(healthy, 'unknown')).toEqual({})
  expect(withStatus(healthy, 'not-applicable')).toEqual({
    // Nobody has said what is expected, and no vault was named.
    'cross-account-trusted': every,
    'policy-network-guard': every,
    'repository-policy-present': every,
    'image-secrets': every,
    'conditions-restrict': ['legacy/reports', 'sandbox/empty', 'shop/api', 'shop/web', 'shop/worker'],
    'image-signing': ['charts/shop', 'sandbox/empty'],
    'latest-image-scanned': ['charts/shop', 'sandbox/empty'],
    'untagged-stale': ['sandbox/empty'],
  })
})

test('every control meets something that passes and something that fails, over the three registries', async () => {
  const settings = { settings: demoSettings }
  const reports = [
    await audit({}, undefined, settings),
    await audit({ region: 'us-east-1' }, undefined, settings),
    await audit({ account: '444455556666' }, undefined, settings),
  ]
  // Secrets are looked for in a vault: test/audit-inputs.test.ts.
  for (const { id } of controls.filter(({ id }) => id !== 'image-secrets')) {
    const statuses = reports.flatMap(({ findings }) =>
      findings.filter(({ control }) => control === id).map(({ status }) => status),
    )
    expect(statuses, id).toContain('pass')
    expect(statuses, id).toContain('fail')
  }
})

test('the good example passes everything', () => {
  const found = healthy.findings.filter(({ repository }) => repository === 'platform/base')
  expect(found.filter(({ status }) => status === 'pass').length).toBeGreaterThan(15)
  const wrong = found.filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
  expect(wrong.map(({ control, reason }) => [control, reason])).toEqual([])
})

test('reasons name what decided', () => {
  const reasonOf = (control: string, repository?: string) =>
    healthy.findings.find((one) => one.control === control && one.repository === repository)?.reason
  expect(reasonOf('repository-policy-public', 'shop/checkout')).toBe(
    'Any AWS account may pull (statement EverybodyPulls).',
  )
  expect(reasonOf('registry-policy-public')).toContain('statement ReplicationIn')
  expect(reasonOf('scanning-effective', 'shop/api')).toContain('filter shop/* matches')
  expect(reasonOf('scanning-effective', 'legacy/reports')).toContain('own old flag')
  expect(reasonOf('latest-image-scanned', 'shop/api')).toContain('1 CRITICAL, 2 HIGH, 3 MEDIUM')
  expect(reasonOf('tag-immutability', 'shop/web')).toContain('but latest')
  expect(reasonOf('repository-unused', 'legacy/reports')).toMatch(/200 days ago.*1 excluded principal/)
})

test('it is labelled as simulated, and exits by the gate', () => {
  expect(healthy.simulated).toBe(true)
  expect(auditExit(healthy)).toBe(0)
  expect(auditExit(healthy, 'critical')).toBe(3)
})

test('an audit changes nothing, reads no manifest and touches no image', async () => {
  const before = sandbox.requestLog().length
  await audit()
  const asked = sandbox.requestLog().slice(before)
  // IAM makes the credential report when it is asked to; nothing else comes of it.
  const reading = /^(Describe|List|Get|BatchGetRepositoryScanning|GenerateCredentialReport)/
  expect(asked.length).toBeGreaterThan(40)
  expect(asked.filter(({ operation }) => !reading.test(operation))).toEqual([])
  expect(asked.filter(({ operation }) => operation === 'GetDownloadUrlForLayer')).toEqual([])
  expect(asked.filter(({ service }) => service === 'registry')).toEqual([])
})

test('each page is read once: one request of a kind for each repository', async () => {
  const aws = await openDemo(sandbox)
  const { requests } = await collectInventory(aws, quietRun())
  aws.close()
  expect(requests).toMatchObject({
    'ecr:DescribeRepositories': 1,
    'ecr:DescribeImages': 10,
    'ecr:GetRepositoryPolicy': 10,
    'ecr:GetLifecyclePolicy': 10,
    'ecr:ListTagsForResource': 10,
    'ecr:BatchGetRepositoryScanningConfiguration': 1,
    'kms:DescribeKey': 3,
    'sts:GetCallerIdentity': 1,
  })
})

test('only the repositories that were asked for', async () => {
  const report = await audit({}, ['shop/*'])
  const names = new Set(report.findings.flatMap(({ repository }) => repository ?? []))
  expect([...names]).toEqual(['shop/api', 'shop/checkout', 'shop/web', 'shop/worker'])
})

const every = [
  'archive/2023',
  'charts/shop',
  'data/etl',
  'legacy/reports',
  'platform/base',
  'sandbox/empty',
  'shop/api',
  'shop/checkout',
  'shop/web',
  'shop/worker',
]
const scannable = every.filter((name) => !['charts/shop', 'sandbox/empty'].includes(name))
const onRepositoryPolicies = [
  'repository-policy-public',
  'cross-account-push',
  'conditions-restrict',
  'policy-wildcard-actions',
  'dangling-principals',
]
const ofRepositories = controls.filter(({ scope }) => scope === 'repository').map(({ id }) => id)

test.each<[string, string, Record<string, string[]>]>([
  [
    'ecr',
    'DescribeRepositories',
    Object.fromEntries(
      [...ofRepositories, 'replication-configured', 'dangling-principals'].map((id) => [id, ['registry']]),
    ),
  ],
  ['ecr', 'GetRepositoryPolicy', Object.fromEntries(onRepositoryPolicies.map((id) => [id, every]))],
  ['ecr', 'GetLifecyclePolicy', { 'lifecycle-present': every, 'untagged-stale': ['shop/worker'] }],
  [
    'ecr',
    'DescribeImages',
    {
      'image-signing': every.filter((name) => name !== 'platform/base'),
      'latest-image-scanned': every,
      'untagged-stale': every,
      'repository-unused': every,
    },
  ],
  ['ecr', 'ListTagsForResource', { 'owner-tag': every }],
  ['ecr', 'BatchGetRepositoryScanningConfiguration', { 'scanning-effective': every }],
  ['ecr', 'DescribeImageScanFindings', { 'latest-image-scanned': scannable }],
  [
    'ecr',
    'GetRegistryPolicy',
    { 'registry-policy-public': ['registry'], 'dangling-principals': ['registry'] },
  ],
  ['ecr', 'DescribePullThroughCacheRules', { 'pull-through-rules': ['registry'] }],
  [
    'ecr',
    'DescribeRepositoryCreationTemplates',
    { 'creation-templates': ['registry'], 'pull-through-rules': ['registry', 'registry'] },
  ],
  [
    'ecr',
    'GetSigningConfiguration',
    {
      'image-signing': [
        'archive/2023',
        'data/etl',
        'legacy/reports',
        'platform/base',
        'shop/api',
        'shop/worker',
      ],
    },
  ],
  ['ecr-public', 'DescribeRepositories', { 'public-repositories': ['registry'] }],
  ['ecr', 'DescribeRegistry', { 'replication-configured': ['registry'] }],
  ['ecr', 'ListPullTimeUpdateExclusions', { 'repository-unused': ['legacy/reports'] }],
  [
    'kms',
    'DescribeKey',
    { 'creation-templates': ['registry'], 'kms-customer-key': ['data/etl', 'platform/base', 'shop/worker'] },
  ],
  // What these say changes nothing here: the open statement counts in every scope, and no flag is in doubt.
  ['ecr', 'GetAccountSetting', {}],
  ['ecr', 'GetRegistryScanningConfiguration', {}],
])('%s:%s denied: what needs it is unknown, the rest stays', async (service, operation, unknowns) => {
  sandbox.addFault({ service, operation, kind: 'denied' })
  const report = await audit()
  expect(withStatus(report, 'unknown')).toEqual(unknowns)
  const lost = new Set(
    Object.entries(unknowns).flatMap(([id, names]) => names.map((name) => `${id} ${name}`)),
  )
  const whole = operation === 'DescribeRepositories'
  const key = (finding: { control: string; repository?: string }) =>
    `${finding.control} ${finding.repository ?? 'registry'}`
  const others = (from: AuditReport) =>
    from.findings
      .filter((finding) => !lost.has(key(finding)) && !(whole && finding.repository))
      .map((finding) => `${key(finding)} ${finding.status}`)
  expect(others(report)).toEqual(others(healthy))
  for (const { status, reason } of report.findings) {
    if (status === 'unknown') expect(reason).toBe(`AccessDeniedException: needs ${service}:${operation}`)
  }
  expect(auditExit(report)).toBe(Object.keys(unknowns).length > 0 ? 4 : 0)
})

test('one repository that fails costs only itself', async () => {
  sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied', times: 1 })
  expect(withStatus(await audit(), 'unknown')).toEqual({
    'repository-policy-public': [expect.any(String)],
    'cross-account-push': [expect.any(String)],
    'conditions-restrict': [expect.any(String)],
    'policy-wildcard-actions': [expect.any(String)],
    'dangling-principals': [expect.any(String)],
  })
})

test('one batch of scanning that fails is asked again name by name', async () => {
  sandbox.addFault({
    service: 'ecr',
    operation: 'BatchGetRepositoryScanningConfiguration',
    kind: 'denied',
    times: 1,
  })
  expect(withStatus(await audit(), 'unknown')).toEqual({})
})

test('expired credentials end the audit, wherever they expire', async () => {
  for (const operation of ['GetCallerIdentity', 'DescribeImages', 'DescribeRepositories']) {
    const service = operation === 'GetCallerIdentity' ? 'sts' : 'ecr'
    sandbox.addFault({ service, operation, kind: 'expired-token' })
    const outcome = await audit().catch((error: unknown) => error)
    expect(hasCode(outcome, 'credentials-expired'), operation).toBe(true)
    sandbox.clearFaults()
  }
})

test('an abort ends it', async () => {
  const aws = await openDemo(sandbox)
  const run = quietRun({ signal: AbortSignal.abort() })
  const outcome = await collectInventory(aws, run).catch((error: unknown) => error)
  expect(hasCode(outcome, 'interrupted')).toBe(true)
  aws.close()
})

test('a saved inventory gives the same report', async () => {
  const aws = await openDemo(sandbox)
  const inventory = await collectInventory(aws, quietRun())
  aws.close()
  expect(judge(JSON.parse(JSON.stringify(inventory)))).toEqual(judge(inventory))
})

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
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

async function auditClean(): Promise<AuditReport> {
  const clean = await startSandbox({ seed: 'clean' })
  const aws = await openDemo(clean)
  try {
    return judge(await collectInventory(aws, quietRun()), { settings: demoSettings })
  } finally {
    aws.close()
    await clean.close()
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
    'findings-overdue': ['shop/api'],
    'scanning-effective': ['archive/2023', 'charts/shop', 'data/etl', 'sandbox/empty'],
    'enhanced-scanning': every,
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
    'kms-encryption': [
      'archive/2023',
      'charts/shop',
      'legacy/reports',
      'sandbox/empty',
      'shop/api',
      'shop/checkout',
      'shop/web',
    ],
    // The worker's: never rotated, and open to the partner.
    'kms-key-care': ['registry'],
    'lifecycle-safe': ['shop/api'],
    'lifecycle-present': ['archive/2023', 'legacy/reports', 'sandbox/empty', 'shop/checkout', 'shop/worker'],
    'repository-size': ['sandbox/empty'],
    'untagged-stale': ['shop/worker'],
    'repository-unused': ['legacy/reports', 'sandbox/empty'],
    'replication-configured': ['registry'],
    'owner-tag': ['archive/2023', 'charts/shop', 'legacy/reports', 'sandbox/empty'],
    'cloudtrail-records': ['registry'],
    'alarm-failed-calls': ['registry'],
    'alarm-scan-findings': ['registry'],
    'clean-up-function': ['registry'],
    'mfa-for-writers': ['registry', 'registry', 'registry', 'registry'],
    'alarm-dangerous-changes': ['registry'],
    'vpc-endpoints': ['registry'],
    'iam-least-privilege': Array(6).fill('registry'),
  })
  expect(withStatus(healthy, 'unknown')).toEqual({})
  expect(withStatus(healthy, 'not-applicable')).toEqual({
    // Nobody has said what is expected, and no vault was named.
    'cross-account-trusted': every,
    'policy-network-guard': every,
    'repository-policy-present': every,
    'image-secrets': every,
    'kms-key-allowed': every,
    'kms-key-place': [
      'archive/2023',
      'charts/shop',
      'legacy/reports',
      'sandbox/empty',
      'shop/api',
      'shop/checkout',
      'shop/web',
    ],
    // The key that AWS manages.
    'kms-key-care': ['registry'],
    'findings-overdue': ['archive/2023', 'charts/shop', 'data/etl', 'sandbox/empty', 'shop/worker'],
    'lifecycle-safe': ['archive/2023', 'legacy/reports', 'sandbox/empty', 'shop/checkout', 'shop/worker'],
    'conditions-restrict': ['legacy/reports', 'sandbox/empty', 'shop/api', 'shop/web', 'shop/worker'],
    'image-signing': ['charts/shop', 'sandbox/empty'],
    'latest-image-scanned': ['charts/shop', 'sandbox/empty'],
    'untagged-stale': ['sandbox/empty'],
  })
})

test('every control fails somewhere in the three registries, and passes there or in the clean one', async () => {
  const settings = { settings: demoSettings }
  const reports = [
    await audit({}, undefined, settings),
    await audit({ region: 'us-east-1' }, undefined, settings),
    await audit({ account: '444455556666' }, undefined, settings),
  ]
  const clean = await auditClean()
  // Secrets are looked for in a vault: test/audit-inputs.test.ts. What could not be read is never a fail.
  const elsewhere = ['image-secrets', 'inventory-complete']
  for (const { id } of controls.filter(({ id }) => !elsewhere.includes(id))) {
    const statusesIn = (list: readonly AuditReport[]) =>
      list.flatMap(({ findings }) =>
        findings.filter(({ control }) => control === id).map(({ status }) => status),
      )
    expect(statusesIn([...reports, clean]), id).toContain('pass')
    expect(statusesIn(reports), id).toContain('fail')
  }
})

test('the good example passes everything', () => {
  const found = healthy.findings.filter(({ repository }) => repository === 'platform/base')
  expect(found.filter(({ status }) => status === 'pass').length).toBeGreaterThan(15)
  const wrong = found.filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
  // Inspector is the registry's to switch on.
  expect(wrong.map(({ control }) => control)).toEqual(['enhanced-scanning'])
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

test('what Inspector found is as old as Inspector says, not as the push', async () => {
  const abroad = await audit({ region: 'us-east-1' })
  const [found] = abroad.findings.filter(
    ({ control, repository }) => control === 'findings-overdue' && repository === 'edge/cache',
  )
  expect(found?.reason).toBe('1 serious finding in 1 scanned image within the time; 25 days left.')
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
      [...ofRepositories, 'replication-configured', 'dangling-principals', 'kms-key-care'].map((id) => [
        id,
        ['registry'],
      ]),
    ),
  ],
  ['ecr', 'GetRepositoryPolicy', Object.fromEntries(onRepositoryPolicies.map((id) => [id, every]))],
  [
    'ecr',
    'GetLifecyclePolicy',
    { 'lifecycle-present': every, 'lifecycle-safe': every, 'untagged-stale': ['shop/worker'] },
  ],
  [
    'ecr',
    'DescribeImages',
    {
      'image-signing': every.filter((name) => name !== 'platform/base'),
      'latest-image-scanned': every,
      'findings-overdue': every,
      'lifecycle-safe': ['charts/shop', 'data/etl', 'platform/base', 'shop/api', 'shop/web'],
      'untagged-stale': every,
      'repository-unused': every,
      'repository-size': every,
    },
  ],
  ['ecr', 'ListTagsForResource', { 'owner-tag': every }],
  [
    'ecr',
    'BatchGetRepositoryScanningConfiguration',
    { 'scanning-effective': every, 'enhanced-scanning': every },
  ],
  ['ecr', 'DescribeImageScanFindings', { 'latest-image-scanned': scannable, 'findings-overdue': scannable }],
  [
    'ecr',
    'GetRegistryPolicy',
    { 'registry-policy-public': ['registry'], 'dangling-principals': ['registry'] },
  ],
  ['ecr', 'DescribePullThroughCacheRules', { 'pull-through-rules': ['registry'] }],
  [
    'ecr',
    'DescribeRepositoryCreationTemplates',
    {
      'creation-templates': ['registry'],
      'pull-through-rules': ['registry', 'registry'],
      'kms-key-care': ['registry'],
    },
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
    {
      'creation-templates': ['registry'],
      'kms-customer-key': ['data/etl', 'platform/base', 'shop/worker'],
      'kms-key-care': ['registry', 'registry', 'registry'],
    },
  ],
  // What is wrong with the worker's key is certain from the other half.
  ['kms', 'GetKeyPolicy', { 'kms-key-care': ['registry'] }],
  ['kms', 'GetKeyRotationStatus', { 'kms-key-care': ['registry'] }],
  ['cloudwatch', 'GetMetricData', { 'repository-unused': ['legacy/reports'] }],
  // The open statement counts in every scope.
  ['ecr', 'GetAccountSetting', {}],
  // No flag is in doubt; but which events a scan makes hangs on its kind.
  ['ecr', 'GetRegistryScanningConfiguration', { 'alarm-scan-findings': ['registry'] }],
])('%s:%s denied: what needs it is unknown, the rest stays', async (service, operation, unknowns) => {
  sandbox.addFault({ service, operation, kind: 'denied' })
  const report = await audit()
  // One control is about what is missing, whatever it is.
  expect(withStatus(report, 'unknown')).toEqual({ ...unknowns, 'inventory-complete': ['registry'] })
  const lost = new Set(
    Object.entries({ ...unknowns, 'inventory-complete': ['registry'] }).flatMap(([id, names]) =>
      names.map((name) => `${id} ${name}`),
    ),
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
  expect(auditExit(report)).toBe(4)
})

test('one repository that fails costs only itself', async () => {
  sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied', times: 1 })
  expect(withStatus(await audit(), 'unknown')).toEqual({
    'repository-policy-public': [expect.any(String)],
    'cross-account-push': [expect.any(String)],
    'conditions-restrict': [expect.any(String)],
    'policy-wildcard-actions': [expect.any(String)],
    'dangling-principals': [expect.any(String)],
    'inventory-complete': ['registry'],
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

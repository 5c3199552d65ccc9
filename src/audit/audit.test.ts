import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Severity } from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import {
  account,
  denied,
  inventory,
  kmsKey,
  now,
  policyText,
  repository,
} from '../controls/inventory.fixture.ts'
import { hasCode } from '../core/errors.ts'
import type { Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import { auditExit, judge } from './audit.ts'

const statusesOf = (report: ReturnType<typeof judge>) =>
  Object.fromEntries(report.findings.map(({ control, status }) => [control, status]))

test('an orderly registry passes everything', () => {
  const report = judge(inventory())
  const others = report.findings.filter(({ status }) => !['pass', 'not-applicable'].includes(status))
  expect(others).toEqual([])
  expect(new Set(report.findings.map(({ control }) => control)).size).toBe(controls.length)
  expect(report).toMatchObject({
    schema: 'holdfast.audit/1',
    registry: `ecr://${account}/eu-west-1`,
    simulated: true,
    collectedAt: now,
    summary: { fail: 0, unknown: 0, waived: 0 },
  })
})

test('findings come by control, then by repository, and name what they are about', () => {
  const repositories = { ok: [repository({ name: 'a' }), repository({ name: 'b', policy: { ok: null } })] }
  const report = judge(inventory({ repositories }), {
    controls: ['tag-immutability', 'registry-policy-public'],
  })
  expect(report.findings.map(({ control, repository: name, resource }) => [control, name, resource])).toEqual(
    [
      ['registry-policy-public', undefined, `arn:aws:ecr:eu-west-1:${account}:registry`],
      ['tag-immutability', 'a', `arn:aws:ecr:eu-west-1:${account}:repository/a`],
      ['tag-immutability', 'b', `arn:aws:ecr:eu-west-1:${account}:repository/b`],
    ],
  )
  expect(Object.keys(report.summary.byControl)).toEqual(['registry-policy-public', 'tag-immutability'])
})

test('a fail carries its fix, and a graver verdict its own severity', () => {
  const key = `arn:aws:kms:eu-west-1:${account}:key/k`
  const lost = { ok: kmsKey({ arn: key, state: 'PendingDeletion' }) }
  const report = judge(
    inventory({
      repositories: { ok: [repository({ encryption: { type: 'KMS', kmsKey: key } })] },
      keys: { [key]: lost },
    }),
    { controls: ['kms-customer-key'] },
  )
  expect(report.findings[0]).toMatchObject({ status: 'fail', severity: 'critical' })
  expect(report.findings[0]?.fix).toContain('encryption cannot be changed')
  expect(report.summary.bySeverity).toEqual({ critical: 1, high: 0, medium: 0, low: 0, info: 0 })
})

test('without the list of repositories every repository control is unknown, once', () => {
  const report = judge(inventory({ repositories: denied }))
  const registryOnly = controls.filter(({ scope }) => scope === 'repository').map(({ id }) => id)
  for (const id of [...registryOnly, 'replication-configured', 'kms-key-care']) {
    expect(statusesOf(report)[id]).toBe('unknown')
  }
  const ofRepositories = report.findings.filter(({ control }) => registryOnly.includes(control))
  expect(ofRepositories).toHaveLength(registryOnly.length)
  expect(Object.keys(statusesOf(report))).toHaveLength(controls.length)
})

test('a control id that does not exist is a usage error', () => {
  expect.assertions(1)
  try {
    judge(inventory(), { controls: ['tag-immutabilty'] })
  } catch (error) {
    expect(hasCode(error, 'usage')).toBe(true)
  }
})

/** What a control cannot do without, to say pass. */
const repositoryNeeds: Record<string, (keyof RepositoryInventory)[]> = {
  'repository-policy-public': ['policy'],
  'cross-account-push': ['policy'],
  'policy-wildcard-actions': ['policy'],
  'conditions-restrict': ['policy'],
  'dangling-principals': ['policy'],
  'scanning-effective': ['effectiveScanning'],
  'enhanced-scanning': ['effectiveScanning', 'latestScan', 'deployedScans'],
  'latest-image-scanned': ['latestScan', 'deployedScans'],
  'findings-overdue': ['latestScan', 'deployedScans'],
  'lifecycle-present': ['lifecyclePolicy'],
  'lifecycle-safe': ['lifecyclePolicy', 'images'],
  'untagged-stale': ['images'],
  'repository-unused': ['images'],
  'repository-size': ['images'],
  'owner-tag': ['tags'],
}
const registryNeeds: Record<string, (keyof Inventory)[]> = {
  'registry-policy-public': ['registryPolicy'],
  'replication-configured': ['replication', 'repositories'],
}

test.each(Object.entries(repositoryNeeds).flatMap(([id, parts]) => parts.map((part) => [id, part] as const)))(
  '%s is unknown without %s, and only it and its like',
  (id, part) => {
    const before = judge(inventory())
    const after = judge(inventory({ repositories: { ok: [repository({ [part]: denied })] } }))
    expect(statusesOf(after)[id]).toBe('unknown')
    const changed = after.findings.filter(
      // That one is about what is missing, whatever it is.
      ({ control, status }, at) => control !== 'inventory-complete' && status !== before.findings[at]?.status,
    )
    expect(changed.every(({ control }) => repositoryNeeds[control]?.includes(part))).toBe(true)
  },
)

const text = fc.oneof(fc.string(), fc.constantFrom('*', '', 'MUTABLE', 'COMPLETE', '__proto__', 'KMS', now))
const missing = fc.record({ code: text, message: text, needs: text }).map((error) => ({ error }))
const answer = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((ok) => ({ ok })),
    missing,
  )
const someJson = fc.json()
const policy = fc.oneof(
  fc.constant(null),
  text,
  someJson,
  fc
    .array(
      fc.record({
        Effect: fc.constantFrom('Allow', 'Deny', 'x'),
        Principal: fc.oneof(text, fc.dictionary(text, fc.oneof(text, fc.array(text)))),
        Action: fc.oneof(text, fc.array(fc.constantFrom('ecr:*', '*', 'ecr:PutImage', 'x?'))),
        Condition: fc.oneof(fc.jsonValue(), fc.dictionary(text, fc.dictionary(text, fc.array(text)))),
      }),
    )
    .map((statements) => policyText(...statements)),
)
const images = fc.array(
  fc.record(
    {
      digest: text,
      kind: fc.constantFrom('image' as const, 'index' as const, 'artifact' as const),
      tags: fc.array(text),
      bytes: fc.nat(),
      pushedAt: fc.oneof(
        text,
        fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'x' : date.toISOString())),
      ),
      lastPull: text,
      status: fc.constantFrom('ACTIVE' as const, 'ARCHIVED' as const, 'ACTIVATING' as const),
    },
    { requiredKeys: ['digest', 'kind', 'tags', 'bytes', 'pushedAt', 'status'] },
  ),
)
const anyRepository: fc.Arbitrary<RepositoryInventory> = fc.record({
  name: text,
  arn: text,
  createdAt: text,
  encryption: fc.record({ type: text, kmsKey: text }),
  tagMutability: fc.record({ mode: text, exclusions: fc.array(text) }),
  scanOnPush: fc.boolean(),
  effectiveScanning: answer(fc.record({ frequency: text, filters: fc.array(text) })),
  policy: answer(policy),
  lifecyclePolicy: answer(policy),
  tags: answer(fc.dictionary(text, text)),
  images: answer(images),
  deployedScans: answer(fc.constant([])),
  replicationStatus: answer(fc.constant(null)),
  latestScan: answer(
    fc.oneof(
      fc.constant(null),
      fc.record({ digest: text, status: text, severities: fc.dictionary(text, fc.nat()) }),
    ),
  ),
})
const anyInventory: fc.Arbitrary<Inventory> = fc
  .record({
    collectedAt: text,
    registryPolicy: answer(policy),
    registryPolicyScope: answer(text),
    scanning: answer(
      fc.record({ scanType: fc.constantFrom('BASIC' as const, 'ENHANCED' as const), rules: fc.constant([]) }),
    ),
    replication: answer(
      fc.array(
        fc.record({
          destinations: fc.array(fc.record({ region: text, account: text })),
          prefixes: fc.array(text),
        }),
      ),
    ),
    pullTimeExclusions: answer(fc.array(text)),
    repositories: answer(fc.array(anyRepository, { maxLength: 3 })),
    keys: fc.dictionary(
      text,
      answer(
        fc.record({
          arn: text,
          manager: fc.constantFrom('AWS' as const, 'CUSTOMER' as const),
          state: text,
          account: text,
          region: text,
          origin: fc.constantFrom('AWS_KMS', 'EXTERNAL', 'x'),
          rotation: answer(fc.boolean()),
          policy: answer(policy),
        }),
      ),
    ),
  })
  .map((parts) => inventory(parts as Partial<Inventory>))

test('whatever an inventory holds, judging ends, and a missing answer is never a pass', () => {
  fc.assert(
    fc.property(anyInventory, (found) => {
      const report = judge(found)
      expect(report.findings.filter(({ evidence }) => evidence?.['defect'])).toEqual([])
      const { pass, fail, unknown, notApplicable } = report.summary
      expect(pass + fail + unknown + notApplicable).toBe(report.findings.length)
      for (const { control, status, resource } of report.findings) {
        if (status !== 'pass') continue
        const lacks = (registryNeeds[control] ?? []).filter((part) => 'error' in (found[part] as object))
        expect(lacks).toEqual([])
        const list = 'ok' in found.repositories ? found.repositories.ok : []
        const subjects = list.filter(({ arn }) => arn === resource)
        const needs = repositoryNeeds[control] ?? []
        if (needs.length === 0 || subjects.length === 0) continue
        expect(subjects.some((one) => needs.every((part) => 'ok' in (one[part] as object)))).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

test('the report is JSON that says the same when it is read back', () => {
  fc.assert(
    fc.property(anyInventory, (found) => {
      const report = judge(found)
      expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    }),
    { numRuns: 50 },
  )
})

const failing = judge(inventory({ repositories: { ok: [repository({ tags: { ok: {} } })] } }))
const medium = judge(
  inventory({ repositories: { ok: [repository({ tagMutability: { mode: 'MUTABLE', exclusions: [] } })] } }),
)
const lacking = judge(inventory({ registryPolicy: denied }))
const both = judge(
  inventory({ registryPolicy: denied, repositories: { ok: [repository({ tags: { ok: {} } })] } }),
)

test.each<[string, ReturnType<typeof judge>, Severity | undefined, number]>([
  ['all passes', judge(inventory()), 'low', 0],
  ['a fail without a gate', failing, undefined, 0],
  ['a low fail at a low gate', failing, 'low', 3],
  ['a low fail at a medium gate', failing, 'medium', 0],
  ['a medium fail at a low gate', medium, 'low', 3],
  ['a medium fail at a high gate', medium, 'high', 0],
  ['unknown', lacking, undefined, 4],
  ['unknown with a gate', lacking, 'critical', 4],
  ['a fail at the gate beats unknown', both, 'low', 3],
  ['a fail below the gate does not', both, 'high', 4],
])('exit code: %s', (_name, report, gate, code) => {
  expect(auditExit(report, gate)).toBe(code)
})

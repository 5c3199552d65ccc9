import { expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
import { denied, inventory, repository } from '../controls/inventory.fixture.ts'
import { frameworks } from '../frameworks/index.ts'
import { judge } from './audit.ts'
import { controlsOfFrameworks, withFrameworks } from './by-framework.ts'

const found = inventory({
  replication: denied,
  repositories: {
    ok: [
      repository({ name: 'a' }),
      repository({ name: 'b', tagMutability: { mode: 'MUTABLE', exclusions: [] } }),
    ],
  },
})

test('a requirement is what the worst of its findings is, with the counts', () => {
  const [fsbp] = withFrameworks(judge(found), ['fsbp']).frameworks ?? []
  const byId = Object.fromEntries(
    (fsbp?.requirements ?? []).map((requirement) => [requirement.id, requirement]),
  )
  expect(byId['ECR.2']).toEqual({
    id: 'ECR.2',
    title: 'tags are immutable',
    controls: ['tag-immutability'],
    status: 'fail',
    counts: { pass: 1, fail: 1, unknown: 0, waived: 0, notApplicable: 0 },
  })
  expect(byId['ECR.1']?.status).toBe('pass')
})

test('what is unknown does not pass, and a waived fail is waived', () => {
  const statuses = (report: ReturnType<typeof judge>, framework: string) =>
    Object.fromEntries(
      (withFrameworks(report, [framework]).frameworks?.[0]?.requirements ?? []).map(({ id, status }) => [
        id,
        status,
      ]),
    )
  const report = judge(found)
  expect(statuses(report, 'soc-2')['A1.2']).toBe('unknown')
  const findings = report.findings.map((finding) =>
    finding.status === 'fail' ? { ...finding, status: 'waived' as const } : finding,
  )
  expect(statuses({ ...report, findings }, 'fsbp')['ECR.2']).toBe('waived')
  expect(statuses(judge(inventory({ repositories: { ok: [] } })), 'fsbp')['ECR.2']).toBe('not-applicable')
})

test.each(frameworks.map(({ id }) => id))('%s: its controls, and no other, are asked', (id) => {
  const asked = controlsOfFrameworks([id])
  expect(asked.length).toBeGreaterThan(0)
  const known = controls.map((control) => control.id)
  expect(asked.filter((control) => !known.includes(control))).toEqual([])
  const [result] = withFrameworks(judge(found, { controls: asked }), [id]).frameworks ?? []
  expect(new Set(result?.requirements.flatMap((requirement) => requirement.controls))).toEqual(new Set(asked))
})

test('a control that was not asked is not spoken for', () => {
  const [result] = withFrameworks(judge(found, { controls: ['tag-immutability'] }), ['fsbp']).frameworks ?? []
  expect(result?.requirements.map(({ id }) => id)).toEqual(['ECR.2'])
})

test('a framework that nobody has is refused', () => {
  expect(() => controlsOfFrameworks(['hipaa'])).toThrow('No framework is called "hipaa"')
})

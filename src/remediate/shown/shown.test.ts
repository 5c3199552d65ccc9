import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Cycle, demoBaseline, openCycle } from '../cycle.fixture.ts'
import type { Plan } from '../plan.ts'
import { planScript } from './cli.ts'
import { planCloudFormation } from './cloudformation.ts'
import { planTerraform } from './terraform.ts'

let cycle: Cycle
let plan: Plan
beforeAll(async () => {
  cycle = await openCycle()
  plan = await cycle.plan(
    ['tag-immutability', 'owner-tag', 'repository-policy-public', 'registry-policy-public'],
    demoBaseline,
  )
})
afterAll(() => cycle.close())

interface Template {
  Resources: Record<string, { Type: string; DeletionPolicy: string; Properties: Record<string, unknown> }>
}

test('CloudFormation: one resource for all steps of a repository, and none goes with the stack', () => {
  const { Resources } = parse(planCloudFormation(plan)) as Template
  const repositories = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ECR::Repository')
  const names = repositories.map(({ Properties }) => Properties['RepositoryName'])
  expect(new Set(names).size).toBe(names.length)
  const wanted = plan.steps.filter(({ kind }) => kind !== 'registry-policy').map(({ resource }) => resource)
  expect(names.sort()).toEqual([...new Set(wanted)].sort())
  expect(Object.values(Resources).map(({ DeletionPolicy }) => DeletionPolicy)).not.toContain('Delete')
  expect(Resources['RepositoryLegacyReports']?.Properties).toMatchObject({
    RepositoryName: 'legacy/reports',
    ImageTagMutability: 'IMMUTABLE',
    Tags: expect.arrayContaining([{ Key: 'owner', Value: 'platform-team' }]),
  })
})

test('Terraform: what is there is imported, and nothing can begin a template', () => {
  const text = planTerraform(plan)
  expect(text).toContain('  to = aws_ecr_repository.legacy_reports\n  id = "legacy/reports"\n')
  expect(text).toContain('resource "aws_ecr_registry_policy" "_111122223333" {')
  const step = plan.steps.find(({ kind }) => kind === 'repository-policy')
  if (!step) throw new Error('there is a policy to change')
  const variable = `$\{aws:username}`
  const after = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: '%{x}', Resource: variable }],
  })
  expect(planTerraform({ ...plan, steps: [{ ...step, after }] })).toContain(`$${variable}`)
  expect(planTerraform({ ...plan, steps: [{ ...step, after }] })).toContain('%%{x}')
})

test('a script: quoted for a shell, in order, with the way back as comments', () => {
  const text = planScript(plan)
  const commands = text.split('\n').filter((line) => line.startsWith('aws '))
  expect(commands).toHaveLength(plan.steps.flatMap(({ calls }) => calls).length)
  expect(text.split('\n').filter((line) => line.startsWith('# aws '))).toHaveLength(
    plan.steps.flatMap(({ undo }) => undo).length,
  )
  const [step] = plan.steps
  if (!step) throw new Error('there are steps')
  const calls = [
    {
      ...(step.calls[0] ?? { service: 'ecr' as const, operation: 'X', needs: [] }),
      input: { a: "it's; $(rm)" },
    },
  ]
  const hostile = planScript({ ...plan, steps: [{ ...step, title: 'a\nrm -rf x', calls }] })
  expect(hostile).toContain(`'{"a":"it'\\''s; $(rm)"}'`)
  expect(hostile).not.toMatch(/^rm/m)
})

test('what goes, and what is more than requests, is named as such', () => {
  const [step] = plan.steps
  if (!step) throw new Error('there are steps')
  const gone: Plan = { ...plan, steps: [{ ...step, after: null }] }
  for (const shown of [planTerraform(gone), planCloudFormation(gone)]) {
    expect(shown).toContain(`it goes`)
    expect(shown).toContain(step.title)
  }
})

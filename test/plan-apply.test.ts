import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { planScene } from './support/plans.ts'

describe('plan', () => {
  test('says what would change, writes the same into the file, and changes nothing', async () => {
    const scene = await planScene()
    const { code, stdout } = await scene.run([
      ...['plan', '--control', 'tag-immutability', '--repository', 'shop/*', '--out', 'plan.json'],
    ])
    expect(code).toBe(exit.ok)
    expect(stdout).toContain('VISIBLE: somebody may be refused')
    expect(stdout).toContain('-   "mode": "MUTABLE"')
    expect(stdout).toContain('+   "mode": "IMMUTABLE"')
    expect(stdout).toContain('ecr:PutImageTagMutability')
    expect(stdout).toContain('holdfast apply plan.json --dry-run')
    expect(stdout).toMatch(/SIMULATED/)
    expect(scene.changes()).toEqual([])
    const file = readFileSync(join(scene.cwd, 'plan.json'), 'utf8')
    const { steps, simulated, schema } = JSON.parse(file)
    expect({ schema, simulated }).toEqual({ schema: 'holdfast.plan/1', simulated: true })
    expect(steps.map((step: { id: string }) => step.id)).toContain('tag-mutability:shop/api')
    expect(steps.every((step: { resource: string }) => step.resource.startsWith('shop/'))).toBe(true)
  })

  test('with --exit-code there is something to do, or not', async () => {
    const scene = await planScene()
    const argv = ['plan', '--control', 'tag-immutability', '--exit-code']
    expect((await scene.run(argv)).code).toBe(exit.findings)
    await scene.plan()
    await scene.run(['apply', 'plan.json', '--yes'])
    const { code, stdout } = await scene.run(argv)
    expect(code).toBe(exit.ok)
    expect(stdout).toContain('nothing to change')
  })

  test('--only leaves other risks out, and their permissions', async () => {
    const scene = await planScene()
    const { steps, permissions } = await scene.plan('--only', 'safe')
    expect(steps).toEqual([])
    expect(permissions).toEqual({ apply: [], rollback: [] })
  })

  test('as Markdown it says the same, marked as simulated', async () => {
    const scene = await planScene()
    const { stdout } = await scene.run(['plan', '--control', 'tag-immutability', '--format', 'markdown'])
    expect(stdout).toMatch(/^# Holdfast plan\n\n\*\*Simulated\*\*/)
    expect(stdout).toContain('```diff\n  {\n-   "mode": "MUTABLE",\n+   "mode": "IMMUTABLE",')
  })

  test('what could not be read is in no plan: said so, and exit 4; such a document can be applied', async () => {
    const scene = await planScene()
    scene.sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied' })
    const argv = ['plan', '--control', 'tag-immutability', '--control', 'repository-policy-public']
    const { code, stdout, stderr, json } = await scene.run([...argv, '--format', 'json'])
    expect(code).toBe(exit.partial)
    expect(stderr).toMatch(/warning: \d+ findings are unknown, and in no plan/)
    expect(json<{ warnings: string[] }>().warnings).toHaveLength(1)
    expect((await scene.run(['apply', '-', '--dry-run'], { stdin: stdout })).code).toBe(exit.ok)
  })

  test('a target that may not be read is left with the reason, and stops no other', async () => {
    const scene = await planScene()
    // Once by the inventory; then it is the plan that asks.
    scene.sandbox.addFault({
      service: 'ecr',
      operation: 'DescribeRepositories',
      after: 2,
      times: 1,
      kind: 'denied',
    })
    const plan = await scene.plan('--repository', 'shop/*')
    expect(plan['unfixed']).toMatchObject([
      {
        control: 'tag-immutability',
        reason: expect.stringContaining('Not allowed: ecr:DescribeRepositories'),
      },
    ])
    expect(plan.steps.length).toBeGreaterThan(0)
  })

  test('what --format json prints can be applied too', async () => {
    const scene = await planScene()
    const { stdout } = await scene.run(['plan', '--control', 'tag-immutability', '--format', 'json'])
    const { code } = await scene.run(['apply', '-', '--dry-run'], { stdin: stdout })
    expect(code).toBe(exit.ok)
  })
})

test('the whole cycle: apply, nothing more to do, roll back, as before, apply anew', async () => {
  const scene = await planScene()
  const before = await scene.modes()
  const plan = await scene.plan()

  const applied = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
  expect(applied.code).toBe(exit.ok)
  expect(applied.json()).toMatchObject({ simulated: true, complete: true, changed: plan.steps.length })
  const { run } = applied.json<{ run: string }>()
  const failing = await scene.run(['audit', '--control', 'tag-immutability', '--query', 'summary.fail'])
  expect(failing.stdout).toBe('0\n')

  scene.changes()
  const again = await scene.run(['apply', 'plan.json', '--format', 'json'])
  expect(again.code).toBe(exit.ok)
  expect(again.json()).toMatchObject({ run, resumed: true, changed: 0, complete: true })
  expect(scene.changes()).toEqual([])

  const listed = await scene.run(['rollback', '--list', '--format', 'json'])
  expect(listed.json()).toMatchObject({
    schema: 'holdfast.runs/1',
    simulated: true,
    runs: [{ id: run, plan: plan.id, state: 'done', steps: { done: plan.steps.length, untouched: 0 } }],
  })
  const looked = await scene.run(['rollback', run, '--dry-run'])
  expect(looked.code).toBe(exit.ok)
  expect(looked.stdout).toContain('to take back')
  expect(scene.changes()).toEqual([])

  const back = await scene.run(['rollback', '--last', '--yes'])
  expect(back.code).toBe(exit.ok)
  expect(back.stdout).toMatch(/everything is as it was\s+before it/)
  expect(await scene.modes()).toEqual(before)
  expect((await scene.run(['rollback', '--list'])).stdout).toContain(`${run}  rolled back`)

  const anew = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
  expect(anew.json()).toMatchObject({ complete: true, resumed: false, changed: plan.steps.length })
})

describe('a person decides', () => {
  test('yes: done, with the question on stderr', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    const { code, stderr, stdout } = await scene.run(['apply', 'plan.json'], { says: 'yes\n' })
    expect(code).toBe(exit.ok)
    expect(stderr).toMatch(
      new RegExp(`${steps.length} steps in ecr://111122223333/eu-west-1 \\(simulated\\)`),
    )
    expect(stdout).not.toContain('Only "yes"')
  })

  test.each(['no', 'y', '', 'YES PLEASE'])('%j: refused, nothing changed', async (says) => {
    const scene = await planScene()
    await scene.plan()
    scene.changes()
    const { code, stderr } = await scene.run(['apply', 'plan.json'], { says })
    expect(code).toBe(exit.refused)
    expect(stderr).toContain('The answer was not yes.')
    expect(scene.changes()).toEqual([])
    expect(() => readdirSync(join(scene.cwd, 'holdfast-journal'))).toThrow()
  })

  test('nobody is there: refused, for a rollback too', async () => {
    const scene = await planScene()
    await scene.plan()
    const { code, stderr } = await scene.run(['apply', 'plan.json'])
    expect(code).toBe(exit.refused)
    expect(stderr).toContain('Nobody could be asked')
    await scene.run(['apply', 'plan.json', '--yes'])
    const applied = await scene.modes()
    expect((await scene.run(['rollback', '--last'])).code).toBe(exit.refused)
    expect(await scene.modes()).toEqual(applied)
    expect((await scene.run(['rollback', '--last'], { says: 'yes' })).code).toBe(exit.ok)
  })
})

test('a part of a plan: one step, then the rest', async () => {
  const scene = await planScene()
  const before = await scene.modes()
  const { steps } = await scene.plan()
  await scene.run(['apply', 'plan.json', '--yes', '--step', 'tag-mutability:shop/api'])
  expect(await scene.modes()).toEqual({ ...before, 'shop/api': 'IMMUTABLE' })
  const rest = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
  expect(rest.json()).toMatchObject({ resumed: true, complete: true, changed: steps.length - 1 })
  await scene.run(['rollback', '--last', '--yes'])
  expect(await scene.modes()).toEqual(before)
})

describe('something goes wrong in the middle', () => {
  test('a refused call: what was done is done, the rest waits, and the same command goes on', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    scene.sandbox.addFault({
      ...{ service: 'ecr', operation: 'PutImageTagMutability', after: 2, times: 1, kind: 'denied' },
    })
    const stopped = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
    expect(stopped.code).toBe(exit.partial)
    expect(stopped.json()).toMatchObject({ complete: false, changed: 2 })
    expect((await scene.run(['rollback', '--list'])).stdout).toContain('interrupted')
    const resumed = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
    expect(resumed.code).toBe(exit.ok)
    expect(resumed.json()).toMatchObject({ resumed: true, complete: true, changed: steps.length - 2 })
  })

  test('the first call is refused: nothing could be done', async () => {
    const scene = await planScene()
    await scene.plan()
    scene.sandbox.addFault({ service: 'ecr', operation: 'PutImageTagMutability', kind: 'denied' })
    const { code, stdout } = await scene.run(['apply', 'plan.json', '--yes'])
    expect(code).toBe(exit.failed)
    expect(stdout).toContain('FAILED')
    expect(stdout).toContain('goes on where it is')
  })

  test('with --continue the others are done', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    scene.sandbox.addFault({
      ...{ service: 'ecr', operation: 'PutImageTagMutability', times: 1, kind: 'denied' },
    })
    const report = await scene.run(['apply', 'plan.json', '--yes', '--continue', '--format', 'json'])
    expect(report.code).toBe(exit.partial)
    expect(report.json()).toMatchObject({ changed: steps.length - 1 })
  })

  test.each(['lost-answer', 'reset'] as const)('%s, then resume', async (kind) => {
    const scene = await planScene()
    await scene.plan()
    scene.sandbox.addFault({ service: 'ecr', operation: 'PutImageTagMutability', after: 1, times: 20, kind })
    await scene.run(['apply', 'plan.json', '--yes', '--quiet'])
    scene.sandbox.clearFaults()
    const resumed = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
    expect(resumed.json()).toMatchObject({ complete: true })
  })

  test.each(['lost-answer', 'reset'] as const)('%s, then rollback', async (kind) => {
    const scene = await planScene()
    const before = await scene.modes()
    await scene.plan()
    scene.sandbox.addFault({ service: 'ecr', operation: 'PutImageTagMutability', after: 1, times: 20, kind })
    await scene.run(['apply', 'plan.json', '--yes'])
    scene.sandbox.clearFaults()
    expect((await scene.run(['rollback', '--last', '--yes'])).code).toBe(exit.ok)
    expect(await scene.modes()).toEqual(before)
  })

  test('Ctrl-C: the journal knows how far it came, and the same command goes on', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    scene.sandbox.addFault({
      ...{ service: 'ecr', operation: 'PutImageTagMutability', after: 1, times: 1, kind: 'stall' },
    })
    const person = new AbortController()
    const running = scene.run(['apply', 'plan.json', '--yes'], { signal: person.signal })
    await vi.waitFor(() => expect(scene.sandbox.faultsMet()).not.toEqual([]), { timeout: 10_000 })
    person.abort()
    const stopped = await running
    expect(stopped.code).toBe(exit.interrupted)
    expect(stopped.stderr).toContain('holdfast rollback --last')
    const listed = await scene.run(['rollback', '--list', '--format', 'json'])
    expect(listed.json()).toMatchObject({ runs: [{ state: 'interrupted', steps: { done: 1, begun: 1 } }] })
    // The second was done; only its answer never came.
    const resumed = await scene.run(['apply', 'plan.json', '--yes', '--format', 'json'])
    expect(resumed.json()).toMatchObject({ resumed: true, complete: true, changed: steps.length - 2 })
  })
})

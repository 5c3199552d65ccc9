import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { planId } from '../src/remediate/plan-id.ts'
import { type PlanScene, planScene, type SavedPlan } from './support/plans.ts'
import { envOf } from './support/sandbox.ts'

const apply = ['apply', 'plan.json', '--yes']

/** Writes the plan as somebody changed it, with an id that fits again or not. */
function edit(
  scene: PlanScene,
  plan: SavedPlan,
  change: Record<string, unknown>,
  { fits = true } = {},
): void {
  const { id, ...rest } = { ...plan, ...change }
  const made = fits ? planId(rest as never) : id
  writeFileSync(join(scene.cwd, 'plan.json'), JSON.stringify({ ...rest, id: made }))
}

/** Refused with that code, words, and no change at all. */
async function expectRefused(scene: PlanScene, code: number, words: RegExp, argv = apply): Promise<void> {
  const before = await scene.modes()
  scene.changes()
  const result = await scene.run(argv)
  expect(result.stderr).toMatch(words)
  expect(result.code).toBe(code)
  expect(scene.changes()).toEqual([])
  expect(await scene.modes()).toEqual(before)
}

describe('somebody changed a target since the plan was made', () => {
  test('nothing at all is changed', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    const [first] = steps
    await scene.run(['apply', 'plan.json', '--yes', '--step', first?.id ?? ''])
    await scene.run(['rollback', '--last', '--yes'])
    const other = { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' as const, filter: 'v*' }
    await scene.exclude(steps[1]?.resource ?? '', other)
    await expectRefused(scene, exit.refused, /Changed since the plan was made: tag mutability of repository/)
    await expectRefused(scene, exit.refused, /Changed since/, [...apply, '--dry-run'])
  })

  test('with --continue it is left out, and the exit code says so', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    await scene.exclude('shop/api', { imageTagMutability: 'MUTABLE_WITH_EXCLUSION', filter: 'v*' })
    const { code, stdout } = await scene.run([...apply, '--continue'])
    expect(code).toBe(exit.partial)
    expect(stdout).toMatch(/CHANGED {2}visible {2}tag-mutability:shop\/api/)
    expect(stdout).toContain(`${steps.length - 1} done`)
    expect((await scene.modes())['shop/api']).toBe('MUTABLE_WITH_EXCLUSION')
  })

  test('a repository that is gone', async () => {
    const scene = await planScene()
    await scene.plan()
    await scene.deleteRepository('shop/api')
    await expectRefused(scene, exit.refused, /Changed since the plan was made: .*shop\/api/)
  })

  test('one that is as the plan wants it already is no drift, and rollback does not touch it', async () => {
    const scene = await planScene()
    await scene.plan()
    await scene.setMode('shop/api', 'IMMUTABLE')
    expect((await scene.run(apply)).code).toBe(exit.ok)
    expect((await scene.run(['rollback', '--last', '--yes'])).code).toBe(exit.ok)
    expect((await scene.modes())['shop/api']).toBe('IMMUTABLE')
  })

  test('since the apply: rollback leaves it alone', async () => {
    const scene = await planScene()
    const { steps } = await scene.plan()
    await scene.run(apply)
    const last = steps.at(-1)?.resource ?? ''
    await scene.exclude(last, { imageTagMutability: 'MUTABLE_WITH_EXCLUSION', filter: 'v*' })
    const stopped = await scene.run(['rollback', '--last', '--yes'])
    expect(stopped.code).toBe(exit.refused)
    expect(stopped.stdout).toContain('CHANGED since')
    const { code, stdout } = await scene.run(['rollback', '--last', '--yes', '--continue'])
    expect(code).toBe(exit.partial)
    expect(stdout).toContain('taken back')
    expect((await scene.modes())[last]).toBe('MUTABLE_WITH_EXCLUSION')
  })
})

describe('a plan file that is not to be trusted', () => {
  test('edited by hand', async () => {
    const scene = await planScene()
    const plan = await scene.plan()
    edit(scene, plan, { steps: plan.steps.slice(1) }, { fits: false })
    await expectRefused(scene, exit.usage, /was changed after it was made/)
  })

  test('a call that does not follow from the states', async () => {
    const scene = await planScene()
    const plan = await scene.plan()
    const [first, ...rest] = plan.steps
    const call = {
      service: 'ecr',
      operation: 'DeleteRepository',
      input: { repositoryName: 'shop/api' },
      needs: [],
    }
    edit(scene, plan, { steps: [{ ...first, calls: [call] }, ...rest] })
    await expectRefused(scene, exit.usage, /made by another version of Holdfast/)
  })

  test('a kind of step that this version does not have', async () => {
    const scene = await planScene()
    const plan = await scene.plan()
    edit(scene, plan, { steps: [{ ...plan.steps[0], kind: 'moon-phase' }] })
    await expectRefused(scene, exit.usage, /made by another version of Holdfast/)
  })

  test.each([
    ['{', /is no plan/],
    ['{}', /is no plan/],
    ['[]', /is no plan/],
    ['{"schema":"holdfast.audit/1"}', /is no plan/],
    ['{"schema":"holdfast.plan/2"}', /is no plan/],
  ])('%s', async (text, words) => {
    const scene = await planScene({ seed: 'empty' })
    writeFileSync(join(scene.cwd, 'plan.json'), text)
    await expectRefused(scene, exit.usage, words)
  })

  test('one that is not there', async () => {
    const scene = await planScene({ seed: 'empty' })
    await expectRefused(scene, exit.usage, /nowhere\.json cannot be read/, ['apply', 'nowhere.json'])
  })
})

test('a run that this version cannot read is listed, with why, beside the others', async () => {
  const scene = await planScene()
  await scene.plan()
  await scene.run(apply)
  const other = join(scene.cwd, 'holdfast-journal/runs/20200101T000000000Z-abcdef')
  mkdirSync(other, { recursive: true })
  writeFileSync(join(other, 'plan.json'), '{"schema":"holdfast.plan/9"}')
  const { code, stdout } = await scene.run(['rollback', '--list'])
  expect(code).toBe(exit.ok)
  expect(stdout).toMatch(/20200101T000000000Z-abcdef {2}cannot be read\n.*is no plan/)
  expect(stdout).toMatch(/ {2}done\n/)
  expect((await scene.run(['rollback', '20200101T000000000Z-abcdef', '--yes'])).code).toBe(exit.usage)
})

describe('a plan for another place', () => {
  test('another account', async () => {
    const scene = await planScene()
    await scene.plan()
    const [, other] = scene.sandbox.accounts
    const env = { ...envOf(scene.sandbox), AWS_ACCESS_KEY_ID: other?.accessKeyId ?? '' }
    Object.assign(env, { AWS_SECRET_ACCESS_KEY: other?.secretAccessKey ?? '' })
    scene.changes()
    const { code, stderr } = await scene.run(apply, { env })
    expect(code).toBe(exit.refused)
    expect(stderr).toContain('The plan is for ecr://111122223333/eu-west-1')
    expect(scene.changes()).toEqual([])
  })

  test('another Region that was asked for; the one of the environment does not matter', async () => {
    const scene = await planScene()
    await scene.plan()
    await expectRefused(scene, exit.refused, /these credentials are for ecr:\/\/111122223333\/us-east-1/, [
      ...[...apply, '--region', 'us-east-1'],
    ])
    const env = { ...scene.sandbox.env, AWS_REGION: 'us-east-1' }
    expect((await scene.run([...apply, '--dry-run'], { env })).stdout).toContain('to do')
  })

  test('the real AWS', async () => {
    const scene = await planScene()
    edit(scene, await scene.plan(), { simulated: false })
    await expectRefused(scene, exit.refused, /The plan was made in AWS, and this is the sandbox/)
  })
})

describe('wrong words', () => {
  test.each([
    [[...apply, '--step', 'tag-mutability:nowhere'], /no step "tag-mutability:nowhere"/],
    [[...apply, '--max', 'many'], /--max "many" is not a whole number/],
    [[...apply, '--only', 'harmless'], /Allowed choices are safe, visible, destructive/],
    [['rollback'], /Which run\?/],
    [['rollback', '--last', '--list'], /one of them/],
    [['rollback', 'x', '--last'], /one of them/],
    [['rollback', '../../etc', '--yes'], /has no run/],
    [['rollback', '--last', '--yes'], /has no run/],
    [['plan', '--out', 'nowhere/plan.json'], /The folder does not exist/],
    [['plan', '--baseline', 'nowhere.yaml'], /Cannot read .*nowhere\.yaml/],
    [['plan', '--control', 'nothing'], /nothing/],
  ])('%j', async (argv, words) => {
    const scene = await planScene()
    if (argv[0] === 'apply') await scene.plan()
    await expectRefused(scene, exit.usage, words, argv)
  })
})

describe('a baseline that cannot be had is refused before anything is asked of ECR', () => {
  const key = (region: string) =>
    `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  test.each([
    ['baseline: { encryptoin: {} }', /unknown key "encryptoin", did you mean "encryption"/],
    ['baseline: { encryption: { kmsKey: alias/images } }', /an alias may point to another key/],
    ['baseline: { lifecycle: { untaggedDays: 0 } }', /would expire at once/],
    ['baseline: { scanning: { frequency: CONTINUOUS_SCAN } }', /set type to ENHANCED/],
    [`baseline: { encryption: { kmsKey: "${key('us-east-1')}" } }`, /The key is in us-east-1/],
    [
      'baseline: { replication: { destinations: [{ region: eu-west-1 }] } }',
      /eu-west-1 is the registry itself/,
    ],
    [
      'baseline: { replication: { destinations: [{ region: eu-north-1, account: "999988887777" }] } }',
      /999988887777 is not among audit\.trustedAccounts/,
    ],
  ])('%s', async (yaml, words) => {
    const scene = await planScene({ seed: 'empty' })
    writeFileSync(join(scene.cwd, 'wishes.yaml'), yaml)
    const { code, stderr } = await scene.run(['plan', '--baseline', 'wishes.yaml', '--out', 'plan.json'])
    expect(code).toBe(exit.usage)
    expect(stderr).toMatch(words)
    expect(scene.sandbox.requestLog().filter(({ service }) => service === 'ecr')).toEqual([])
    expect(() => readFileSync(join(scene.cwd, 'plan.json'))).toThrow()
  })
})

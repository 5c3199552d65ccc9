import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sandboxAws } from '../src/aws/sandbox.fixture.ts'
import { exit } from '../src/core/errors.ts'
import { quietRun } from '../src/core/run.ts'
import { collectInventory } from '../src/inventory/collect.ts'
import type { LintDocument, SimulationReport, SuggestionReport } from '../src/lifecycle/reports.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { envOf, testSandbox } from './support/sandbox.ts'

/** `holdfast lifecycle` against the demo registry, whose policy for shop/api takes what a monthly task runs. */
async function place() {
  const sandbox = await testSandbox()
  const cwd = temporaryFolder()
  const run = (...argv: string[]) => runCli(['lifecycle', ...argv], { env: sandbox.env, cwd })
  const write = (name: string, content: string) => writeFileSync(join(cwd, name), content)
  return { sandbox, cwd, run, write }
}

const rule = (selection: object, rulePriority = 1) => ({
  rulePriority,
  selection,
  action: { type: 'expire' },
})
const policy = (...rules: object[]) => JSON.stringify({ rules }, null, 2)
const keepAll = policy(rule({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 9999 }))

test('simulate: the policy of today takes an image in use', async () => {
  const { run } = await place()
  const { code, stdout } = await run('simulate', '--repository', 'shop/api')
  expect(code).toBe(exit.findings)
  expect(stdout).toMatch(/1\.2\.0 \(455a600188e1\) is in use by\s+arn:aws:events/)
})

test('simulate: another policy, compared with the one of today', async () => {
  const { run, write } = await place()
  write('keep.json', keepAll)
  const { code, json } = await run(
    'simulate',
    '--policy',
    'keep.json',
    '--repository',
    'shop/api',
    '--format',
    'json',
  )
  expect(code).toBe(exit.ok)
  const [found] = json<SimulationReport>().repositories
  expect(found).toMatchObject({ totals: { kept: 3, expired: 0 }, today: { totals: { kept: 2, expired: 1 } } })
  expect(found?.changes).toMatchObject([{ tags: ['1.2.0'], today: 'expired', proposed: 'kept' }])
})

test('simulate: as of a later day, and with what only a file knows', async () => {
  const { run, write } = await place()
  write(
    'old.json',
    policy(rule({ tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 3650 })),
  )
  const later = ['simulate', '--policy', 'old.json', '--repository', 'charts/*', '--format', 'json']
  expect((await run(...later)).code).toBe(exit.ok)
  const all = await run(...later, '--at', '2046-01-01')
  expect(all.json<SimulationReport>().repositories[0]?.warnings.map(({ code }) => code)).toContain(
    'takes-everything',
  )
  const [image] = all.json<SimulationReport>().repositories[0]?.images ?? []
  write('running.txt', `charts/shop@${image?.digest} my cluster\n`)
  const used = await run(...later, '--at', '2046-01-01', '--in-use', 'running.txt')
  expect(used.code).toBe(exit.findings)
  expect(used.stdout).toContain('my cluster')
})

test('simulate: a saved inventory gives the same answer, without AWS', async () => {
  const { sandbox, aws, close } = await sandboxAws({ seed: 'demo' })
  onTestFinished(close)
  const cwd = temporaryFolder()
  const inventory = await collectInventory(aws, quietRun())
  writeFileSync(join(cwd, 'registry.json'), JSON.stringify(inventory))
  const simulate = ['lifecycle', 'simulate', '--format', 'json']
  const live = await runCli(simulate, { env: envOf(sandbox) })
  const saved = await runCli([...simulate, '--inventory', 'registry.json'], { cwd })
  const outcomes = ({ repositories }: SimulationReport) =>
    repositories.map(({ repository, images }) => [
      repository,
      images.map(({ digest, outcome, users }) => [digest, outcome, users]),
    ])
  expect(outcomes(saved.json())).toEqual(outcomes(live.json()))
  expect(saved.code).toBe(live.code)
  expect(inventory.requests['ecr:BatchGetImage']).toBeUndefined()
})

test('simulate: a policy that ECR would refuse is refused', async () => {
  const { run, write } = await place()
  write('bad.json', keepAll.replace('"any"', '"ANY"'))
  const { code, stderr } = await run('simulate', '--policy', 'bad.json')
  expect(code).toBe(exit.usage)
  expect(stderr).toMatch(/rules\[0\]\.selection\.tagStatus: .*Write it as any/)
  expect(stderr).toContain('holdfast lifecycle lint bad.json')
})

test('simulate: what cannot be read is unknown, and the rest is judged', async () => {
  const { sandbox, run } = await place()
  sandbox.addFault({ service: 'ecr', operation: 'DescribeImages', times: 1, kind: 'denied' })
  const argv = ['simulate', '--repository', 'platform/*', '--repository', 'charts/*', '--format', 'json']
  const { code, json } = await run(...argv)
  expect(code).toBe(exit.partial)
  const found = json<SimulationReport>().repositories.map(({ status, reason }) => `${status} ${reason ?? ''}`)
  expect(found).toContainEqual(expect.stringMatching(/^unknown AccessDenied.*needs ecr:DescribeImages/))
  expect(found).toContainEqual('simulated ')
})

test('nothing is pulled: last pull times stay', async () => {
  const { run } = await place()
  const pulls = async () => {
    const { json } = await run('simulate', '--format', 'json')
    return json<SimulationReport>().repositories.flatMap(({ images }) =>
      images.map(({ lastPull }) => lastPull),
    )
  }
  const before = await pulls()
  await run('suggest', '--repository', 'shop/api', '--drop-untagged-after', '14')
  expect(await pulls()).toEqual(before)
})

test('suggest: the file can be put as it is, and takes nothing in use', async () => {
  const { run, cwd } = await place()
  const goals = ['--keep-releases', '1', '--tag-pattern', '1.*', '--drop-untagged-after', '14']
  const suggested = await run(
    'suggest',
    '--repository',
    'shop/api',
    ...goals,
    '--out',
    'policy.json',
    '--format',
    'json',
  )
  expect(suggested.code).toBe(exit.ok)
  const report = suggested.json<SuggestionReport>()
  expect(report.inUse.map(({ safe }) => safe)).toEqual([true, true])
  expect(report.today).toMatchObject([{ tags: ['1.3.0'], outcome: 'expired' }])
  expect((await run('lint', 'policy.json')).stdout).toContain(
    'ECR would take it, and nothing in it looks odd',
  )
  expect((await run('simulate', '--repository', 'shop/api', '--policy', join(cwd, 'policy.json'))).code).toBe(
    exit.ok,
  )
})

test('suggest: what cannot be written is refused, and no file is made', async () => {
  const { run, write } = await place()
  const { code, stdout } = await run(
    'suggest',
    '--repository',
    'shop/worker',
    '--drop-untagged-after',
    '14',
    '--out',
    'p.json',
  )
  expect(code).toBe(exit.refused)
  expect(stdout).toMatch(/drop-untagged-after +1 image in use would be taken/)
  expect((await run('lint', 'p.json')).stderr).toContain('p.json cannot be read')
  write('p.json', keepAll)
  const unknown = await run(
    'suggest',
    '--repository',
    'shop/api',
    '--keep-releases',
    '9',
    '--tag-pattern',
    '1.*',
    '--skip-in-use',
  )
  expect(unknown.code).toBe(exit.partial)
  expect(unknown.stdout).toContain('nobody was asked what is in use')
})

test('lint: a file, the registry, and standard input', async () => {
  const { sandbox, run, write } = await place()
  write('bad.json', keepAll.replace('"expire"', '"delete"'))
  const { code, stdout } = await run('lint', 'bad.json')
  expect(code).toBe(exit.findings)
  expect(stdout).toMatch(/ERROR +line 11 +rules\[0\]\.action\.type/)
  const piped = await runCli(['lifecycle', 'lint', '-'], { stdin: keepAll })
  expect(piped.stdout).toMatch(/^-: ECR would take it/)
  const all = await run('lint', '--repository', '*', '--format', 'json')
  expect(all.json<LintDocument>().policies.every(({ accepted }) => accepted)).toBe(true)
  expect((await run('lint', '--repository', '*', '--strict')).code).toBe(exit.findings)
  sandbox.addFault({ service: 'ecr', operation: 'GetLifecyclePolicy', times: 1, kind: 'denied' })
  expect((await run('lint', '--repository', '*')).code).toBe(exit.partial)
})

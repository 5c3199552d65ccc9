import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ECR } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import type { AuditReport } from '../src/audit/audit.ts'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function place() {
  const { env } = await testSandbox()
  const cwd = temporaryFolder()
  const inFile = (name: string) => join(cwd, name)
  return { env, cwd, inFile, read: (name: string) => readFileSync(inFile(name), 'utf8') }
}

const withoutTimes = ({ findings, summary, score }: AuditReport) => ({ findings, summary, score })

test('an inventory that was saved is judged like the registry, without AWS', async () => {
  const { env, cwd } = await place()
  const saved = await runCli(['inventory', '--out', 'registry.json'], { env, cwd })
  expect(saved.code).toBe(exit.ok)
  expect(saved.stdout).toContain('Written to registry.json.')
  const live = await runCli(['audit', '--format', 'json'], { env, cwd })
  const offline = await runCli(['audit', '--inventory', 'registry.json', '--format', 'json'], { cwd })
  expect(withoutTimes(offline.json<AuditReport>())).toEqual(withoutTimes(live.json<AuditReport>()))
  expect(offline.json<AuditReport>().simulated).toBe(true)
})

test('--repository narrows a saved inventory too', async () => {
  const { env, cwd } = await place()
  await runCli(['inventory', '--out', 'registry.json'], { env, cwd })
  const argv = ['audit', '--inventory', 'registry.json', '--format', 'json', '--repository']
  const { findings } = (await runCli([...argv, 'shop/*'], { cwd })).json<AuditReport>()
  const names = new Set(findings.flatMap(({ repository }) => repository ?? []))
  expect([...names].sort()).toEqual(['shop/api', 'shop/checkout', 'shop/web', 'shop/worker'])
  const nothing = await runCli([...argv, 'no/such'], { cwd })
  expect(nothing.stderr).toContain('No repository of ecr://111122223333/eu-west-1 matches "no/such"')
})

test('a redacted inventory names no account, and is judged the same', async () => {
  const { env, cwd, read } = await place()
  await runCli(['inventory', '--out', 'plain.json'], { env, cwd })
  await runCli(['inventory', '--out', 'redacted.json', '--redact'], { env, cwd })
  expect(read('plain.json')).toContain('111122223333')
  expect(read('redacted.json')).not.toMatch(/111122223333|444455556666|demo-admin@/)
  const judged = async (file: string) => {
    const { findings } = (
      await runCli(['audit', '--inventory', file, '--format', 'json'], { cwd })
    ).json<AuditReport>()
    return findings.map(({ control, repository, status, severity }) => ({
      control,
      repository,
      status,
      severity,
    }))
  }
  expect(await judged('redacted.json')).toEqual(await judged('plain.json'))
})

test.each([
  ['{}', 'It is no inventory of this version'],
  ['{"schema":"holdfast.inventory/2"}', 'It is no inventory of this version'],
  ['nonsense', 'It is not JSON'],
])('%s is refused as an inventory', async (text, words) => {
  const { cwd, inFile } = await place()
  writeFileSync(inFile('bad.json'), text)
  const { code, stderr } = await runCli(['audit', '--inventory', 'bad.json'], { cwd })
  expect(code).toBe(exit.usage)
  expect(stderr).toContain(words)
})

test('a waiver accepts a fail until its day; what is expired or unused is told', async () => {
  const { env, cwd, inFile } = await place()
  const waiver = (resource: string, expires: string) =>
    `  - control: tag-immutability\n    resource: '${resource}'\n    owner: shop-team\n    reason: rebuilt nightly\n    expires: ${expires}\n`
  writeFileSync(
    inFile('holdfast.yaml'),
    `waivers:\n${waiver('shop/api', '2999-01-31')}${waiver('shop/worker', '2020-01-31')}${waiver('no/such', '2999-01-31')}`,
  )
  const report = (
    await runCli(['audit', '--control', 'tag-immutability', '--format', 'json'], { env, cwd })
  ).json<AuditReport>()
  const statusOf = (name: string) => report.findings.find(({ repository }) => repository === name)?.status
  expect(statusOf('shop/api')).toBe('waived')
  expect(statusOf('shop/worker')).toBe('fail')
  expect(report.waivers.map(({ state }) => state)).toEqual(['active', 'expired', 'unused'])
  expect(report.summary.waived).toBe(1)
  const { stdout } = await runCli(['audit', '--control', 'tag-immutability'], { env, cwd })
  expect(stdout).toMatch(/shop\/worker.*expired/i)
})

test.each([
  ['expires: 2026-02-30', 'expires'],
  ['expires: 2027-01-31\n    tickt: 1', 'unknown key "tickt"'],
])('a waiver with %j is refused with its line', async (line, words) => {
  const { env, cwd, inFile } = await place()
  writeFileSync(
    inFile('holdfast.yaml'),
    `waivers:\n  - control: owner-tag\n    resource: '*'\n    owner: me\n    reason: why\n    ${line}\n`,
  )
  const { code, stderr } = await runCli(['audit'], { env, cwd })
  expect(code).toBe(exit.usage)
  expect(stderr).toContain(words)
})

test('--since says what is new, fixed and still open', async () => {
  const { env, cwd, inFile, read } = await place()
  await runCli(['audit', '--out', 'now.json'], { env, cwd })
  const before = JSON.parse(read('now.json')) as AuditReport
  const [gone, ...rest] = before.findings.filter(({ status }) => status === 'fail')
  const solved = {
    ...gone,
    resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/gone',
    repository: 'gone',
  }
  const others = before.findings.filter(({ status }) => status !== 'fail')
  writeFileSync(inFile('before.json'), JSON.stringify({ ...before, findings: [...others, ...rest, solved] }))
  const { comparison } = (
    await runCli(['audit', '--since', 'before.json', '--format', 'json'], { env, cwd })
  ).json<AuditReport>()
  expect(comparison?.new).toMatchObject([{ control: gone?.control, resource: gone?.resource }])
  expect(comparison?.fixed).toMatchObject([{ repository: 'gone' }])
  expect(comparison?.stillOpen).toBe(rest.length)
  const { stdout } = await runCli(['audit', '--since', 'before.json'], { env, cwd })
  expect(stdout).toMatch(/1 new, 1 fixed/)
})

test('unused: what is old and idle, whether a snapshot holds it, and why that is no proof', async () => {
  const { env, cwd } = await place()
  const before = (await runCli(['unused', '--format', 'json'], { env, cwd })).json<{
    repositories: { repository: string; verdict: string; held?: boolean; images: { held?: boolean }[] }[]
    doubts: string[]
  }>()
  const verdicts = Object.fromEntries(before.repositories.map((one) => [one.repository, one.verdict]))
  expect(verdicts).toMatchObject({
    'legacy/reports': 'unused',
    'shop/web': expect.not.stringMatching('unused'),
  })
  expect(before.doubts.join()).toContain('Kubernetes')
  await excludePullsOf('arn:aws:iam::111122223333:user/demo-admin', env)
  await runCli(['backup', '--repository', 'legacy/*'], { env, cwd })
  const { stdout } = await runCli(['unused'], { env, cwd })
  expect(stdout).toMatch(/legacy\/reports {2}unused.*in a snapshot/)
  expect(stdout).toContain('Simulated')
})

/** A backup reads manifests, which ECR counts as pulls: whoever makes it is excluded first (ecr-facts 2.13). */
async function excludePullsOf(principalArn: string, env: Record<string, string>): Promise<void> {
  const ecr = new ECR({
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    region: 'eu-west-1',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  })
  await ecr.registerPullTimeUpdateExclusion({ principalArn })
  ecr.destroy()
}

// Planted in the demo's legacy/reports, and plainly invented.
const planted = 'not-a-real-password'

test('audit --vault finds the planted password in the snapshot, and no output holds it', async () => {
  const { env, cwd, read } = await place()
  const without = (
    await runCli(['audit', '--control', 'image-secrets', '--format', 'json'], { env, cwd })
  ).json<AuditReport>()
  expect(new Set(without.findings.map(({ status }) => status))).toEqual(new Set(['not-applicable']))
  expect((await runCli(['backup', '--vault', 'vault'], { env, cwd })).code).toBe(exit.partial)
  const audit = ['audit', '--vault', 'vault', '--control', 'image-secrets']
  const report = (await runCli([...audit, '--format', 'json'], { env, cwd })).json<AuditReport>()
  const of = (name: string) => report.findings.find(({ repository }) => repository === name)
  expect(of('legacy/reports')).toMatchObject({
    status: 'fail',
    severity: 'high',
    reason: 'In 1 image: environment variable DB_PASSWORD of v7 (value of a secret name).',
  })
  expect(report.summary.fail).toBe(1)
  expect(of('shop/api')?.status).toBe('pass')
  // Its archived image cannot be read, so nobody knows what is in there.
  expect(of('archive/2023')?.status).toBe('unknown')
  const formats = ['html', 'sarif', 'json', 'csv', 'md', 'xml']
  const files = formats.map((format) => `report.${format}`)
  const outputs = [
    await runCli([...audit, '--all', ...files.flatMap((file) => ['--out', file])], { env, cwd }),
    await runCli([...audit, '--verbose', '--format', 'json'], { env, cwd }),
  ]
  const texts = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files.map(read)]
  expect(texts[0]).toContain('DB_PASSWORD')
  for (const text of texts) expect(text).not.toContain(planted)
})

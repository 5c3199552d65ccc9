import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DescribeImagesCommand, ECRClient, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { MfaReport } from '../src/access/mfa-use/report.ts'
import type { MinimizeReport } from '../src/access/minimize/minimize.ts'
import { permissions } from '../src/aws/permissions.ts'
import { exit } from '../src/core/errors.ts'
import type { Sandbox } from '../src/sandbox/sandbox.ts'
import { startSandbox } from '../src/sandbox/start.ts'
import { runCli } from './support/cli.ts'
import { envAs, restrictedUser } from './support/restricted.ts'
import { envOf, testSandbox } from './support/sandbox.ts'

/** Nothing here changes the sandbox. */
const cwd = mkdtempSync(join(tmpdir(), 'holdfast-access-'))
const account = '111122223333'
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  return async () => {
    await sandbox.close()
    rmSync(cwd, { recursive: true })
  }
})

const run = (...argv: string[]) => runCli(['access', ...argv], { env: envOf(sandbox), cwd, columns: 100 })
const json = async <T>(...argv: string[]) => (await run(...argv, '--format', 'json')).json<T>()

test('mfa: every state of the demo, what would break first, and the policy with its proof', async () => {
  const report = await json<MfaReport>('mfa')
  expect(report.users.map(({ name, state }) => [name, state])).toEqual([
    ['bob', 'device-missing'],
    ['dora', 'device-missing'],
    ['ci-publisher', 'key-only'],
    ['alice', 'not-enforced'],
    ['demo-admin', 'not-enforced'],
    ['erin', 'pull-only'],
  ])
  const states = Object.fromEntries(report.roles.map(({ name, state }) => [name, state]))
  expect(states).toMatchObject({
    ...{ admin: 'not-enforced', 'shop-deploy': 'automation', 'ecr-cleanup': 'automation' },
    ...{ 'partner-sync': 'not-enforced', 'ecs-execution': 'pull-only' },
  })
  expect(report.breaks[0]).toMatchObject({ who: `arn:aws:iam::${account}:user/ci-publisher`, lately: true })
  expect(report.attachTo.later).toEqual([`arn:aws:iam::${account}:user/ci-publisher`])
  expect(report.attachTo.groups).toEqual(['admins', 'developers'])
  expect(report.root).toMatchObject({ device: false })
  expect(report.proof).toMatchObject({ users: 5, holds: true, failures: [] })
  const { stdout, code } = await run('mfa')
  expect(code).toBe(exit.ok)
  expect(stdout.indexOf('would break')).toBeLessThan(stdout.indexOf('Users that'))
})

test('mfa --policy prints the policy and nothing else, in both formats', async () => {
  const { stdout } = await run('mfa', '--policy')
  const policy = JSON.parse(stdout)
  expect(policy).toEqual(await json('mfa', '--policy'))
  expect(policy.Statement).toMatchObject([
    { Effect: 'Deny', Resource: '*', Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } },
  ])
  expect(policy.Statement[0].Action).not.toContain('ecr:BatchGetImage')
  expect(JSON.parse((await run('mfa', '--policy', '--pulls')).stdout).Statement[0].Action).toContain(
    'ecr:BatchGetImage',
  )
})

test('mfa: in order', async () => {
  const clean = await testSandbox({ seed: 'clean' })
  const { stdout, code } = await runCli(['access', 'mfa'], { env: clean.env })
  expect(code).toBe(exit.ok)
  expect(stdout).toContain('Nobody needs the deny policy')
})

test('mfa: what cannot be read', async () => {
  const other = await testSandbox()
  other.addFault({ service: 'iam', operation: 'GetCredentialReport', kind: 'denied' })
  const { json: document, code } = await runCli(['access', 'mfa', '--format', 'json'], { env: other.env })
  expect(code).toBe(exit.partial)
  const report = document<MfaReport>()
  expect(report.missing).toEqual([expect.stringContaining('credential report')])
  expect(report.users.find(({ name }) => name === 'bob')?.state).toBe('unknown')
})

test('minimize: a user, what it may and what it did', async () => {
  const report = await json<MinimizeReport>('minimize', 'ci-publisher')
  expect(report.policy?.Statement).toHaveLength(3)
  expect(report).toMatchObject({
    ...{ principal: `arn:aws:iam::${account}:user/ci-publisher`, denied: ['ecr:DeleteRepository'] },
    ...{ proof: { holds: true }, missing: [] },
    seen: { source: 'event history', complete: true, regions: ['eu-west-1'], days: 90 },
    current: [{ name: 'publish-images', verdict: 'remove' }],
  })
  expect(report.seen.lastAccessed).toMatchObject({ ok: { service: { region: 'eu-west-1' } } })
  expect(report.changes.filter(({ after }) => after === 0)).toHaveLength(53)
  const { stdout, code } = await run('minimize', 'ci-publisher', '--policy')
  expect(code).toBe(exit.ok)
  expect(JSON.parse(stdout)).toEqual(report.policy)
})

test('minimize: a role by its sessions, with fewer days and fewer events', async () => {
  const short = await json<MinimizeReport>('minimize', 'role/shop-deploy', '--days', '20')
  expect(short.needed.find(({ action }) => action === 'ecr:PutImage')).toMatchObject({ count: 1 })
  expect(short.doubts.join()).toContain('20 days are short')
  const { code, stdout } = await run('minimize', 'shop-deploy', '--most-events', '1')
  expect(code).toBe(exit.partial)
  expect(stdout).toContain('more events than were read')
})

test('minimize: an administrator keeps other services, by a policy that replaces that of AWS', async () => {
  const report = await json<MinimizeReport>('minimize', 'role/admin')
  expect(report).toMatchObject({ policy: null, proof: { holds: true } })
  expect(report.current).toMatchObject([{ kind: 'aws', name: 'AdministratorAccess', verdict: 'replace' }])
  expect(report.doubts.join()).toContain('Nothing of ECR was seen')
})

test('minimize without AWS: a saved inventory and log files', async () => {
  await runCli(['inventory', '--out', 'registry.json'], { env: envOf(sandbox), cwd })
  const event = {
    ...{ eventSource: 'ecr.amazonaws.com', eventName: 'PutImage', eventTime: '2026-01-02T00:00:00Z' },
    ...{ awsRegion: 'eu-west-1', recipientAccountId: account },
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/ci-publisher` },
    requestParameters: { repositoryName: 'shop/api' },
  }
  writeFileSync(join(cwd, 'log.json.gz'), gzipSync(JSON.stringify({ Records: [event] })))
  const argv = ['minimize', 'ci-publisher', '--inventory', 'registry.json', '--events', 'log.json.gz']
  const { json: document, code } = await runCli(['access', ...argv, '--format', 'json'], { cwd })
  expect(code).toBe(exit.ok)
  expect(document()).toMatchObject({ seen: { source: 'files', events: 1 }, proof: { holds: true } })
})

test.each<[string[], number, string]>([
  [['minimize', 'nobody'], exit.usage, 'nobody'],
  [['minimize', '*'], exit.usage, 'no user or role of this account'],
  [['minimize', 'ci-publisher', '--days', '91'], exit.usage, 'up to 90'],
  [['minimize', 'ci-publisher', '--most-events', '0'], exit.usage, 'number of events'],
  [['minimize', 'ci-publisher', '--events', 'nowhere.json'], exit.usage, 'nowhere.json'],
  [['mfa', '--days', 'x'], exit.usage, 'number of days'],
])('%j: exit %i', async (argv, expected, words) => {
  const { code, stderr } = await run(...argv)
  expect(code).toBe(expected)
  expect(stderr).toContain(words)
})

test('the permissions of the docs are enough, where IAM is enforced', async () => {
  const strict = await testSandbox({ enforceIam: true })
  const actions = permissions.access.map(({ action }) => action)
  const env = envAs(strict.env, await restrictedUser(strict, actions))
  expect((await runCli(['access', 'mfa'], { env })).code).toBe(exit.ok)
  expect((await runCli(['access', 'minimize', 'ci-publisher'], { env })).code).toBe(exit.ok)
  const fewer = actions.filter((action) => action !== 'iam:GenerateServiceLastAccessedDetails')
  const less = envAs(strict.env, await restrictedUser(strict, fewer))
  const { code, stdout } = await runCli(['access', 'minimize', 'ci-publisher'], { env: less })
  expect([code, stdout]).toEqual([exit.partial, expect.stringContaining('last access')])
})

test('the deny policy stops a key, and reading goes on', async () => {
  const strict = await testSandbox({ enforceIam: true })
  const { stdout } = await runCli(['access', 'mfa', '--policy'], { env: strict.env })
  const { Statement } = JSON.parse(stdout)
  const all = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' }
  const credentials = await restrictedUser(strict, { Statement: [all, ...Statement] })
  const client = new ECRClient({
    endpoint: strict.awsEndpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  })
  onTestFinished(() => client.destroy())
  const repositoryName = 'shop/api'
  await client.send(new DescribeImagesCommand({ repositoryName }))
  const change = new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' })
  await expect(client.send(change)).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

import { expect, test } from 'vitest'
import type { FleetReport } from '../src/audit/fleet.ts'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

const role = 'arn:aws:iam::{account}:role/holdfast-reader'
const place = async () => ({ env: (await testSandbox()).env, cwd: temporaryFolder() })

test('two accounts in two Regions, one report', async () => {
  const where = await place()
  const argv = ['audit', '--region', 'eu-west-1,us-east-1', '--accounts', '111122223333,444455556666']
  const { code, json, stdout } = await runCli([...argv, '--role-arn', role, '--format', 'json'], where)
  const report = json<FleetReport>()
  expect(stdout.split('\n')[1]).toContain('holdfast.audit-fleet/1')
  const seen = [...report.registries, ...report.empty].map(({ account, region }) => `${account}/${region}`)
  expect(seen.sort()).toEqual([
    '111122223333/eu-west-1',
    '111122223333/us-east-1',
    '444455556666/eu-west-1',
    '444455556666/us-east-1',
  ])
  expect(report.failed).toEqual([])
  expect(report.simulated).toBe(true)
  expect([exit.ok, exit.partial]).toContain(code)
  const table = await runCli([...argv, '--role-arn', role], where)
  expect(table.stdout).toContain('Simulated')
  expect(table.stdout).not.toContain(' .')
  expect(table.stdout).toMatch(/\d not audited\. Score: |\d unknown\. Score: /)
  expect(table.stdout).toMatch(/\nNext: +holdfast explain \S+ +what it means/)
  expect(table.stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('an account whose role cannot be assumed is listed, and costs the others nothing', async () => {
  const where = await place()
  const argv = ['audit', '--accounts', '111122223333,999988887777', '--role-arn', role, '--format', 'json']
  const { code, json } = await runCli(argv, where)
  const report = json<FleetReport>()
  expect(report.registries.map(({ account }) => account)).toEqual(['111122223333'])
  expect(report.failed).toMatchObject([{ account: '999988887777' }])
  expect(code).toBe(exit.partial)
})

test('the budget holds in every Region', async () => {
  const where = await place()
  const argv = ['audit', '--region', 'eu-west-1,us-east-1', '--control', 'owner-tag', '--budget', '7%']
  const { stderr } = await runCli([...argv, '--debug', '--format', 'json'], where)
  const told = stderr.split('\n').filter((line) => /ECR requests a second at most:/.test(line))
  // Once for the credentials that it begins with, and once for each Region.
  expect(told).toHaveLength(3)
  expect(new Set(told).size).toBe(1)
})

test('every Region that is switched on; empty registries are no findings', async () => {
  const where = await place()
  const { json, stderr } = await runCli(
    ['audit', '--all-regions', '--control', 'owner-tag', '--format', 'json'],
    where,
  )
  expect(stderr).not.toContain('and others')
  const report = json<FleetReport>()
  expect(report.registries.map(({ region }) => region)).toContain('eu-west-1')
  for (const { findings } of report.registries) expect(findings.length).toBeGreaterThan(0)
  expect(report.summary.registries).toBe(report.registries.length)
})

test('the accounts of the organization', async () => {
  const where = await place()
  const argv = ['audit', '--accounts', 'organization', '--role-arn', role, '--control', 'owner-tag']
  const report = (await runCli([...argv, '--format', 'json'], where)).json<FleetReport>()
  const accounts = [...report.registries, ...report.empty, ...report.failed].map(({ account }) => account)
  expect(accounts).toContain('444455556666')
})

test.each([
  [['--accounts', '111122223333'], '{account}'],
  [['--accounts', '12', '--role-arn', role], 'Not an account id'],
  [['--all-regions', '--since', 'x.json'], '--since is for one registry'],
  [['--all-regions', '--out', 'x.html'], '--out is for one registry'],
  [['--all-regions', '--format', 'sarif'], '--format sarif is for one registry'],
])('audit %j is refused', async (more, words) => {
  const { code, stderr } = await runCli(['audit', ...more], await place())
  expect(code).toBe(exit.usage)
  expect(stderr).toContain(words)
})

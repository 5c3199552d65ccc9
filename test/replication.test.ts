import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BatchDeleteImageCommand,
  DescribeRegistryCommand,
  ECRClient,
  PutImageCommand,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { Plan } from '../src/remediate/plan.ts'
import type { BackfillReport } from '../src/remediate/replication/backfill.ts'
import type { ReplicationCheck } from '../src/remediate/replication/check.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

const account = '111122223333'
const there = { region: 'us-east-1', registryId: account }

async function place() {
  const sandbox = await testSandbox()
  const [credentials] = sandbox.accounts
  const clientIn = (region: string) => {
    const client = new ECRClient({
      ...{ endpoint: sandbox.awsEndpoint, region },
      ...(credentials && { credentials }),
    })
    onTestFinished(() => client.destroy())
    return client
  }
  const [here, copy] = [clientIn('eu-west-1'), clientIn('us-east-1')]
  const rule = (...destinations: (typeof there)[]) => {
    const repositoryFilters = [{ filter: 'shop/', filterType: 'PREFIX_MATCH' as const }]
    const replicationConfiguration = { rules: [{ destinations, repositoryFilters }] }
    return here.send(new PutReplicationConfigurationCommand({ replicationConfiguration }))
  }
  const cwd = temporaryFolder()
  const run = (...argv: string[]) => runCli(['replication', ...argv], { env: sandbox.env, cwd })
  const check = async (...argv: string[]) => {
    const result = await run('check', '--format', 'json', ...argv)
    return { code: result.code, ...result.json<ReplicationCheck>() }
  }
  const backfill = async (...argv: string[]) => {
    const result = await run('backfill', '--format', 'json', ...argv)
    return { code: result.code, ...result.json<BackfillReport>() }
  }
  return { sandbox, here, copy, rule, run, check, backfill }
}

const index = (label: string) =>
  JSON.stringify({
    ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] },
    annotations: { label },
  })

test('without a rule there is nothing to compare, and nothing to copy', async () => {
  const { check, run } = await place()
  expect(await check()).toMatchObject({ code: exit.ok, rules: 0, destinations: [], simulated: true })
  const refused = await run('backfill')
  expect(refused.code).toBe(exit.usage)
  expect(refused.stderr).toContain('no replication rule')
})

test('a rule takes along nothing that is there: the check says so, a backfill copies it, and nothing is pulled', async () => {
  const { rule, check, backfill, sandbox, run } = await place()
  await rule(there)
  const before = await check()
  expect(before).toMatchObject({ code: exit.findings, equal: false, complete: true })
  const kinds = before.destinations.flatMap(({ differences }) => differences.map(({ kind }) => kind))
  expect(new Set(kinds)).toEqual(new Set(['repository-missing']))

  const dry = await backfill('--dry-run')
  expect(dry).toMatchObject({ code: exit.ok, destinations: [{ outcome: 'would-start' }] })
  expect((await check()).code).toBe(exit.findings)

  const done = await backfill()
  expect(done).toMatchObject({ code: exit.ok, complete: true })
  expect(done.destinations).toMatchObject([{ region: 'us-east-1', outcome: 'done', failed: 0, missing: 0 }])
  const left = (await check()).destinations.flatMap(({ differences }) => differences)
  expect(left.filter(({ archived }) => !archived)).toEqual([])
  expect(await backfill()).toMatchObject({ code: exit.ok, destinations: [{ outcome: 'not-needed' }] })
  expect((await run('backfill')).stdout).toContain('nothing is missing')
  const pulled = sandbox
    .requestLog()
    .filter(({ operation }) => /BatchGetImage|GetDownloadUrl/.test(operation))
  expect(pulled).toEqual([])
})

test('every way in which two sides can differ', async () => {
  const { rule, here, copy, check, backfill, run, sandbox } = await place()
  await rule(there)
  await backfill()
  const repositoryName = 'shop/api'
  const put = (client: ECRClient, label: string, imageTag: string) =>
    client.send(new PutImageCommand({ repositoryName, imageManifest: index(label), imageTag }))
  await put(here, 'both', 'moved')
  await put(here, 'both', 'lost')
  await put(copy, 'only there', 'extra')
  await put(copy, 'both', 'more')
  await put(copy, 'another', 'moved')
  await copy.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'lost' }] }))
  sandbox.holdReplication()
  await put(here, 'waiting', 'waiting')
  const found = await check('--repository', repositoryName)
  expect(found.code).toBe(exit.findings)
  const differences = found.destinations.flatMap((one) => one.differences)
  expect(differences.map(({ kind, tag, tags, recent }) => [kind, tag ?? tags?.join(), recent])).toEqual([
    ['image-extra', 'moved', undefined],
    ['image-extra', 'extra', undefined],
    ['image-missing', 'waiting', true],
    ['tag-differs', 'moved', undefined],
    ['tag-extra', 'more', undefined],
    ['tag-missing', 'lost', undefined],
  ])
  const { stdout } = await run('check', '--repository', repositoryName)
  expect(stdout).toContain('pushed lately: may be on its way')
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('another account is not compared, and that is said', async () => {
  const { rule, check, run } = await place()
  await rule({ region: 'eu-west-1', registryId: '444455556666' })
  expect(await check()).toMatchObject({ code: exit.partial, equal: true, complete: false })
  expect((await run('check')).stdout).toContain('NOT COMPARED')
})

test('a backfill that does not come to an end is waited for until Ctrl-C, and goes on', async () => {
  const { rule, sandbox, backfill } = await place()
  await rule(there)
  sandbox.holdReplication()
  const controller = new AbortController()
  const waiting = runCli(['replication', 'backfill'], {
    ...{ env: sandbox.env, cwd: temporaryFolder(), signal: controller.signal },
  })
  const started = () =>
    sandbox.requestLog().some(({ operation }) => operation === 'DescribeReplicationBackfillResults')
  while (!started()) await new Promise((resolve) => setImmediate(resolve))
  controller.abort()
  const stopped = await waiting
  expect(stopped.code).toBe(exit.interrupted)
  expect(stopped.stderr).toContain('goes on in AWS')
  sandbox.releaseReplication()
  expect(await backfill()).toMatchObject({ code: exit.ok, complete: true })
})

test('to one Region only; to none of the rules is refused', async () => {
  const { rule, backfill, run } = await place()
  await rule(there)
  expect((await backfill('--to', 'us-east-1', '--dry-run')).destinations).toHaveLength(1)
  const refused = await run('backfill', '--to', 'eu-north-1')
  expect([refused.code, refused.stderr]).toEqual([exit.usage, expect.stringContaining('eu-north-1')])
})

test('another account: with the policy that the plan tells, everything arrives', async () => {
  const { sandbox, backfill, here } = await place()
  const cwd = temporaryFolder()
  const destination = '{ destinations: [{ region: eu-west-1, account: "444455556666" }] }'
  const trusted = 'audit: { trustedAccounts: ["444455556666"] }'
  writeFileSync(join(cwd, 'holdfast.yaml'), `baseline: { replication: ${destination} }\n${trusted}\n`)
  const run = (...argv: string[]) => runCli(argv, { env: sandbox.env, cwd })
  await run('plan', '--control', 'replication-configured', '--out', 'plan.json')
  const plan = JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')) as Plan
  expect((await run('apply', 'plan.json', '--yes')).code).toBe(exit.ok)
  expect((await here.send(new DescribeRegistryCommand({}))).replicationConfiguration?.rules).toHaveLength(1)
  expect((await backfill()).destinations).toMatchObject([{ outcome: 'done', copied: 0 }])

  const command = plan.manual[0]?.instructions.at(-1) ?? ''
  const policyText = /--policy-text '(.*)'$/.exec(command)?.[1]
  const credentials = sandbox.accounts.find(({ id }) => id === '444455556666')
  const partner = new ECRClient({
    ...{ endpoint: sandbox.awsEndpoint, region: 'eu-west-1' },
    ...(credentials && { credentials }),
  })
  onTestFinished(() => partner.destroy())
  await partner.send(new PutRegistryPolicyCommand({ policyText }))
  const done = await backfill()
  expect(done).toMatchObject({ complete: true, destinations: [{ outcome: 'done', failed: 0 }] })
  expect(done.destinations[0]?.copied).toBeGreaterThan(10)
})

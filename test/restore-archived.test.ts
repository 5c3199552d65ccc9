import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openAws } from '../src/aws/open.ts'
import { backup } from '../src/backup/backup.ts'
import type { BackupPlan, BackupReport } from '../src/backup/report.ts'
import { openSource } from '../src/backup/sources/open.ts'
import type { Clock } from '../src/core/clock.ts'
import { exit } from '../src/core/errors.ts'
import { quietRun } from '../src/core/run.ts'
import { openStore } from '../src/store/open.ts'
import { openOrInitVault } from '../src/vault/vault.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

// Time jumps when somebody waits: for Holdfast, the SDK and the sandbox alike.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const repositoryName = 'archive/2023'

async function place() {
  // The API says a minute for what takes ECR up to 20; the first look comes after less.
  let extra = 0
  const sandbox = await testSandbox({ now: () => new Date(Date.now() + extra) })
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  const skipMinutes = (minutes: number) => {
    extra += minutes * 60_000
  }
  return { sandbox, where, skipMinutes }
}

async function statuses(sandbox: TestSandbox): Promise<(string | undefined)[]> {
  const ecr = new ECRClient({
    endpoint: sandbox.awsEndpoint,
    region: 'eu-west-1',
    credentials: sandbox.accounts[0]!,
  })
  const input = { repositoryName, filter: { imageStatus: 'ANY' as const } }
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand(input))
  ecr.destroy()
  return imageDetails.map(({ imageStatus }) => imageStatus).sort()
}

const line = ['backup', '--repository', repositoryName]

test('an archived image that was never held is taken out, backed up and archived again', async () => {
  const { sandbox, where, skipMinutes } = await place()
  const before = await statuses(sandbox)
  expect(before).toContain('ARCHIVED')
  const skippedFirst = await runCli([...line, '--format', 'json'], where)
  expect(skippedFirst.code).toBe(exit.partial)
  expect(skippedFirst.json<BackupReport & object>().skipped).toMatchObject([
    { code: 'image-archived', reason: expect.stringContaining('--restore-archived') },
  ])
  const planned = await runCli([...line, '--restore-archived', '--dry-run', '--format', 'json'], where)
  const plan = planned.json<BackupPlan & object>()
  expect(plan.totals.manifestsNew).toBe(1)
  expect(plan.estimate).toMatchObject({ archive: { images: 1, minutes: 20 } })
  expect(await statuses(sandbox)).toEqual(before)

  let woken = false
  const watching = setInterval(() => {
    if (woken || !sandbox.requestLog().some(({ operation }) => operation === 'UpdateImageStorageClass'))
      return
    woken = true
    skipMinutes(2)
  }, 1)
  onTestFinished(() => clearInterval(watching))
  const { code, json, stderr } = await runCli([...line, '--restore-archived', '--format', 'json'], where)
  expect([code, stderr.includes('Could not')]).toEqual([exit.ok, false])
  const report = json<BackupReport & object>()
  expect(report).toMatchObject({ complete: true, skipped: [], requests: { manifestRequests: 1 } })
  expect(report.restoredFromArchive).toMatchObject([
    {
      repository: repositoryName,
      archivedAgain: true,
      undo: expect.stringContaining('--target-storage-class ARCHIVE'),
    },
  ])
  expect(report.requests.byOperation['ecr:UpdateImageStorageClass']).toBe(2)
  expect(await statuses(sandbox)).toEqual(before)

  const again = await runCli([...line, '--restore-archived', '--format', 'json'], where)
  expect(again.json<BackupReport & object>()).toMatchObject({
    complete: true,
    restoredFromArchive: [],
    reused: { repositories: 1 },
    requests: { manifestRequests: 0 },
  })
  const shown = await runCli(['backup', '--repository', repositoryName, '--dry-run'], where)
  expect(shown.stdout).toContain('0 new manifests from 0 changed repositories')
}, 60_000)

/** The engine with a clock that jumps, so that half an hour of waiting takes no time. */
async function engine(sandbox: TestSandbox, folder: string, signal?: AbortSignal) {
  const clock: Clock = {
    now: () => new Date(),
    sleep: async (ms) => {
      signal?.throwIfAborted()
      vi.setSystemTime(Date.now() + ms)
    },
  }
  const run = quietRun({ clock, ...(signal && { signal }) })
  const { awsEndpoint: endpoint, registryEndpoint, accounts } = sandbox
  const settings = { region: 'eu-west-1', credentials: accounts[0]!, endpoint, registryEndpoint }
  const aws = await openAws(settings, { env: {}, clock })
  const source = await openSource({ kind: 'ecr' }, { aws }, run)
  const store = await openStore(folder)
  onTestFinished(async () => {
    await Promise.all([source.close(), store.close()])
    aws.close()
  })
  const vault = await openOrInitVault(store, run)
  const options = { repositories: [repositoryName], restoreArchived: true }
  return { run, source, vault, start: (more = {}) => backup(source, vault, { ...options, ...more }, run) }
}

test('it waits as long as it takes, and reads the others meanwhile', async () => {
  const { sandbox } = await place()
  const { start } = await engine(sandbox, temporaryFolder())
  const before = await statuses(sandbox)
  const report = await start()
  expect(report).toMatchObject({ complete: true, restoredFromArchive: [{ archivedAgain: true }] })
  // A minute at 5, 10, 20 and 40 seconds between looks: not one a second.
  expect(report.requests.byOperation['ecr:DescribeImages']).toBeLessThan(8)
  expect(await statuses(sandbox)).toEqual(before)
})

test('an image that does not come in time is skipped, and archived again by the next run', async () => {
  const { sandbox } = await place()
  const folder = temporaryFolder()
  const before = await statuses(sandbox)
  const first = await (await engine(sandbox, folder)).start({ archivePatience: 30_000 })
  expect(first).toMatchObject({ complete: false, skipped: [{ code: 'image-activating' }] })
  expect(first.restoredFromArchive).toMatchObject([
    { archivedAgain: false, trouble: expect.stringContaining('next run') },
  ])
  vi.setSystemTime(Date.now() + 5 * 60_000)
  const second = await (await engine(sandbox, folder)).start()
  expect(second).toMatchObject({ complete: true, restoredFromArchive: [{ archivedAgain: true }] })
  expect(await statuses(sandbox)).toEqual(before)
})

test('a run that is stopped while it waits has written the way back down; the next one takes it', async () => {
  const { sandbox } = await place()
  const folder = temporaryFolder()
  const before = await statuses(sandbox)
  const stop = new AbortController()
  const stopped = await engine(sandbox, folder, stop.signal)
  const move = stopped.source.moveImage!.bind(stopped.source)
  const journals = () =>
    readdirSync(join(folder, 'runs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('archive.json'),
    )
  stopped.source.moveImage = async (...question) => {
    expect(journals()).toHaveLength(1)
    await move(...question)
    stop.abort()
  }
  await expect(stopped.start()).rejects.toMatchObject({ code: 'interrupted' })
  expect(await statuses(sandbox)).not.toEqual(before)
  vi.setSystemTime(Date.now() + 5 * 60_000)
  const report = await (await engine(sandbox, folder)).start()
  expect(report).toMatchObject({ complete: true, restoredFromArchive: [{ archivedAgain: true }] })
  expect(await statuses(sandbox)).toEqual(before)
  expect(journals()).toEqual([])
})

test('without the permission the image is skipped and says so; the others are backed up', async () => {
  const { sandbox } = await place()
  sandbox.addFault({ service: 'ecr', operation: 'UpdateImageStorageClass', kind: 'denied' })
  const before = await statuses(sandbox)
  const report = await (await engine(sandbox, temporaryFolder())).start()
  expect(report).toMatchObject({ complete: false, restoredFromArchive: [] })
  expect(report.skipped).toMatchObject([
    { code: 'access-denied', reason: expect.stringContaining('ecr:UpdateImageStorageClass') },
  ])
  expect(report.manifests).toBe(before.length - 1)
})

test('an image that cannot be archived again is said, with the way back', async () => {
  const { sandbox } = await place()
  const warnings: string[] = []
  const { start, run } = await engine(sandbox, temporaryFolder())
  run.log.warn = (text) => void warnings.push(text)
  sandbox.addFault({ service: 'ecr', operation: 'UpdateImageStorageClass', kind: 'denied', after: 1 })
  const report = await start()
  expect(report).toMatchObject({ complete: true, restoredFromArchive: [{ archivedAgain: false }] })
  expect(warnings.join()).toContain('--target-storage-class ARCHIVE')
})

test('a journal that somebody planted archives nothing', async () => {
  const { sandbox } = await place()
  const folder = temporaryFolder()
  const { start, vault, source, run } = await engine(sandbox, folder)
  const before = await statuses(sandbox)
  const listed = await source.images(repositoryName, run.signal)
  const active = listed.filter(({ status }) => status === 'active')
  expect(active.length).toBeGreaterThan(0)
  const journal = {
    schema: 'holdfast.archive-journal/1',
    run: 'planted00000',
    registry: source.identity.key,
    time: new Date().toISOString(),
    images: active.map(({ digest }) => ({ repository: repositoryName, digest, undo: 'x' })),
  }
  await vault.store.put('runs/planted00000/archive.json', Buffer.from(JSON.stringify(journal)))
  await start()
  expect(await statuses(sandbox)).toEqual(before)
})

test('a registry without an archive class', async () => {
  const { sandbox, where } = await place()
  const registry = new URL(sandbox.registryEndpoint).host
  const [account] = sandbox.accounts
  const login = await import('@aws-sdk/client-ecr').then(async ({ GetAuthorizationTokenCommand }) => {
    const ecr = new ECRClient({ endpoint: sandbox.awsEndpoint, region: 'eu-west-1', credentials: account! })
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    ecr.destroy()
    return Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  })
  const env = {
    HOLDFAST_REGISTRY_USERNAME: 'AWS',
    HOLDFAST_REGISTRY_PASSWORD: login.slice(login.indexOf(':') + 1),
  }
  const argv = ['backup', `oci://${registry}`, '--repository', 'shop/web', '--restore-archived']
  const { code, stderr } = await runCli(argv, { ...where, env })
  expect([code, stderr]).toEqual([exit.ok, expect.stringContaining('has no archive class')])
})

import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openAws } from '../src/aws/open.ts'
import { backup } from '../src/backup/backup.ts'
import type { ListedImage, Source } from '../src/backup/source.ts'
import { openSource } from '../src/backup/sources/open.ts'
import { quietRun } from '../src/core/run.ts'
import type { RestoreOptions } from '../src/restore/report.ts'
import { planRestore, restore } from '../src/restore/restore.ts'
import { openTarget } from '../src/restore/targets/open.ts'
import type { Sandbox } from '../src/sandbox/sandbox.ts'
import { openStore } from '../src/store/open.ts'
import { openOrInitVault, type Vault } from '../src/vault/vault.ts'
import { verifyVault } from '../src/vault/verify.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

const run = quietRun()
const ecr = { kind: 'ecr' } as const

async function awsOf(sandbox: Sandbox) {
  const { id: _, regions, ...credentials } = sandbox.accounts[0]!
  const { awsEndpoint: endpoint, registryEndpoint } = sandbox
  const aws = await openAws({ region: regions[0]!, credentials, endpoint, registryEndpoint }, { env: {} })
  onTestFinished(() => aws.close())
  return aws
}

async function sourceOf(sandbox: Sandbox): Promise<Source> {
  const source = await openSource(ecr, { aws: await awsOf(sandbox) }, run)
  onTestFinished(() => source.close())
  return source
}

async function folderVault(): Promise<Vault> {
  const store = await openStore(temporaryFolder())
  onTestFinished(() => store.close())
  return openOrInitVault(store, run)
}

async function backedUp(sandbox: Sandbox, vault: Vault) {
  const source = await sourceOf(sandbox)
  return backup(source, vault, {}, run)
}

async function restored(sandbox: Sandbox, vault: Vault, options: RestoreOptions = {}) {
  const target = await openTarget(ecr, { aws: await awsOf(sandbox) }, run)
  onTestFinished(() => target.close())
  const route = { vault, snapshot: await vault.snapshots.find('latest'), target }
  return restore(route, await planRestore(route, options, run), run)
}

/** All that a restore must bring back: not the times of pushes and pulls, which nobody can set. */
async function contentsOf(sandbox: Sandbox) {
  const source = await sourceOf(sandbox)
  const contents: Record<string, unknown> = {}
  for await (const name of source.repositories(run.signal)) {
    const { createdAt: _, ...settings } = await source.settings(name, run.signal)
    const images = (await source.images(name, run.signal)).map(withoutTimes)
    contents[name] = { settings, images: images.sort((a, b) => (a.digest < b.digest ? -1 : 1)) }
  }
  return contents
}

function withoutTimes({ pushedAt: _pushed, lastPull: _pulled, tags, ...image }: ListedImage) {
  return { ...image, tags: [...tags].sort() }
}

async function deleteRepository(sandbox: Sandbox, repositoryName: string) {
  const client = new ECRClient((await awsOf(sandbox)).clientConfig('ecr'))
  await client.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
  client.destroy()
}

describe('the demo registry', () => {
  test('is backed up into a folder, and the vault verifies; a second backup reads no image', async () => {
    const sandbox = await testSandbox()
    const vault = await folderVault()
    const first = await backedUp(sandbox, vault)
    expect(first.registry.simulated).toBe(true)
    expect(first.manifests).toBeGreaterThan(20)
    expect(first.skipped.filter(({ code }) => code !== 'image-archived')).toEqual([])
    expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
    const second = await backedUp(sandbox, vault)
    expect(second.requests).toMatchObject({ manifestRequests: 0, blobRequests: 0 })
    expect(second.reused.repositories).toBe(first.repositories)
  })

  test('every repository, deleted one by one, comes back exactly', async () => {
    const sandbox = await testSandbox()
    const vault = await folderVault()
    const report = await backedUp(sandbox, vault)
    const unheld = new Set(report.skipped.map(({ repository }) => repository))
    const before = await contentsOf(sandbox)
    const names = Object.keys(before).filter((name) => !unheld.has(name))
    expect(names.length).toBeGreaterThan(3)
    for (const name of names) await deleteRepository(sandbox, name)
    expect(Object.keys(await contentsOf(sandbox))).toEqual([...unheld])
    const result = await restored(sandbox, vault)
    expect(result).toMatchObject({ identical: true, differences: [] })
    expect(await contentsOf(sandbox)).toEqual(before)
    const again = await restored(sandbox, vault)
    expect(again).toMatchObject({ manifests: 0, tags: 0, blobs: { sent: 0, mounted: 0 } })
  })

  test('restores into an empty registry', async () => {
    const vault = await folderVault()
    const report = await backedUp(await testSandbox(), vault)
    const empty = await testSandbox({ seed: 'empty' })
    const result = await restored(empty, vault)
    expect(result.differences).toEqual([])
    expect(Object.keys(await contentsOf(empty))).toHaveLength(report.repositories)
    const back = await backedUp(empty, vault)
    expect(back).toMatchObject({ manifests: report.manifests, tags: report.tags, bytes: report.bytes })
  })
})

describe('a registry in trouble', () => {
  test('cut bodies, lost answers, throttling and server errors end in a complete backup', async () => {
    const sandbox = await testSandbox()
    const vault = await folderVault()
    for (const kind of ['cut-body', 'reset', 'server-error', 'flip-byte'] as const) {
      sandbox.addFault({ service: 's3', operation: 'GetLayer', times: 2, after: 3, kind })
    }
    sandbox.addFault({ service: 'ecr', operation: 'DescribeImages', times: 2, after: 2, kind: 'throttled' })
    sandbox.addFault({ service: 'ecr', operation: 'BatchGetImage', times: 1, after: 1, kind: 'server-error' })
    const report = await backedUp(sandbox, vault)
    expect(report.skipped.filter(({ code }) => code !== 'image-archived')).toEqual([])
    expect((await verifyVault(vault, { data: true }, run)).ok).toBe(true)
  })

  test('a registry that flips bytes: refused, listed, nothing wrong is stored', async () => {
    const sandbox = await testSandbox()
    const vault = await folderVault()
    sandbox.addFault({ service: 's3', operation: 'GetLayer', kind: 'flip-byte' })
    const report = await backedUp(sandbox, vault)
    expect(report).toMatchObject({ complete: false, damaged: true })
    expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
    sandbox.clearFaults()
    expect((await backedUp(sandbox, vault)).damaged).toBe(false)
  })

  test('a restore with failing and lost uploads still ends identical', async () => {
    const vault = await folderVault()
    await backedUp(await testSandbox(), vault)
    const empty = await testSandbox({ seed: 'empty' })
    empty.addFault({ service: 'registry', operation: 'PUT', times: 2, after: 3, kind: 'server-error' })
    empty.addFault({ service: 'registry', operation: 'PUT', times: 2, after: 9, kind: 'lost-answer' })
    empty.addFault({ service: 'registry', operation: 'POST', times: 1, after: 5, kind: 'reset' })
    expect((await restored(empty, vault)).differences).toEqual([])
  })
})

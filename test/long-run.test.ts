import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openAws } from '../src/aws/open.ts'
import { backup } from '../src/backup/backup.ts'
import { openSource } from '../src/backup/sources/open.ts'
import type { Clock } from '../src/core/clock.ts'
import { quietRun } from '../src/core/run.ts'
import { planRestore, restore } from '../src/restore/restore.ts'
import { openTarget } from '../src/restore/targets/open.ts'
import { memoryStore } from '../src/store/memory.ts'
import { openOrInitVault } from '../src/vault/vault.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

// Hours pass between two requests: for Holdfast, the SDK and the sandbox alike.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const hour = 3600_000
const role = 'arn:aws:iam::444455556666:role/holdfast-reader'
const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms)
const clock: Clock = { now: () => new Date(), sleep: async (ms) => pass(ms) }
const run = quietRun({ clock })

async function awsOf(sandbox: TestSandbox, roleArn?: string) {
  const { awsEndpoint: endpoint, registryEndpoint, accounts } = sandbox
  const settings = { region: 'eu-west-1', credentials: accounts[0]!, endpoint, registryEndpoint }
  const aws = await openAws({ ...settings, ...(roleArn && { roleArn }) }, { env: {}, clock })
  onTestFinished(() => aws.close())
  return aws
}

/** How often something was asked for since. */
function counter(sandbox: TestSandbox) {
  const began = sandbox.requestLog().length
  return (operation: string) =>
    sandbox
      .requestLog()
      .slice(began)
      .filter((request) => request.operation === operation).length
}

async function vaultOf(sandbox: TestSandbox) {
  const source = await openSource({ kind: 'ecr' }, { aws: await awsOf(sandbox) }, run)
  const vault = await openOrInitVault(memoryStore({ clock }), run)
  await backup(source, vault, { repositories: ['shop/*'] }, run)
  await source.close()
  return vault
}

test('a restore of two days: a token every 12 hours, once for all who wait; a session every hour', async () => {
  const sandbox = await testSandbox()
  const vault = await vaultOf(sandbox)
  const opened = await openTarget({ kind: 'ecr' }, { aws: await awsOf(sandbox, role) }, run)
  onTestFinished(() => opened.close())
  const began = Date.now()
  const target = aged(opened, 3, 3 * hour)
  const count = counter(sandbox)
  const route = { vault, snapshot: await vault.snapshots.find('latest'), target }
  const report = await restore(route, await planRestore(route, {}, run), run)
  const hours = (Date.now() - began) / hour
  expect(report.identical).toBe(true)
  expect(hours).toBeGreaterThan(48)
  // Planning and comparing need none, and a leap of hours may skip past the end of one: that costs a refused request.
  expect(count('GetAuthorizationToken')).toBeGreaterThan(3)
  expect(count('GetAuthorizationToken')).toBeLessThanOrEqual(Math.ceil(hours / 11) + 1)
  expect(count('AssumeRole')).toBeGreaterThan(hours / 12)
  expect(count('AssumeRole')).toBeLessThanOrEqual(hours + 2)
})

test('a backup of a day with sessions of an hour: credentials are asked for with every request', async () => {
  const sandbox = await testSandbox()
  const vault = await vaultOf(sandbox)
  const target = await openTarget({ kind: 'ecr' }, { aws: await awsOf(sandbox, role) }, run)
  const route = { vault, snapshot: await vault.snapshots.find('latest'), target }
  await restore(route, await planRestore(route, {}, run), run)
  await target.close()
  const opened = await openSource({ kind: 'ecr' }, { aws: await awsOf(sandbox, role) }, run)
  onTestFinished(() => opened.close())
  const began = Date.now()
  const source = aged(opened, 3, 2 * hour)
  const count = counter(sandbox)
  const fresh = await openOrInitVault(memoryStore({ clock }), run)
  const report = await backup(source, fresh, {}, run)
  const hours = (Date.now() - began) / hour
  expect(report).toMatchObject({ complete: true, skipped: [] })
  expect(hours).toBeGreaterThan(24)
  expect(count('AssumeRole')).toBeGreaterThan(hours / 4)
})

/**
 * The same registry, for which time passes: after every so many calls it waits until nothing is in flight, and then a
 * leap is made. Whoever asked meanwhile asks afterwards, all at once.
 */
function aged<T extends object>(registry: T, calls: number, ms: number): T {
  let inFlight = 0
  let left = calls
  let gate: Promise<void> | undefined
  const isShut = () => gate !== undefined
  let open = () => {}
  const locked = async <R>(work: () => Promise<R>): Promise<R> => {
    while (isShut()) await gate
    if (--left === 0) {
      gate = new Promise((resolve) => {
        open = resolve
      })
    }
    inFlight++
    try {
      return await work()
    } finally {
      if (--inFlight === 0 && isShut()) {
        pass(ms)
        left = calls
        gate = undefined
        open()
      }
    }
  }
  const listed = (call: Call) =>
    async function* (...question: unknown[]) {
      const all: unknown[] = []
      await locked(async () => {
        for await (const one of call(...question) as AsyncIterable<unknown>) all.push(one)
      })
      yield* all
    }
  return new Proxy(registry, {
    get: (subject, name) => {
      const value = Reflect.get(subject, name)
      if (typeof value !== 'function') return value
      const call: Call = value.bind(subject)
      if (immediate.includes(String(name))) return call
      if (lists.includes(String(name))) return listed(call)
      return (...question: unknown[]) => locked(async () => call(...question))
    },
  })
}

type Call = (...question: unknown[]) => unknown
const immediate = ['requests', 'close', 'putsPerSecond', 'foresee', 'rateOf']
const lists = ['repositories', 'manifests']

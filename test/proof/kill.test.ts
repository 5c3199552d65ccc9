import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchDeleteImageCommand, ECRClient, paginateDescribeImages } from '@aws-sdk/client-ecr'
import pLimit from 'p-limit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BackupReport } from '../../src/backup/report.ts'
import { inParallel } from '../../src/core/parallel.ts'
import { quietRun } from '../../src/core/run.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/start.ts'
import { folderStore } from '../../src/store/folder.ts'
import type { PruneReport } from '../../src/vault/prune/report.ts'
import { openVault } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'
import { runCli } from '../support/cli.ts'
import { printFigures } from '../support/figures.ts'
import { countPoints, type KillPoint, runKilled, spread } from '../support/killed.ts'
import { envOf } from '../support/sandbox.ts'

/**
 * The real command, in a process of its own, killed with SIGKILL at one change of the disk or one write to a socket after
 * the other. Two at a time; what follows each death is looked at in this process, one after the other.
 */
const atOnce = 2
const oneByOne = pLimit(1)
const run = quietRun()
const from = 'ecr://111122223333/eu-west-1'

let sandbox: Sandbox
let env: Record<string, string>
let base: string

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
  env = envOf(sandbox)
  base = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
})

afterAll(async () => {
  await sandbox.close()
  rmSync(base, { recursive: true, force: true })
})

let folders = 0
/** A place for one death: a copy of the vault as it was before. */
function copyOf(original: string): { env: Record<string, string>; cwd: string } {
  const cwd = join(base, `at-${folders++}`)
  cpSync(join(original, 'holdfast-vault'), join(cwd, 'holdfast-vault'), { recursive: true })
  return { env, cwd }
}

const shop = ['backup', '--repository', 'shop/*']
const newPlace = () => ({ env, cwd: mkdtempSync(join(base, 'first-')) })
const cli = (argv: string[], where: { env: Record<string, string>; cwd: string }) =>
  oneByOne(() => runCli(argv, where))

/** All snapshots of the vault resolve, each blob is there with its size (and hashes to its name); none is half. */
async function lookAt(cwd: string, data: boolean) {
  return oneByOne(async () => {
    const store = folderStore(join(cwd, 'holdfast-vault'))
    const vault = await openVault(store)
    expect((await verifyVault(vault, { data }, run)).problems).toEqual([])
    const { snapshots, unreadable } = await vault.snapshots.list()
    expect(unreadable).toEqual([])
    const blobs = new Set<string>()
    for await (const { digest } of vault.blobs.list()) blobs.add(digest)
    await store.close()
    return { ids: snapshots.map(({ id }) => id), blobs }
  })
}

async function killAtAll(points: KillPoint[], kill: (point: KillPoint) => Promise<boolean>): Promise<number> {
  let killed = 0
  await inParallel(points, atOnce, async (point) => {
    if (await kill(point)) killed++
  })
  return killed
}

test('a backup killed at any change of the disk: nothing is half, and the next run copies only what was missing', async () => {
  const first = newPlace()
  await cli(['backup', '--repository', 'shop/web'], first)
  const before = await lookAt(first.cwd, true)
  const whole = copyOf(first.cwd)
  const total = await countPoints(shop, 'disk', whole)
  const wanted = await lookAt(whole.cwd, true)
  const figures = { killed: 0, withData: 0, reused: 0, committed: 0 }
  const killed = await killAtAll(spread('disk', total, 220), async (point) => {
    const where = copyOf(first.cwd)
    const { signal } = await runKilled(shop, point, where)
    if (signal !== 'SIGKILL') return false
    const after = await lookAt(where.cwd, point.nth % 5 === 0)
    expect(after.ids).toEqual(expect.arrayContaining(before.ids))
    const missing = [...wanted.blobs].filter((digest) => !after.blobs.has(digest)).length
    const report = (await cli([...shop, '--format', 'json'], where)).json<BackupReport>()
    const { copied, requests } = report as unknown as BackupReport
    expect(copied.blobs + copied.manifests, `${JSON.stringify(point)}`).toBeLessThanOrEqual(missing)
    expect(requests.blobRequests).toBeLessThanOrEqual(missing)
    expect((await lookAt(where.cwd, point.nth % 5 === 1)).blobs).toEqual(wanted.blobs)
    expect(filesIn(join(where.cwd, 'holdfast-vault/.tmp'))).toEqual([])
    figures.withData += point.nth % 5 < 2 ? 1 : 0
    figures.reused += after.blobs.size - before.blobs.size
    figures.committed += after.ids.length > before.ids.length ? 1 : 0
    rmSync(where.cwd, { recursive: true })
    return true
  })
  printFigures('SIGKILL in a backup', {
    'changes of the disk in a run': total,
    'points where it was killed': killed,
    'verified with data': figures.withData,
    'had committed already': figures.committed,
    'blobs and manifests reused by the next run': figures.reused,
  })
  expect(killed).toBeGreaterThanOrEqual(200)
})

/** As if more than an hour had passed: a prune's mark is then that of a dead one. */
function ageDeleteLists(cwd: string): void {
  const gc = join(cwd, 'holdfast-vault/gc')
  const then = new Date(Date.now() - 3 * 60 * 60 * 1000)
  for (const name of filesIn(gc)) utimesSync(join(gc, name), then, then)
}

test('a prune killed at any change of the disk: kept snapshots are whole, and the next prune finishes it', async () => {
  const own = await startSandbox({ seed: 'demo' })
  const place = { env: envOf(own), cwd: mkdtempSync(join(base, 'first-')) }
  await cli(shop, place)
  await deleteSomeImages(own)
  await cli(shop, place)
  const argv = ['prune', '--keep-last', '1', '--grace', '0', '--revoke']
  const accepted = [...argv, ...(await accepting(place, argv))]
  const whole = copyOf(place.cwd)
  const total = await countPoints(accepted, 'disk', whole)
  const wanted = await lookAt(whole.cwd, true)
  expect(wanted.ids).toHaveLength(1)
  let finished = 0
  const killed = await killAtAll(spread('disk', total, 60), async (point) => {
    const where = { ...copyOf(place.cwd), env: place.env }
    if ((await runKilled(accepted, point, where)).signal !== 'SIGKILL') return false
    const after = await lookAt(where.cwd, true)
    expect(after.ids).toEqual(expect.arrayContaining(wanted.ids))
    ageDeleteLists(where.cwd)
    const again = await cli([...accepted, '--format', 'json'], where)
    expect(again.code, again.stderr).toBe(0)
    finished += (again.json() as unknown as PruneReport).finished.length
    const end = await lookAt(where.cwd, true)
    expect(end).toEqual(wanted)
    expect(filesIn(join(where.cwd, 'holdfast-vault/gc'))).toEqual([])
    expect(filesIn(join(where.cwd, 'holdfast-vault/.tmp'))).toEqual([])
    rmSync(where.cwd, { recursive: true })
    return true
  })
  await own.close()
  printFigures('SIGKILL in a prune', {
    'changes of the disk in a run': total,
    'points where it was killed': killed,
    'dead prunes finished by the next': finished,
  })
  expect(killed).toBeGreaterThanOrEqual(40)
})

function filesIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return names.filter((name) => statSync(join(folder, name)).isFile())
}

async function deleteSomeImages(of: Sandbox): Promise<void> {
  const client = clientOf(of)
  const all = await imagesOf(client, 'shop/web')
  const imageIds = [...all.keys()].slice(0, 2).map((imageDigest) => ({ imageDigest }))
  await client.send(new BatchDeleteImageCommand({ repositoryName: 'shop/web', imageIds }))
  client.destroy()
}

/** The deletion looks like an accident; a prune asks for a word on it. */
async function accepting(
  place: { env: Record<string, string>; cwd: string },
  argv: string[],
): Promise<string[]> {
  const plan = (await cli([...argv, '--dry-run', '--format', 'json'], place)).json()
  const { suspicious } = plan as unknown as PruneReport
  return suspicious.flatMap(({ id }) => ['--accept-loss', id])
}

test('a restore killed at any write to a socket: a second one completes it, digest by digest', async () => {
  const place = newPlace()
  await cli(['backup', '--repository', 'shop/web'], place)
  const restoring = (prefix: string) => ['restore', 'latest', '--prefix', prefix, '--from', from]
  const total = await countPoints(restoring('whole/'), 'socket', place)
  const client = clientOf(sandbox)
  const wanted = await imagesOf(client, 'shop/web')
  let there = 0
  const killed = await killAtAll(spread('socket', total, 60), async (point) => {
    const prefix = `kill-${point.nth}-${point.when}/`
    if ((await runKilled(restoring(prefix), point, place)).signal !== 'SIGKILL') return false
    there += (await imagesOf(client, `${prefix}shop/web`)).size
    const again = await cli(restoring(prefix), place)
    expect(again.code, again.stderr).toBe(0)
    expect(await imagesOf(client, `${prefix}shop/web`)).toEqual(wanted)
    return true
  })
  client.destroy()
  await lookAt(place.cwd, true)
  printFigures('SIGKILL in a restore', {
    'writes to sockets in a run': total,
    'points where it was killed': killed,
    'images that were there at the deaths': there,
  })
  expect(killed).toBeGreaterThanOrEqual(50)
})

function clientOf({ awsEndpoint, accounts }: Sandbox): ECRClient {
  const [account] = accounts
  return new ECRClient({
    endpoint: awsEndpoint,
    region: account!.regions[0]!,
    credentials: { accessKeyId: account!.accessKeyId, secretAccessKey: account!.secretAccessKey },
  })
}

/** Digest -> tags, as the registry itself says. */
async function imagesOf(client: ECRClient, repositoryName: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  try {
    const filter = { imageStatus: 'ANY' as const }
    for await (const page of paginateDescribeImages({ client }, { repositoryName, filter })) {
      for (const image of page.imageDetails ?? []) found.set(image.imageDigest!, image.imageTags ?? [])
    }
  } catch (error) {
    if ((error as Error).name !== 'RepositoryNotFoundException') throw error
  }
  return new Map([...found].sort())
}

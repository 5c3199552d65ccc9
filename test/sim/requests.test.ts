import './doors.ts'
import { expect, test } from 'vitest'
import { backup } from '../../src/backup/backup.ts'
import { planRestore, restore } from '../../src/restore/restore.ts'
import type { Fault } from '../../src/sandbox/sandbox.ts'
import { initVault } from '../../src/vault/vault.ts'
import { printFigures } from '../support/figures.ts'
import { type Doors, openScene, type Scene } from './scene.ts'
import { seededFor } from './world.ts'

const seeds = Number(process.env['SIM_SEED'] ? 1 : (process.env['SIM_SEEDS'] ?? 25))
const first = Number(process.env['SIM_SEED'] ?? 1)
/** Of a hundred requests of any kind so many fail. */
const rate = 5
/** What this part of the product has to keep to, at that rate. */
const limit = 1.3

const kinds: readonly Fault['kind'][] = [
  'throttled',
  'server-error',
  'unavailable',
  'reset',
  'cut-body',
  'lost-answer',
]

function faultsFor(seed: number): Fault[] {
  const random = seededFor(seed, 21)
  const faults: Fault[] = []
  for (const service of ['ecr', 's3', 'registry'])
    for (let after = 0; after < 500; after++)
      if (random(100) < rate) faults.push({ service, after, times: 1, kind: kinds[random(kinds.length)]! })
  return faults
}

/** A first backup into a bucket, and a restore of it: requests of each until it is whole. */
async function requestsOf(scene: Scene, prefix: string, faults: Fault[]) {
  const { sandbox } = scene
  const source = await scene.open()
  const target = await scene.open('target')
  const vault = await initVault(source.store(prefix), source.run)
  const counted = async (deed: () => Promise<boolean>) => {
    const before = sandbox.requestLog().length
    for (const fault of faults) sandbox.addFault(fault)
    // As often as it takes: what a run could not do is done by the next, and counts.
    let runs = 1
    while (!(await deed().catch(() => false)) && runs < 10) runs++
    sandbox.clearFaults()
    return { requests: sandbox.requestLog().length - before, runs }
  }
  const backedUp = await counted(async () => (await backup(source.source, vault, {}, source.run)).complete)
  const restored = await counted(() => restoreOnce(target, vault, prefix))
  await Promise.all([source.close(), target.close()])
  return { backedUp, restored }
}

async function restoreOnce(
  { target, run }: Doors,
  vault: Awaited<ReturnType<typeof initVault>>,
  prefix: string,
) {
  const snapshot = await vault.snapshots.find('latest')
  const route = { vault, snapshot, target }
  return (await restore(route, await planRestore(route, { prefix: `${prefix}/` }, run), run)).identical
}

test(`at ${rate} % faults ${seeds} backups and restores need at most ${limit} times the requests`, async () => {
  const scene = await openScene()
  const calm = await requestsOf(scene, 'calm', [])
  const factors = { backup: [] as number[], restore: [] as number[] }
  const runs = { backup: 1, restore: 1 }
  for (let seed = first; seed < first + seeds; seed++) {
    const { backedUp, restored } = await requestsOf(scene, `seed-${seed}`, faultsFor(seed))
    factors.backup.push(backedUp.requests / calm.backedUp.requests)
    factors.restore.push(restored.requests / calm.restored.requests)
    runs.backup = Math.max(runs.backup, backedUp.runs)
    runs.restore = Math.max(runs.restore, restored.runs)
  }
  const met = scene.sandbox.faultsMet().length
  await scene.close()
  const mean = (all: number[]) => all.reduce((sum, each) => sum + each, 0) / all.length
  printFigures(`requests at ${rate} % faults`, {
    seeds,
    'faults met': met,
    'requests without faults (backup)': calm.backedUp.requests,
    'mean factor (backup)': mean(factors.backup),
    'highest factor (backup)': Math.max(...factors.backup),
    'runs at most (backup)': runs.backup,
    'requests without faults (restore)': calm.restored.requests,
    'mean factor (restore)': mean(factors.restore),
    'highest factor (restore)': Math.max(...factors.restore),
    'runs at most (restore)': runs.restore,
  })
  expect(Math.max(...factors.backup)).toBeLessThanOrEqual(limit)
  expect(mean(factors.restore)).toBeLessThanOrEqual(limit)
})

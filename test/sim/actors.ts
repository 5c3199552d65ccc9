import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { repairVault } from '../../src/backup/repair.ts'
import type { Source } from '../../src/backup/source.ts'
import type { Digest } from '../../src/core/digest.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import { quietRun, type Run } from '../../src/core/run.ts'
import { planRestore, restore } from '../../src/restore/restore.ts'
import type { SnapshotRoot } from '../../src/vault/format.ts'
import { heldIds, holdSnapshot, releaseSnapshot } from '../../src/vault/holds.ts'
import { type PruneOptions, prune } from '../../src/vault/prune/prune.ts'
import { keyOfRoot } from '../../src/vault/snapshots.ts'
import { type Vault, vaultOver } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'
import type { Mishaps, Schedule } from './schedule.ts'
import { type Below, day, push, remove, seededFor, type World } from './world.ts'

export const kinds = [
  'backup',
  'prune',
  'restore',
  'verify',
  'hold',
  'release',
  'repair',
  'pusher',
  'deleter',
] as const
export type Kind = (typeof kinds)[number]

/** One actor of an order, as it was drawn. */
export interface Part {
  kind: Kind
  /** Its own numbers. */
  seed: number
  /** How far its machine's clock is off, in ms. */
  skew: number
  /** Keys a page of its listings has. */
  page: number
  mishaps: Mishaps
}

/** What one actor works with. */
interface Me {
  world: World
  id: number
  schedule: Schedule
  random: Below
  vault: Vault
  run: Run
}

/** The ways in which each may fail when nothing is wrong but the company. */
const mayFailWith: Record<Kind, readonly ErrorCode[]> = {
  backup: ['run-revoked', 'prune-running'],
  prune: ['prune-running', 'prune-refused'],
  restore: [],
  verify: [],
  hold: ['prune-running', 'snapshot-not-found', 'vault-damaged'],
  release: ['snapshot-not-found'],
  repair: [],
  pusher: [],
  deleter: [],
}

/** Acts; throws what the shipped function throws, and writes down what is false. */
const acts: Record<Kind, (me: Me) => Promise<void>> = {
  backup: backsUp,
  prune: prunes,
  restore: restores,
  verify: verifies,
  hold: holds,
  release: releases,
  repair: repairs,
  pusher: (me) => changes(me, push),
  deleter: (me) => changes(me, remove),
}

export function start(world: World, schedule: Schedule, id: number, part: Part): Promise<unknown> {
  const listing = { page: part.page, prunes: part.kind === 'prune' }
  const me: Me = {
    world,
    id,
    schedule,
    random: seededFor(part.seed, 7),
    vault: vaultOver(schedule.store(world.store, id, listing), world.vault.header),
    run: quietRun({ clock: schedule.clock(id, part.skew) }),
  }
  return schedule.start(id, part.mishaps, () => acts[part.kind](me))
}

export function codesFor(kind: Kind, hurt: boolean): ErrorCode[] {
  return hurt ? [...mayFailWith[kind], 'store-request-failed'] : [...mayFailWith[kind]]
}

async function backsUp({ world, id, schedule, random, vault, run }: Me): Promise<void> {
  const registry = world.registries[random(3) && 1]!
  const gone = world.removed.length
  const before = imagesOf(registry)
  const report = await backup(turns(registry.source(), schedule, id), vault, {}, run)
  const key = [...world.watch.snapshots].find(([, { root }]) => root.id === report.snapshot)?.[0]
  if (!key) {
    const wasThere = [...world.watch.forgotten].some((each) => each.endsWith(`-${report.snapshot}.json`))
    if (!wasThere) world.watch.broken.push(`backup ${report.snapshot} says it is done, and has no root`)
    return
  }
  if (!report.complete) return
  const { needs } = world.watch.snapshots.get(key)!
  const removed = new Set(world.removed.slice(gone).map(({ digest }) => digest))
  for (const digest of before) {
    if (removed.has(digest) || needs.has(`blobs/sha256/${digest.slice('sha256:'.length)}`)) continue
    world.watch.broken.push(`backup ${report.snapshot} says it is complete, and lacks ${digest}`)
  }
}

function imagesOf({ repositories }: MemoryRegistry): Digest[] {
  return [...repositories.values()].flatMap(({ images }) => [...images.keys()])
}

/** Each call of the registry waits for its turn. */
function turns(source: Source, schedule: Schedule, id: number): Source {
  const at = <T>(what: string, work: () => Promise<T>) => schedule.at(id, { what }, work)
  async function* each<T>(what: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = items[Symbol.asyncIterator]()
    for (;;) {
      const next = await at(what, () => iterator.next())
      if (next.done) return
      yield next.value
    }
  }
  return {
    identity: source.identity,
    repositories: (signal) => each('repositories', source.repositories(signal)),
    images: (name, signal) => at(`images ${name}`, () => source.images(name, signal)),
    settings: (name, signal) => at(`settings ${name}`, () => source.settings(name, signal)),
    registrySettings: (signal) => at('registrySettings', () => source.registrySettings(signal)),
    manifests: (name, wanted, signal) => each(`manifest ${name}`, source.manifests(name, wanted, signal)),
    blob: (name, digest, from, signal) => at(`blob ${digest}`, () => source.blob(name, digest, from, signal)),
    requests: () => ({}),
    close: async () => {},
  }
}

async function prunes({ world, random, vault, run }: Me): Promise<void> {
  const options: PruneOptions = {
    policy: random(2) ? { last: 1 + random(2) } : { hourly: 1 + random(2) },
    grace: [0, 1 / 24, 1, 7][random(4)]!,
    revoke: random(4) > 0,
    verify: random(4) === 0,
  }
  const report = await prune(vault, options, run)
  const there = new Set(world.watch.roots.map(({ id }) => id))
  for (const { id } of report.forgotten)
    if (there.has(id)) world.watch.broken.push(`prune says it forgot ${id}, which is there`)
  if (report.verified && !report.verified.ok) world.watch.broken.push('a prune found the vault damaged')
}

/** Some snapshot into an empty registry. It may only fail when that snapshot was forgotten meanwhile. */
async function restores({ world, id, schedule, random, vault, run }: Me): Promise<void> {
  const { snapshots } = await vault.snapshots.list(undefined, run.signal)
  const snapshot = snapshots[random(Math.max(1, snapshots.length))]
  if (!snapshot) return
  const registry = new MemoryRegistry('restored')
  const route = { vault, snapshot, target: registry.target() }
  let why = ''
  try {
    const report = await restore(route, await planRestore(route, {}, run), run)
    if (!report.ok || !report.identical) why = JSON.stringify(report.notRestored)
    else why = await lacking(world, snapshot, registry)
  } catch (error) {
    if (schedule.dead.has(id)) throw error
    why = String((error as Error).stack)
  }
  if (why && world.watch.snapshots.has(keyOfRoot(snapshot)))
    world.watch.broken.push(`restore of ${snapshot.id}, which is there, failed: ${why}`)
}

/** What a restore that says it is identical did not bring. */
async function lacking(world: World, snapshot: SnapshotRoot, registry: MemoryRegistry): Promise<string> {
  const needs = world.watch.snapshots.get(keyOfRoot(snapshot))?.needs ?? new Map()
  const wanted = [...needs.keys()].filter((key) => key.startsWith('blobs/'))
  const there = new Set<string>()
  for (const { images, blobs } of registry.repositories.values())
    for (const digest of [...images.keys(), ...blobs.keys()]) there.add(`blobs/sha256/${digest.slice(7)}`)
  const missing = wanted.find((key) => !there.has(key))
  return missing ? `it says identical and lacks ${missing}` : ''
}

async function verifies({ world, random, vault, run }: Me): Promise<void> {
  complain(world, await verifyVault(vault, { data: random(3) === 0 }, run))
}

/** Snapshots that were forgotten while it looked are no damage; everything else would be. */
function complain({ watch }: World, { problems }: Awaited<ReturnType<typeof verifyVault>>): void {
  const there = new Set(watch.roots.map(({ id }) => id))
  for (const { kind, key, snapshots } of problems) {
    if (snapshots.some((id) => there.has(id)) || watch.snapshots.has(key))
      watch.broken.push(`verify finds ${kind} ${key}`)
  }
}

async function holds({ world, random, vault, run }: Me): Promise<void> {
  const { snapshots } = await vault.snapshots.list(undefined, run.signal)
  const snapshot = snapshots[random(Math.max(1, snapshots.length))]
  if (!snapshot) return
  await holdSnapshot(vault, { snapshot: snapshot.id }, run)
  // Somebody may have released it already.
  if (!(await heldIds(world.watch.vault)).has(snapshot.id)) return
  world.watch.held.add(snapshot.id)
  if (!world.watch.snapshots.has(keyOfRoot(snapshot)))
    world.watch.broken.push(`${snapshot.id} is held, and is gone`)
}

async function releases({ world, vault, run }: Me): Promise<void> {
  for (const id of await heldIds(vault, run.signal)) {
    world.watch.held.delete(id)
    await releaseSnapshot(vault, id, run)
    world.watch.held.delete(id)
  }
}

/** There is nothing to repair here; it must find that out, and leave everything as it is. */
async function repairs({ world, id, schedule, random, vault, run }: Me): Promise<void> {
  const report = await verifyVault(vault, { data: true }, run)
  complain(world, report)
  await repairVault(vault, turns(world.registries[random(2)]!.source(), schedule, id), report, run)
}

async function changes({ world, id, schedule, random }: Me, change: typeof push): Promise<void> {
  const times = 1 + random(4)
  for (let n = 0; n < times; n++) {
    const registry = world.registries[random(3) && 1]!
    await schedule.at(id, { what: 'change of the registry' }, async () => change(world, registry, random))
  }
}

/** Hours and days in which nothing happens. */
export function rest(world: World, random: Below): void {
  const ms = random(5) === 0 ? 9 * day : (1 + random(30)) * 60 * 60 * 1000
  world.clock.advance(ms)
}

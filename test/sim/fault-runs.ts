import { backup } from '../../src/backup/backup.ts'
import { isRepairable, repairVault } from '../../src/backup/repair.ts'
import { type Digest, hexOf } from '../../src/core/digest.ts'
import { planRestore, restore } from '../../src/restore/restore.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { keys, type SnapshotRoot } from '../../src/vault/format.ts'
import { initVault, type Vault, vaultOver } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'
import { drawIdentifiers } from './doors.ts'
import { type BadStore, badStore, drawPlan, type FaultPlan, failuresOfOthers, faultsOf } from './faults.ts'
import { failsOnlyWith, Watch } from './invariants.ts'
import { openMemoryScene } from './memory-scene.ts'
import type { Case, Counts } from './replay.ts'
import { type Doors, openScene, type Scene } from './scene.ts'
import { type Below, seededFor } from './world.ts'

/** One seed at work. */
interface Work {
  scene: Scene
  doors: Doors
  plan: FaultPlan
  seed: number
  random: Below
  /** What the run writes to, and the same place without faults. */
  bad: BadStore
  vault: Vault
  calm: Vault
  /** Where damage can be done without anybody seeing it. */
  inner: Store
  /** Absent where the vault is in a bucket. */
  watch?: Watch
  broken: string[]
  counts: Counts
  leave: ReadonlySet<string>
  /** The snapshot that is complete at last. */
  whole: string
}

const places = ['api', 'layers', 'registry', 'bucket', 'store'] as const
const deeds = ['restore', 'repair', 'second backup'] as const

/** After so many seeds a new sandbox: what the old ones wrote makes it slow. */
const seedsPerScene = 40

/** Backups, restores and repairs with the real clients, while the sandbox and the store fail as the seed says. */
export function faultCase(kind: 'sockets' | 'memory'): Case & { close(): Promise<void> } {
  let scene: Scene | undefined
  let left = 0
  const freshScene = async () => {
    if (left-- > 0 && scene) return scene
    await scene?.close()
    left = kind === 'sockets' ? seedsPerScene : 0
    scene = kind === 'sockets' ? await openScene() : await openMemoryScene()
    return scene
  }
  return {
    name: `faults, ${kind}`,
    parts: () => [...places, ...deeds],
    close: async () => {
      await scene?.close()
      scene = undefined
      left = 0
    },
    play: async (seed, leave) => {
      const work = await begin(await freshScene(), kind, { seed, leave })
      try {
        await play(work)
        for (const [what, times] of Object.entries(work.bad.met)) count(work, what, times)
        if (work.doors.mostTries() > 4)
          work.broken.push(`one request was sent ${work.doors.mostTries()} times`)
      } finally {
        work.scene.sandbox.clearFaults()
        await work.doors.close()
      }
      return { counts: work.counts, broken: [...work.broken, ...(work.watch?.broken ?? [])], trace: [] }
    },
  }
}

async function begin(
  scene: Scene,
  kind: 'sockets' | 'memory',
  { seed, leave }: { seed: number; leave: ReadonlySet<string> },
): Promise<Work> {
  drawIdentifiers(seededFor(seed, 1))
  const doors = await scene.open()
  const random = seededFor(seed, 14)
  const inBucket = kind === 'sockets' && random(5) < 2
  const plan = drawPlan(
    seed,
    places.filter((place) => !leave.has(place) && place !== (inBucket ? 'store' : 'bucket')),
  )
  const inner = inBucket ? doors.store(`seed-${seed}`) : memoryStore({ clock: doors.run.clock })
  const { header } = await initVault(inner, doors.run)
  const watch = inBucket ? undefined : new Watch(inner, header)
  const calm = vaultOver(watch?.store ?? inner, header)
  const bad = badStore(watch?.store ?? inner, plan, kind === 'memory' ? doors.clock : undefined)
  const vault = vaultOver(bad.store, header)
  const counts = { seeds: 1 }
  return {
    scene,
    doors,
    plan,
    seed,
    random,
    bad,
    vault,
    calm,
    inner,
    ...(watch && { watch }),
    broken: [],
    whole: '',
    counts,
    leave,
  }
}

async function play(work: Work): Promise<void> {
  const does = (deed: (typeof deeds)[number], chance: number) =>
    work.random(100) < chance && !work.leave.has(deed)
  const second = does('second backup', 30)
  const alsoRestore = does('restore', 40)
  const alsoRepair = does('repair', 30)
  await inTrouble(work, () => backsUp(work))
  if (second) await inTrouble(work, () => backsUp(work))
  await becomesWhole(work)
  if (alsoRestore) await restores(work)
  if (alsoRepair && work.watch) await repairs(work)
}

/** Does something while everything around it fails now and then. */
async function inTrouble(work: Work, deed: () => Promise<void>): Promise<void> {
  const { sandbox } = work.scene
  const metBefore = sandbox.faultsMet().length
  for (const fault of faultsOf(work.plan)) sandbox.addFault(fault)
  try {
    await deed()
  } catch (error) {
    count(work, 'runs that failed and said why')
    const why = failsOnlyWith(error, failuresOfOthers)
    if (why) work.broken.push(why)
  } finally {
    sandbox.clearFaults()
    for (const { kind, service } of sandbox.faultsMet().slice(metBefore))
      count(work, `${kind} (${service === 'sts' ? 'api' : service})`)
  }
  if (work.watch) await work.watch.everyCommittedRootVerifies()
}

function count({ counts }: Work, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by
}

async function backsUp(work: Work): Promise<void> {
  const { doors, vault } = work
  count(work, 'runs in trouble')
  const report = await backup(doors.source, vault, {}, doors.run)
  work.scene.sandbox.clearFaults()
  const root = await work.calm.snapshots.find(report.snapshot).catch(() => undefined)
  if (!root) return void work.broken.push(`backup ${report.snapshot} says it is done, and has no root`)
  await saysWhatItLacks(work, root)
}

/** No false success: what the registry has is in the snapshot, or named as lacking, and then it is not complete. */
async function saysWhatItLacks(work: Work, root: SnapshotRoot): Promise<void> {
  const { doors, calm, broken } = work
  if (root.complete !== (root.skipped.length === 0)) broken.push(`${root.id} is complete and lacks something`)
  const entries = await calm.repositories(root)
  for await (const name of doors.source.repositories(doors.run.signal)) {
    if (root.skipped.some((each) => each.repository === name && !each.digest)) continue
    const entry = entries.get(name)
    if (!entry) {
      broken.push(`${root.id} lacks ${name} and does not say so`)
      continue
    }
    const held = new Set((await calm.states.read(entry.state)).manifests.map(({ digest }) => digest))
    const lacking = new Set(
      root.skipped.filter((each) => each.repository === name).map(({ digest }) => digest),
    )
    for (const { digest } of await doors.source.images(name, doors.run.signal))
      if (!held.has(digest) && !lacking.has(digest))
        broken.push(`${root.id} lacks ${digest} and does not say so`)
  }
}

/** Liveness: when the faults stop, a snapshot is complete within two runs, and only what was missing is copied. */
async function becomesWhole(work: Work): Promise<void> {
  const { doors, calm, bad, broken } = work
  const full = bad.met['disk full'] !== undefined
  bad.heal()
  const before = await blobsIn(calm)
  for (let run = 1; run <= 2; run++) {
    const report = await backup(doors.source, calm, {}, doors.run)
    const root = await calm.snapshots.find(report.snapshot)
    await saysWhatItLacks(work, root)
    if (!report.complete) continue
    work.whole = report.snapshot
    count(work, `whole after ${run} run${run > 1 ? 's' : ''} in peace`)
    if (full) count(work, 'disks that were full')
    count(work, 'blobs reused', before.size)
    const after = await blobsIn(calm)
    const copied = report.copied.blobs + report.copied.manifests
    if (run === 1 && copied !== after.size - before.size)
      broken.push(`${copied} blobs were copied, not what was missing`)
    const { problems } = await verifyVault(calm, { data: true }, doors.run)
    for (const { kind, key } of problems) broken.push(`verify finds ${kind} ${key}`)
    return
  }
  broken.push('two runs in peace did not make it whole')
}

async function blobsIn(vault: Vault): Promise<Set<Digest>> {
  const found = new Set<Digest>()
  for await (const { digest } of vault.blobs.list()) found.add(digest)
  return found
}

async function restores(work: Work): Promise<void> {
  const { scene, calm, seed, broken } = work
  const doors = await scene.open('target')
  const snapshot = await calm.snapshots.find(work.whole)
  const route = { vault: calm, snapshot, target: doors.target }
  const once = async () =>
    restore(route, await planRestore(route, { prefix: `seed-${seed}/` }, doors.run), doors.run)
  try {
    await inTrouble(work, async () => {
      count(work, 'restores in trouble')
      const report = await once()
      scene.sandbox.clearFaults()
      if (report.identical) await isThere(work, doors, snapshot)
    })
    for (let run = 1; run <= 2; run++) {
      const { identical } = await once()
      if (identical) return await isThere(work, doors, snapshot)
    }
    broken.push('two restores in peace did not make it identical')
  } finally {
    await doors.close()
  }
}

/** A restore that says it is identical is. */
async function isThere({ calm, seed, broken }: Work, doors: Doors, snapshot: SnapshotRoot): Promise<void> {
  for (const [name, { state }] of await calm.repositories(snapshot)) {
    const { manifests, tags } = await calm.states.read(state)
    const { digests, tags: found } = await doors.target.contents(`seed-${seed}/${name}`, doors.run.signal)
    for (const { digest } of manifests)
      if (!digests.has(digest)) broken.push(`restored ${name} lacks ${digest}`)
    for (const [tag, digest] of Object.entries(tags))
      if (found.get(tag) !== digest) broken.push(`restored ${name}:${tag} is another image`)
  }
}

/** Damage of every kind, found by its name and healed; a repair in trouble makes nothing worse. */
async function repairs(work: Work): Promise<void> {
  const { calm, doors, broken, inner, random, vault, watch } = work
  const before = await blobsIn(calm)
  const damaged = [...before].filter(() => random(6) === 0)
  for (const digest of damaged) await damage(inner, digest, random)
  const found = async () => verifyVault(calm, { data: true }, doors.run)
  const named = new Set((await found()).problems.map(({ digest }) => digest))
  if (damaged.some((digest) => !named.has(digest)) || named.size !== damaged.length)
    broken.push(`verify names ${[...named]}, and ${damaged} are damaged`)
  count(work, 'damaged blobs', damaged.length)
  const { watch: _, ...unwatched } = work
  await inTrouble(unwatched, async () => {
    await repairVault(vault, doors.source, await found(), doors.run)
  })
  for (let run = 1; run <= 2; run++) {
    const report = await found()
    if (report.ok) return void (await watch?.everyCommittedRootVerifies(true))
    if (isRepairable(report)) await repairVault(calm, doors.source, report, doors.run)
  }
  if (!(await found()).ok) broken.push('two repairs in peace did not heal it')
}

async function damage(store: Store, digest: Digest, random: Below): Promise<void> {
  const key = keys.blob(`sha256:${hexOf(digest)}`)
  const bytes = Buffer.concat(await (await store.get(key))!.toArray())
  const kind = random(3)
  if (kind === 0) return store.delete(key)
  if (kind === 1) bytes[random(bytes.length)]! ^= 1
  await store.put(key, kind === 1 ? bytes : bytes.subarray(0, random(bytes.length)))
}

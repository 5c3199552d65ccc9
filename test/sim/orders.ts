import './doors.ts'
import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { quietRun } from '../../src/core/run.ts'
import { planRestore, restore } from '../../src/restore/restore.ts'
import type { Store } from '../../src/store/store.ts'
import { releaseSnapshot } from '../../src/vault/holds.ts'
import { prune } from '../../src/vault/prune/prune.ts'
import { codesFor, type Kind, type Part, rest, start } from './actors.ts'
import { failsOnlyWith } from './invariants.ts'
import type { Case, Counts } from './replay.ts'
import { Schedule } from './schedule.ts'
import {
  type Below,
  day,
  hour,
  keepsVersions,
  newWorld,
  push,
  remove,
  seededFor,
  type World,
} from './world.ts'

export const rounds = 3

/** Drawn before anything happens: so that a part can be left out and all others stay what they are. */
interface Round {
  parts: Part[]
  seed: number
}

const cast: readonly Kind[] = [
  'backup',
  'backup',
  'prune',
  'prune',
  'restore',
  'verify',
  'hold',
  'release',
  'repair',
  'pusher',
  'deleter',
]

/** Each run has a mix of its own: some have many crashes and no clocks that are off, others the reverse. */
function draw(seed: number): Round[] {
  const random = seededFor(seed, 3)
  const sleepy = keepsVersions(seed)
  const mix = {
    crash: random(3),
    lost: random(3),
    pause: random(2),
    skew: random(2),
    page: random(3),
    sleepy,
  }
  const some = (chance: number) => chance > 0 && random(5) < chance
  return Array.from({ length: rounds }, () => {
    const chosen = cast.filter((kind) => random(kind === 'backup' || kind === 'prune' ? 4 : 2) > 0)
    const parts = chosen.map((kind) => partOf(kind, random, some, mix))
    return { parts, seed: random(2 ** 31) }
  })
}

type Mix = Record<'crash' | 'lost' | 'pause' | 'skew' | 'page', number> & { sleepy: boolean }

function partOf(kind: Kind, random: Below, some: (chance: number) => boolean, mix: Mix): Part {
  const changes = kind === 'pusher' || kind === 'deleter'
  return {
    kind,
    seed: random(2 ** 31),
    skew: mix.skew ? (random(3) - 1) * hour : 0,
    page: [1000, 4, 1][mix.page]!,
    mishaps: {
      late: random(2) * random(70),
      ...(some(mix.crash) &&
        !changes && {
          crash: { at: random(60), kind: random(2) ? ('before' as const) : ('after' as const) },
        }),
      ...(some(mix.lost) && !changes && { lost: [random(12), random(40)] }),
      // Longer than the grace, and longer than a prune may be silent. A prune may sleep where deletes name versions.
      ...(some(mix.pause * 2) &&
        (kind !== 'prune' || mix.sleepy) && {
          pause: { at: random(60), ms: random(2) ? 8 * day : 2 * hour },
        }),
    },
  }
}

/** All at once, one request at a time. Nobody may fail in another way than the documented ones. */
async function playRound(world: World, round: Round, leave: (part: number) => boolean): Promise<Schedule> {
  const schedule = new Schedule(seededFor(round.seed, 4), world.clock, world.flying)
  const playing = round.parts.map((part, id) => ({ part, id })).filter(({ id }) => !leave(id))
  const answers = playing.map(({ part, id }) => start(world, schedule, id, part))
  await schedule.run()
  for (const [n, answer] of (await Promise.all(answers)).entries()) {
    const { part, id } = playing[n]!
    if (!(answer instanceof Error) || schedule.dead.has(id)) continue
    const why = failsOnlyWith(answer, codesFor(part.kind, schedule.hurt.has(id)))
    if (why) world.watch.broken.push(`${part.kind} ${why}`)
  }
  return schedule
}

/** When nothing fails any more: what dead ones left is finished, everything is whole, and everything can be restored. */
async function atPeace(world: World): Promise<void> {
  const { vault, clock, registries, watch } = world
  const run = quietRun({ clock })
  for (const arrive of world.flying.splice(0)) await arrive()
  clock.advance(25 * hour)
  for (const id of [...watch.held]) await releaseSnapshot(vault, id, run)
  watch.held.clear()
  const { ok } = await prune(vault, { policy: { last: 1 }, grace: 0, revoke: true }, run)
  if (!ok) watch.broken.push('the last prune is not content')
  for await (const { key } of vault.store.list('gc/')) watch.broken.push(`${key} was left behind`)
  for (const registry of registries) {
    const report = await backup(registry.source(), vault, {}, run)
    if (!report.complete)
      watch.broken.push(`the last backup is not complete: ${JSON.stringify(report.skipped)}`)
    const registryKey = registry.identity.key
    const { root: snapshot } = await vault.snapshots.newest(registryKey)
    const route = { vault, snapshot: snapshot!, target: new MemoryRegistry('end').target() }
    const { identical } = await restore(route, await planRestore(route, {}, run), run)
    if (!identical) watch.broken.push(`what was backed up of ${registryKey} at last cannot be restored`)
  }
  await watch.everyCommittedRootVerifies(true)
}

/** Three snapshots, so that there is something to forget, to hold and to restore from the start. */
async function begin(world: World): Promise<void> {
  const { vault, clock, registries } = world
  const random = seededFor(world.seed, 6)
  const [one, two] = registries as [MemoryRegistry, MemoryRegistry]
  for (const registry of [one, two, one]) {
    await backup(registry.source(), vault, {}, quietRun({ clock }))
    clock.advance(hour)
    if (random(2)) remove(world, registry, random)
    push(world, registry, random)
  }
}

/** One world: three orders of the same actors over one vault. */
export function orderCase(breaking?: (store: Store) => Store): Case {
  return {
    name: 'orders',
    parts: (seed) => draw(seed).flatMap(({ parts }, n) => parts.map(({ kind }, id) => `${n}.${id} ${kind}`)),
    play: async (seed, leave) => {
      const world = await newWorld(seed, breaking)
      await begin(world)
      const counts: Counts = { orders: rounds }
      for (const [n, round] of draw(seed).entries()) {
        const schedule = await playRound(world, round, (id) =>
          leave.has(`${n}.${id} ${round.parts[id]!.kind}`),
        )
        await world.watch.everyCommittedRootVerifies()
        tally(counts, world, schedule, round)
        if (world.watch.broken.length > 0)
          return { counts, broken: world.watch.broken, trace: schedule.trace }
        rest(world, seededFor(seed, 5, n))
      }
      await atPeace(world)
      counts['checks of an invariant'] = world.watch.checks
      return { counts, broken: world.watch.broken, trace: [] }
    },
  }
}

function tally(counts: Counts, world: World, schedule: Schedule, { parts }: Round): void {
  const add = (what: string, count: number) => {
    counts[what] = (counts[what] ?? 0) + count
  }
  add('requests to interleave', schedule.requests)
  add('actors', parts.length)
  add('crashes', schedule.dead.size)
  add('lost answers', schedule.trace.filter((line) => line.endsWith('lost the answer')).length)
  add('sleeps of 2 hours or 8 days', schedule.trace.filter((line) => line.includes('stands still')).length)
  add('deletes that arrived late', schedule.trace.filter((line) => line.includes('a late one')).length)
  counts['snapshots kept or forgotten'] = world.watch.snapshots.size + world.watch.forgotten.size
}

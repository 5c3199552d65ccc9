import { expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import { MemoryRegistry } from '../../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../core/clock.ts'
import { HoldfastError } from '../../core/errors.ts'
import { quietRun, type Run } from '../../core/run.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { initVault, type Vault, vaultOver } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { guarded } from './guard.fixture.ts'
import { Schedule, seeded } from './orders.fixture.ts'
import { prune } from './prune.ts'

const rounds = 3
const worlds = 170
const hour = 60 * 60 * 1000

type Random = (below: number) => number

interface World {
  random: Random
  clock: ReturnType<typeof jumpingClock>
  store: Store
  vault: Vault
  registries: MemoryRegistry[]
  broken: string[]
  keepsVersions: boolean
  /** Deletes that were sent in an earlier round and have not arrived. */
  flying: (() => Promise<void>)[]
}

async function newWorld(seed: number): Promise<World> {
  const clock = jumpingClock()
  const keepsVersions = seed % 2 === 0
  // Every other world keeps versions, and has deletes that land late: without versions those are the risk that is left.
  const inner = memoryStore({ clock, versions: keepsVersions })
  const { header } = await initVault(inner, quietRun({ clock }))
  const broken: string[] = []
  const store = guarded(inner, header, broken)
  const registries = [new MemoryRegistry('oci-one'), new MemoryRegistry('oci-two')]
  const random = seeded(seed)
  const world = {
    random,
    clock,
    store,
    vault: vaultOver(store, header),
    registries,
    broken,
    keepsVersions,
    flying: [],
  }
  for (const registry of registries) change(world, registry)
  return world
}

/** Few layers, so that what was deleted is often wanted again. */
function change({ random }: World, registry: MemoryRegistry): void {
  for (const image of registry.repository('a').images.keys()) if (random(4)) registry.remove('a', image)
  const layers = [`layer ${random(6)}`, `layer ${random(6)}`]
  registry.image('a', layers, { config: `{"n":${random(6)}}`, tags: ['t'] })
}

type Actor = (vault: Vault, run: Run) => Promise<unknown>

function actors(world: World): Actor[] {
  const { random, registries } = world
  const policy = () => (random(2) ? { last: 1 + random(2) } : { hourly: 1 + random(2) })
  const backingUp = (): Actor => {
    const registry = registries[random(3) && 1]!
    return (vault, run) => backup(registry.source(), vault, {}, run)
  }
  const pruning = (): Actor => {
    const options = {
      policy: policy(),
      grace: random(2) / 24,
      revoke: random(4) > 0,
      verify: random(4) === 0,
    }
    return (vault, run) => prune(vault, options, run)
  }
  const all = [
    backingUp(),
    backingUp(),
    pruning(),
    pruning(),
    (vault: Vault, run: Run) => verifyVault(vault, {}, run),
  ]
  return all.filter(() => random(4) > 0)
}

const documented = ['run-revoked', 'prune-running', 'prune-refused']

/** All at once, one request at a time; some die. Nobody may fail in another way than the documented ones. */
async function round(world: World): Promise<void> {
  const { random, clock, store, vault, flying } = world
  const schedule = new Schedule(random, flying)
  const answers = actors(world).map((act, actor) => {
    if (random(4) === 0) schedule.crash(actor, random(60), random(2) ? 'before' : 'after')
    const run = quietRun({ clock: schedule.clock(clock, actor) })
    return schedule.start(actor, () => act(vaultOver(schedule.store(store, actor), vault.header), run))
  })
  await schedule.run()
  for (const [actor, answer] of (await Promise.all(answers)).entries()) {
    if (!(answer instanceof Error) || schedule.dead.has(actor)) continue
    const code = answer instanceof HoldfastError ? answer.code : String(answer.stack)
    expect(
      world.keepsVersions ? [...documented, 'store-request-failed'] : documented,
      answer.stack,
    ).toContain(code)
  }
}

/** When nothing fails any more: what dead ones left is finished, and everything is whole. */
async function atPeace({ vault, clock, registries, flying }: World): Promise<void> {
  const run = quietRun({ clock })
  clock.advance(25 * hour)
  expect(await prune(vault, { policy: { last: 1 }, grace: 0, revoke: true }, run)).toMatchObject({ ok: true })
  const left: string[] = []
  for await (const { key } of vault.store.list('gc/')) left.push(key)
  expect(left).toEqual([])
  for (const registry of registries)
    expect((await backup(registry.source(), vault, {}, run)).complete).toBe(true)
  for (const land of flying) await land()
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
}

async function play(seed: number): Promise<void> {
  const world = await newWorld(seed)
  for (let n = 0; n < rounds; n++) {
    await round(world)
    expect(world.broken, `seed ${seed}`).toEqual([])
    for (const registry of world.registries) if (world.random(2)) change(world, registry)
    world.clock.advance((1 + world.random(30)) * hour)
  }
  await atPeace(world)
  expect(world.broken, `seed ${seed}`).toEqual([])
}

test(`${worlds * rounds} orders of backups, prunes, verifications and crashes: no snapshot ever lacks anything`, async () => {
  const first = Number(process.env['HOLDFAST_SEED'] ?? 1)
  for (let seed = first; seed < first + worlds; seed++) await play(seed)
})

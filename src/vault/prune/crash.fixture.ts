import { expect } from 'vitest'
import { backup } from '../../backup/backup.ts'
import { MemoryRegistry } from '../../backup/memory-registry.fixture.ts'
import { type Clock, jumpingClock } from '../../core/clock.ts'
import { HoldfastError } from '../../core/errors.ts'
import { quietRun } from '../../core/run.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { initVault, vaultOver } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { guarded } from './guard.fixture.ts'
import { prune } from './prune.ts'

export const hour = 60 * 60 * 1000
export const options = { policy: { last: 1 }, grace: 0, revoke: true }

const memory = (clock: Clock): Store => memoryStore({ clock })

/** Two snapshots; the registry has gone back to what only the first one has, which a prune is going to forget. */
export async function scene(open: (clock: Clock) => Store = memory) {
  const clock = jumpingClock()
  const run = quietRun({ clock })
  const inner = open(clock)
  const { header } = await initVault(inner, run)
  const broken: string[] = []
  const store = guarded(inner, header, broken)
  const vault = vaultOver(store, header)
  const registry = new MemoryRegistry()
  const first = registry.image('a', ['base', 'wanted again'], { config: '{"n":1}', tags: ['t'] })
  await backup(registry.source(), vault, {}, run)
  registry.remove('a', first)
  const second = registry.image('a', ['base', 'other'], { config: '{"n":2}', tags: ['t'] })
  clock.advance(hour)
  await backup(registry.source(), vault, {}, run)
  registry.remove('a', second)
  registry.image('a', ['base', 'wanted again'], { config: '{"n":1}', tags: ['t'] })
  clock.advance(hour)
  return {
    clock,
    run,
    inner,
    store,
    vault,
    registry,
    broken,
    over: (given: Store) => vaultOver(given, header),
  }
}

export type Scene = Awaited<ReturnType<typeof scene>>

const died = () => new HoldfastError('store-request-failed', { what: 'crash', next: '' })
const mutes: ReadonlySet<string> = new Set(['put', 'delete'])

export interface Hook {
  /** Called ahead of every request; what it throws is the request's answer. */
  before?: (method: string) => void | Promise<void>
  after?: (method: string) => void
}

export function hooked(store: Store, { before, after }: Hook): Store {
  const around = async <T>(method: string, work: () => Promise<T>): Promise<T> => {
    await before?.(method)
    const answer = await work()
    after?.(method)
    return answer
  }
  return {
    url: store.url,
    close: async () => {},
    put: (...given) => around('put', () => store.put(...given)),
    get: (...given) => around('get', () => store.get(...given)),
    head: (...given) => around('head', () => store.head(...given)),
    delete: (...given) => around('delete', () => store.delete(...given)),
    ...(store.deleteVersion && {
      deleteVersion: (...given: Parameters<NonNullable<Store['deleteVersion']>>) =>
        around('delete', async () => store.deleteVersion?.(...given)),
    }),
    ...(store.versions && {
      versions: async function* (...given: Parameters<NonNullable<Store['versions']>>) {
        await before?.('list')
        yield* store.versions?.(...given) ?? []
      },
    }),
    list: async function* (...given) {
      await before?.('list')
      yield* store.list(...given)
    },
  }
}

/** `before` and `after`: the program dies around the n-th write. `lost`: only the answer is lost, and it goes on. */
export function crashing(nth: number, kind: 'before' | 'after' | 'lost') {
  let writes = 0
  const seen = { happened: false, dead: false }
  const hook: Hook = {
    before: (method) => {
      if (seen.dead) throw died()
      if (!mutes.has(method) || writes++ !== nth) return
      seen.happened = true
      if (kind !== 'before') return
      seen.dead = true
      throw died()
    },
    after: (method) => {
      if (!mutes.has(method) || writes !== nth + 1 || kind === 'before' || seen.dead) return
      writes++
      seen.dead = kind === 'after'
      throw died()
    },
  }
  return { seen, hook }
}

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

/** When nothing fails any more, everything is finished, and wanted blobs are there again. */
export async function endsWell({ vault, run, clock, store, registry, broken }: Scene): Promise<void> {
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  expect(['ok', 'prune-running']).toContain(await codeOf(backup(registry.source(), vault, {}, run)))
  clock.advance(2 * hour)
  expect(await prune(vault, options, run)).toMatchObject({ ok: true })
  const left: string[] = []
  for await (const { key } of store.list('gc/')) left.push(key)
  expect(left).toEqual([])
  expect((await backup(registry.source(), vault, {}, run)).complete).toBe(true)
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  expect(broken).toEqual([])
}

/** Runs `other` whole ahead of the n-th request of what is hooked. */
export function interrupting(nth: number, other: () => Promise<unknown>) {
  let requests = 0
  const seen = { code: '', method: '' }
  const before = async (method: string) => {
    if (requests++ !== nth) return
    seen.method = method
    seen.code = await codeOf(other())
  }
  return { seen, hook: { before } }
}

/** The n-th delete of a blob is sent, and nobody hears of it; it is carried out when `land` is called. */
function straying(store: Store, nth: number) {
  let count = 0
  let flying: (() => Promise<void>) | undefined
  const stray = async (key: string, work: () => Promise<void>) => {
    if (!key.startsWith('blobs/') || count++ !== nth) return work()
    flying = work
    throw new HoldfastError('store-request-failed', { what: 'no answer', next: '' })
  }
  const given: Store = {
    ...hooked(store, {}),
    delete: (key) => stray(key, () => store.delete(key)),
    ...(store.deleteVersion && {
      deleteVersion: (key: string, version: string) =>
        stray(key, async () => store.deleteVersion?.(key, version)),
    }),
  }
  return { given, sent: () => flying !== undefined, land: async () => flying?.() }
}

/** It fails, the next prune finishes its list, a backup uploads the blob again, and only then the delete lands. */
export async function landsLate(at: Scene, nth: number): Promise<'none' | 'whole' | 'lost'> {
  const { given, sent, land } = straying(at.store, nth)
  await codeOf(prune(at.over(given), options, at.run))
  if (!sent()) return 'none'
  at.clock.advance(2 * hour)
  await prune(at.vault, options, at.run)
  expect((await backup(at.registry.source(), at.vault, {}, at.run)).complete).toBe(true)
  await land()
  const { problems } = await verifyVault(at.vault, { data: true }, at.run)
  return problems.length > 0 || at.broken.length > 0 ? 'lost' : 'whole'
}

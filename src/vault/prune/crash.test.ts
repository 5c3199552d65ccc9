import { describe, expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import { MemoryRegistry } from '../../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../core/clock.ts'
import { HoldfastError } from '../../core/errors.ts'
import { quietRun } from '../../core/run.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { initVault, vaultOver } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { guarded } from './guard.fixture.ts'
import { prune } from './prune.ts'

const hour = 60 * 60 * 1000
const options = { policy: { last: 1 }, grace: 0, revoke: true }

/** Two snapshots; the registry has gone back to what only the first one has, which a prune is going to forget. */
async function scene() {
  const clock = jumpingClock()
  const run = quietRun({ clock })
  const inner = memoryStore({ clock })
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
  return { clock, run, store, vault, registry, broken, over: (given: Store) => vaultOver(given, header) }
}

type Scene = Awaited<ReturnType<typeof scene>>

const died = () => new HoldfastError('store-request-failed', { what: 'crash', next: '' })
const mutes: ReadonlySet<string> = new Set(['put', 'delete'])

interface Hook {
  /** Called ahead of every request; what it throws is the request's answer. */
  before?: (method: string) => void | Promise<void>
  after?: (method: string) => void
}

function hooked(store: Store, { before, after }: Hook): Store {
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
    list: async function* (...given) {
      await before?.('list')
      yield* store.list(...given)
    },
  }
}

/** `before` and `after`: the program dies around the n-th write. `lost`: only the answer is lost, and it goes on. */
function crashing(nth: number, kind: 'before' | 'after' | 'lost') {
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

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

/** When nothing fails any more, everything is finished, and wanted blobs are there again. */
async function endsWell({ vault, run, clock, store, registry, broken }: Scene): Promise<void> {
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

describe.each(['before', 'after', 'lost'] as const)(
  'a prune that stops %s its n-th write, for every n',
  (kind) => {
    test('leaves whole snapshots, and a list that the next prune finishes', async () => {
      for (let nth = 0; ; nth++) {
        const at = await scene()
        const { seen, hook } = crashing(nth, kind)
        await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
        if (!seen.happened) return expect(nth).toBeGreaterThan(10)
        await endsWell(at)
      }
    })

    test('and so does a backup that stops while it needs what a prune condemns', async () => {
      for (let nth = 0; ; nth++) {
        const at = await scene()
        const { seen, hook } = crashing(nth, kind)
        await codeOf(backup(at.registry.source(), at.over(hooked(at.store, hook)), {}, at.run))
        if (!seen.happened) return expect(nth).toBeGreaterThan(4)
        await prune(at.vault, options, at.run)
        await endsWell(at)
      }
    })
  },
)

/** Runs `other` whole ahead of the n-th request of what is hooked. */
function interrupting(nth: number, other: () => Promise<unknown>) {
  let requests = 0
  const seen = { code: '', method: '' }
  const before = async (method: string) => {
    if (requests++ !== nth) return
    seen.method = method
    seen.code = await codeOf(other())
  }
  return { seen, hook: { before } }
}

test('a whole backup between any two requests of a prune', async () => {
  const codes = new Set<string>()
  for (let nth = 0; ; nth++) {
    const at = await scene()
    const { seen, hook } = interrupting(nth, () => backup(at.registry.source(), at.vault, {}, at.run))
    const code = await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
    if (!seen.code) break
    codes.add(seen.code)
    expect(['ok', 'prune-running']).toContain(seen.code)
    expect(code).toBe('ok')
    await endsWell(at)
  }
  expect([...codes].sort()).toEqual(['ok', 'prune-running'])
})

test('a whole prune between any two requests of a backup', async () => {
  for (let nth = 0; ; nth++) {
    const at = await scene()
    const { seen, hook } = interrupting(nth, () => prune(at.vault, options, at.run))
    expect(await codeOf(backup(at.registry.source(), at.over(hooked(at.store, hook)), {}, at.run))).toBe('ok')
    if (!seen.code) return expect(nth).toBeGreaterThan(10)
    expect(seen.code).toBe('ok')
    await endsWell(at)
  }
})

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** The backup up to its j-th request, the prune up to its i-th, the backup to its end, the prune to its end. */
async function meeting(at: Scene, j: number, i: number) {
  const ended = deferred()
  let met = false
  let pruning: Promise<string> | undefined
  const counting = (nth: number, then: () => Promise<void>): Hook => {
    let requests = 0
    return { before: async () => (requests++ === nth ? then() : undefined) }
  }
  const pruneHalf = async () => {
    const reached = deferred()
    const hook = counting(i, async () => {
      met = true
      reached.resolve()
      await ended.promise
    })
    const quick = { ...options, verify: false }
    pruning = codeOf(prune(at.over(hooked(at.store, hook)), quick, at.run)).finally(reached.resolve)
    await reached.promise
  }
  const vault = at.over(hooked(at.store, counting(j, pruneHalf)))
  const backedUp = await codeOf(backup(at.registry.source(), vault, {}, at.run)).finally(ended.resolve)
  return { backedUp, pruned: await pruning, met }
}

test('a backup and a prune that meet at any two requests', async () => {
  for (let j = 0; ; j++) {
    // Every second pair: both neighbours of each are looked at.
    for (let i = j % 2; ; i += 2) {
      const at = await scene()
      const { backedUp, pruned, met } = await meeting(at, j, i)
      if (pruned === undefined) return expect(j).toBeGreaterThan(10)
      expect(['ok', 'prune-running']).toContain(backedUp)
      expect(pruned).toBe('ok')
      expect([j, i, ...at.broken]).toEqual([j, i])
      if (!met) break
    }
  }
})

test('a prune that sleeps for hours at any request, is succeeded, and wakes up: it stops, and nothing is lost', async () => {
  const codes = new Set<string>()
  for (let nth = 0; ; nth++) {
    const at = await scene()
    const { seen, hook } = interrupting(nth, async () => {
      at.clock.advance(5 * hour)
      await prune(at.vault, options, at.run)
      await backup(at.registry.source(), at.vault, {}, at.run)
    })
    const code = await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
    if (!seen.code) break
    codes.add(code)
    // Asleep between its last look and the delete itself: the risk that docs/design/vault-format.md names.
    if (at.broken.length > 0) expect(seen.method).toBe('delete')
    else await endsWell(at)
  }
  expect(codes).toContain('prune-running')
})

import { describe, expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import {
  codeOf,
  crashing,
  endsWell,
  type Hook,
  hooked,
  hour,
  interrupting,
  options,
  type Scene,
  scene,
} from './crash.fixture.ts'
import { prune } from './prune.ts'

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

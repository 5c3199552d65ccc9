import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SnapshotRoot } from './format.ts'
import { type RetentionFacts, type RetentionPolicy, retain } from './retention.ts'

interface Given {
  time: string
  complete?: boolean
  images?: number
  registry?: string
}

function rootOf({ time, complete = true, images = 10, registry = 'oci-a' }: Given, at: number): SnapshotRoot {
  return {
    schema: 'holdfast.snapshot/1',
    format: 1,
    id: `snapshot${String(at).padStart(4, '0')}`,
    registry: { key: registry, url: `oci://${registry}`, kind: 'oci', simulated: true },
    time: time.length === 10 ? `${time}T12:00:00.000Z` : time,
    committedAt: '2026-06-01T00:00:00.000Z',
    madeBy: { tool: 'test' },
    complete,
    skipped: [],
    shards: [],
    totals: { repositories: 1, manifests: images, tags: 1, blobs: 1, bytes: 1 },
    settings: {},
  }
}

const facts = (more: Partial<RetentionFacts> = {}): RetentionFacts => ({
  holds: new Set(),
  now: new Date('2026-06-30T00:00:00Z'),
  ...more,
})

/** Positions that stay. */
function stays(given: Given[], policy: RetentionPolicy, more: Partial<RetentionFacts> = {}): number[] {
  const roots = given.map(rootOf)
  return retain(roots, policy, facts(more)).kept.map(({ root }) => roots.indexOf(root))
}

const at = (...times: string[]): Given[] => times.map((time) => ({ time }))

describe('of each slot the newest', () => {
  test.each<[string, Given[], RetentionPolicy, number[]]>([
    ['last', at('2026-01-01', '2026-01-02', '2026-01-03'), { last: 2 }, [1, 2]],
    ['more than there are', at('2026-01-01'), { last: 9 }, [0]],
    [
      'hours',
      at('2026-01-01T10:05:00Z', '2026-01-01T10:55:00Z', '2026-01-01T11:00:00Z'),
      { hourly: 2 },
      [1, 2],
    ],
    [
      'days, gaps do not count',
      at('2026-01-01', '2026-01-05', '2026-01-05T23:00:00Z', '2026-01-09'),
      { daily: 2 },
      [2, 3],
    ],
    [
      'weeks begin on Monday',
      at('2026-01-04', '2026-01-05', '2026-01-11', '2026-01-12'),
      { weekly: 2 },
      [2, 3],
    ],
    [
      'a week over the turn of the year is one',
      at('2025-12-29', '2026-01-01', '2026-01-04'),
      { weekly: 5 },
      [2],
    ],
    ['months', at('2026-01-01', '2026-01-31', '2026-02-01'), { monthly: 2 }, [1, 2]],
    ['years', at('2024-05-05', '2025-01-01', '2025-12-31', '2026-01-01'), { yearly: 2 }, [2, 3]],
    [
      'rules add up',
      at('2024-05-05', '2025-01-01', '2026-01-01', '2026-01-02'),
      { last: 1, yearly: 2 },
      [1, 3],
    ],
  ])('%s', (_name, given, policy, kept) => {
    expect(stays(given, policy)).toEqual(kept)
  })
})

describe('what policy does not decide', () => {
  test('a partial snapshot does not take the place of a complete one', () => {
    const given = [...at('2026-01-01', '2026-01-02'), { time: '2026-01-03', complete: false }]
    expect(stays(given, { last: 1 })).toEqual([1, 2])
    expect(stays([...given, { time: '2026-01-04', complete: false }], { last: 1 })).toEqual([1, 3])
  })

  test('a registry that has only partial ones keeps those', () => {
    const given = ['2026-01-01', '2026-01-02'].map((time) => ({ time, complete: false }))
    expect(stays(given, { last: 1 })).toEqual([1])
  })

  test('a snapshot from the future stays and counts for nothing', () => {
    expect(stays(at('2026-01-01', '2026-01-02', '2099-01-01'), { last: 1 })).toEqual([1, 2])
    expect(stays(at('2026-01-01', '2026-06-30T00:59:00Z'), { last: 1 })).toEqual([1])
  })

  test('holds', () => {
    expect(stays(at('2026-01-01', '2026-01-02'), { last: 1 }, { holds: new Set(['snapshot0000']) })).toEqual([
      0, 1,
    ])
  })

  test('registries do not count for each other', () => {
    const given = [...at('2026-01-01', '2026-01-02'), { time: '2026-01-03', registry: 'oci-b' }]
    expect(stays(given, { last: 1 })).toEqual([1, 2])
  })

  test('a loss of more than 30 % of the images keeps the snapshot before it, until it is accepted', () => {
    const given = [10, 10, 6, 6].map((images, n) => ({ time: `2026-01-0${n + 1}`, images }))
    expect(stays(given, { last: 1 })).toEqual([1, 3])
    expect(stays(given, { last: 1 }, { accepted: new Set(['snapshot0002']) })).toEqual([3])
    const little = [10, 7].map((images, n) => ({ time: `2026-01-0${n + 1}`, images }))
    expect(stays(little, { last: 1 })).toEqual([1])
    const partial = [
      { time: '2026-01-01' },
      { time: '2026-01-02', complete: false },
      { time: '2026-01-03', images: 1 },
    ]
    expect(stays(partial, { last: 1 })).toEqual([0, 1, 2])
  })

  test('nothing of a registry that has a complete snapshot may be all that goes', () => {
    const error = { code: 'prune-refused' }
    expect(() => retain(at('2026-01-01').map(rootOf), { last: 0 }, facts())).toThrow(
      expect.objectContaining(error),
    )
  })
})

const snapshots = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 900 }),
      hour: fc.integer({ min: 0, max: 23 }),
      complete: fc.boolean(),
      images: fc.integer({ min: 0, max: 20 }),
      registry: fc.constantFrom('oci-a', 'oci-b'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) =>
    list
      .sort((a, b) => a.day * 24 + a.hour - b.day * 24 - b.hour)
      .map(({ day, hour, ...rest }, n) =>
        rootOf({ ...rest, time: new Date(Date.UTC(2024, 0, 1 + day, hour)).toISOString() }, n),
      ),
  )
const count = fc.integer({ min: 0, max: 5 })
const policies = fc
  .record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count })
  .filter((policy) => Object.values(policy).some((n) => n > 0))

describe('for any snapshots and any policy', () => {
  test('each is kept with a reason or forgotten; a registry keeps a complete snapshot, and its newest one', () => {
    fc.assert(
      fc.property(snapshots, policies, (roots, policy) => {
        const { kept, forgotten } = retain(roots, policy, facts())
        expect(kept.length + forgotten.length).toBe(roots.length)
        expect(kept.every(({ reasons }) => reasons.length > 0)).toBe(true)
        for (const key of new Set(roots.map((root) => root.registry.key))) {
          const all = roots.filter((root) => root.registry.key === key)
          const left = all.filter((root) => !forgotten.includes(root))
          expect(left).toContain(all.at(-1))
          if (all.some((root) => root.complete)) expect(left.some((root) => root.complete)).toBe(true)
        }
      }),
    )
  })

  test('a second prune forgets nothing more', () => {
    fc.assert(
      fc.property(snapshots, policies, (roots, policy) => {
        // A gap makes new neighbours, of which the later may look suspicious, which only keeps: so all are alike here.
        const calm = roots.map((root) => ({ ...root, totals: { ...root.totals, manifests: 1 } }))
        const kept = retain(calm, policy, facts()).kept.map(({ root }) => root)
        expect(retain(kept, policy, facts()).forgotten).toEqual([])
      }),
    )
  })

  test('partial snapshots change nothing about which complete ones stay', () => {
    fc.assert(
      fc.property(snapshots, policies, (roots, policy) => {
        const calm = roots.map((root) => ({ ...root, totals: { ...root.totals, manifests: 1 } }))
        const whole = calm.filter((root) => root.complete)
        const with_ = retain(calm, policy, facts()).kept.filter(({ root }) => root.complete)
        const ids = (kept: { root: SnapshotRoot }[]) => kept.map(({ root }) => root.id).sort()
        expect(ids(with_)).toEqual(ids(retain(whole, policy, facts()).kept))
      }),
    )
  })

  test('a larger policy keeps all that a smaller one keeps', () => {
    fc.assert(
      fc.property(snapshots, policies, policies, (roots, a, b) => {
        const sum = Object.fromEntries(
          Object.entries(a).map(([slot, n]) => [slot, n + (b[slot as 'last'] ?? 0)]),
        )
        const large = new Set(retain(roots, sum, facts()).kept.map(({ root }) => root.id))
        for (const { root } of retain(roots, a, facts()).kept) expect(large.has(root.id)).toBe(true)
      }),
    )
  })
})

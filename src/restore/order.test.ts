import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../core/digest.ts'
import type { ManifestRow } from '../vault/format.ts'
import { blockedBy, restoreOrder } from './order.ts'

const named = (name: string | number): Digest => digestOf(String(name))

function row(name: string | number, refers: Partial<ManifestRow> = {}): ManifestRow {
  return {
    digest: named(name),
    mediaType: 'x',
    size: 1,
    status: 'active',
    blobs: [],
    manifests: [],
    ...refers,
  }
}

/** Any graph without circles, with push times that need not fit it; listed in any order. */
const rows = fc
  .array(
    fc.record({
      children: fc.array(fc.nat({ max: 50 }), { maxLength: 3 }),
      subject: fc.option(fc.nat({ max: 50 })),
      time: fc.nat({ max: 5 }),
    }),
    { maxLength: 30 },
  )
  .chain((specs) => {
    const all = specs.map(({ children, subject, time }, at) => {
      const earlier = (other: number) => named(other % Math.max(at, 1))
      return row(at, {
        pushedAt: `2026-01-0${time + 1}`,
        manifests: at === 0 ? [] : children.map(earlier),
        ...(subject !== null && at > 0 && { subject: earlier(subject) }),
      })
    })
    return fc.shuffledSubarray(all, { minLength: all.length })
  })

describe('restoreOrder', () => {
  test('gives every manifest once, after its children and its subject', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const order = restoreOrder(table).map(({ digest }) => digest)
        expect(new Set(order).size).toBe(table.length)
        expect(order).toHaveLength(table.length)
        for (const { digest, manifests, subject } of table) {
          const needs = subject ? [...manifests, subject] : manifests
          for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(digest))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('keeps the order of the pushes where nothing depends on anything', () => {
    const table = ['c', 'a', 'b'].map((name, at) => row(name, { pushedAt: `2026-01-0${9 - at}` }))
    expect(restoreOrder(table).map(({ pushedAt }) => pushedAt)).toEqual([
      '2026-01-07',
      '2026-01-08',
      '2026-01-09',
    ])
  })

  test('a chain of 50,000 referrers does not overflow, and a forged circle ends', () => {
    const chain = Array.from({ length: 50_000 }, (_, at) =>
      row(at, at < 49_999 ? { subject: named(at + 1) } : {}),
    )
    expect(restoreOrder(chain)[0]?.digest).toBe(named(49_999))
    const circle = [row('a', { manifests: [named('b')] }), row('b', { manifests: [named('a')] })]
    expect(restoreOrder(circle)).toHaveLength(2)
  })
})

test('blockedBy: an index without a child, what contains it, and what is about it; not a referrer to nothing', () => {
  const table = [
    row('whole'),
    row('index', { manifests: [named('whole'), named('lost')] }),
    row('outer', { manifests: [named('index')] }),
    row('about', { subject: named('index') }),
    row('dangling', { subject: named('nowhere') }),
  ]
  expect([...blockedBy(table, new Set()).keys()].sort()).toEqual(
    ['index', 'outer', 'about'].map(named).sort(),
  )
  expect(blockedBy(table, new Set([named('whole')])).size).toBe(3)
})

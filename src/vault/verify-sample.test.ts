import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { type Digest, digestOf } from '../core/digest.ts'
import { parseSample, type SampleSize, takeSample } from './verify-sample.ts'

const clock = jumpingClock('2026-03-01T10:00:00Z')
const blobs = (count: number) =>
  new Map(Array.from({ length: count }, (_, at) => [digestOf(`blob ${at}`), at + 1] as [Digest, number]))

describe('a sample', () => {
  test('rounds in a row cover every blob exactly once, from any round on', () => {
    const sizes: fc.Arbitrary<SampleSize> = fc.oneof(
      fc.record({ percent: fc.double({ min: 0.5, max: 100, noNaN: true }) }),
      fc.record({ blobs: fc.integer({ min: 1, max: 500 }) }),
    )
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 300 }), (...given) => {
        const [size, first, count] = given
        const all = blobs(count)
        const { parts } = takeSample(all, { size, round: first }, clock).sample
        const seen = Array.from({ length: parts }, (_, at) => [
          ...takeSample(all, { size, round: first + at }, clock).blobs.keys(),
        ]).flat()
        expect(seen.sort()).toEqual([...all.keys()].sort())
      }),
      { numRuns: 60 },
    )
  })

  test('parts are about equal, and the day chooses where nobody does', () => {
    const all = blobs(2000)
    const today = takeSample(all, { size: { percent: 10 } }, clock).sample
    expect(today.blobs).toBeGreaterThan(140)
    expect(today.blobs).toBeLessThan(260)
    const tomorrow = takeSample(all, { size: { percent: 10 } }, jumpingClock('2026-03-02T00:00:00Z')).sample
    expect(tomorrow.part).toBe((today.part % 10) + 1)
    expect(today).toMatchObject({ parts: 10, ofBlobs: 2000, ofBytes: 2001000 })
  })

  test('a part by number of blobs stays where it is while the vault grows', () => {
    const few = takeSample(blobs(900), { size: { blobs: 100 }, round: 3 }, clock)
    const more = takeSample(blobs(1500), { size: { blobs: 100 }, round: 3 }, clock)
    for (const digest of few.blobs.keys()) expect(more.blobs.has(digest)).toBe(true)
  })

  test.each(['0%', '101%', '0', '-3', '', '10 %', 'all'])('%j is none', (text) => {
    expect(() => parseSample(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  test('sizes', () => {
    expect([parseSample('10%'), parseSample('2.5%'), parseSample('500')]).toEqual([
      { percent: 10 },
      { percent: 2.5 },
      { blobs: 500 },
    ])
  })
})

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DigestSet } from './digest-set.ts'

const sha = (n: number) => createHash('sha256').update(String(n)).digest('hex')

test('agrees with a Set, zeros included', () => {
  const names = fc.oneof(
    fc.integer({ min: 0, max: 40 }).map(sha),
    fc.integer({ min: 0, max: 9 }).map((n) => n.toString(16).padStart(64, '0')),
    fc.integer({ min: 0, max: 9 }).map((n) => `00000000${n}`.padEnd(64, '0')),
  )
  fc.assert(
    fc.property(fc.array(names), names, (added, asked) => {
      const set = new DigestSet(4)
      const plain = new Set<string>()
      for (const name of added) {
        expect(set.add(name)).toBe(!plain.has(name))
        plain.add(name)
      }
      expect(set.size).toBe(plain.size)
      expect(set.has(asked)).toBe(plain.has(asked))
    }),
  )
})

test('200,000 names take 32 bytes each, at most half full', () => {
  const set = new DigestSet()
  for (let n = 0; n < 200_000; n++) set.add(sha(n))
  expect(set.size).toBe(200_000)
  expect(set.bytes).toBeLessThanOrEqual(200_000 * 32 * 4)
  for (let n = 0; n < 200_000; n += 97) expect(set.has(sha(n))).toBe(true)
  expect(set.has(sha(200_000))).toBe(false)
})

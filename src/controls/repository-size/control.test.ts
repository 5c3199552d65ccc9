import { expect, test } from 'vitest'
import type { ImageInventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { daysAgo, denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { repositorySize } from './control.ts'

const judge = (changes: Partial<RepositoryInventory>) =>
  repositorySize.judge(repository(changes), inventory(), settings())
const many = (count: number, changes: Partial<ImageInventory> = {}) => ({
  ok: Array.from({ length: count }, () => image(changes)),
})

interface Case {
  is: string
  images: RepositoryInventory['images']
  createdAt?: string
  status: string
  severity?: string
  words: string
}

test.each<Case>([
  { is: 'some', images: many(3), status: 'pass', words: '3 images, 2.9 KiB at most.' },
  { is: 'empty for long', images: many(0), status: 'fail', words: 'Empty, and created 400 days ago.' },
  {
    is: 'empty and new',
    images: many(0),
    createdAt: daysAgo(30),
    status: 'not-applicable',
    words: 'only 30 days old',
  },
  { is: 'empty, and no time', images: many(0), createdAt: '', status: 'unknown', words: 'did not say' },
  { is: 'no tag at all', images: many(2, { tags: [] }), status: 'fail', words: 'none of them has a tag' },
  {
    is: 'children and one index',
    images: { ok: [image({ kind: 'index' }), image({ tags: [] }), image({ tags: [] })] },
    status: 'pass',
    words: '3 images',
  },
  {
    is: 'large',
    images: many(2, { bytes: 51e9 }),
    status: 'fail',
    words: '95.0 GiB at most: more than 93.1 GiB.',
  },
  { is: 'just not large', images: many(2, { bytes: 50e9 }), status: 'pass', words: '93.1 GiB' },
  { is: 'below the quota', images: many(79_999), status: 'pass', words: '79,999 images' },
  {
    is: 'near the quota',
    images: many(80_000),
    status: 'fail',
    severity: 'low',
    words: '80,000 images: 80 % of the default quota of 100,000',
  },
  { is: 'at the quota', images: many(99_000), status: 'fail', severity: 'medium', words: '99 %' },
  { is: 'no answer', images: denied, status: 'unknown', words: 'AccessDenied' },
])('$is: $status', ({ images, createdAt = daysAgo(400), status, severity, words }) => {
  const verdict = judge({ images, createdAt })
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
  expect(verdict.severity).toBe(severity)
})

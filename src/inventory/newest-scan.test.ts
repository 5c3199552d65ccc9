import { expect, test } from 'vitest'
import type { ImageInventory } from './inventory.ts'
import { newestScan } from './newest-scan.ts'

const start = Date.parse('2026-06-01T12:00:00Z')
const image = (digest: string, minutes: number, changes: Partial<ImageInventory> = {}): ImageInventory => ({
  digest,
  kind: 'image',
  tags: ['v'],
  bytes: 1,
  pushedAt: new Date(start + minutes * 60_000).toISOString(),
  status: 'ACTIVE',
  ...changes,
})
const child = (digest: string, minutes: number) => image(digest, minutes, { tags: [] })
const index = (digest: string, minutes: number) => image(digest, minutes, { kind: 'index' })

async function ask(images: ImageInventory[], scans: Record<string, string> = {}) {
  const asked: string[] = []
  const found = await newestScan(images, async (digest) => {
    asked.push(digest)
    return { status: scans[digest] ?? 'NONE', severities: {} }
  })
  return { asked, digest: found?.digest, status: found?.status }
}

test('the image that was pushed last is asked about, and no other', async () => {
  const images = [image('old', 0), image('new', 60), image('middle', 30)]
  expect(await ask(images, { new: 'COMPLETE' })).toEqual({
    asked: ['new'],
    digest: 'new',
    status: 'COMPLETE',
  })
  expect(await ask(images)).toEqual({ asked: ['new'], digest: 'new', status: 'NONE' })
})

test.each<[string, Partial<ImageInventory>]>([
  ['artifacts', { kind: 'artifact' }],
  ['archived images', { status: 'ARCHIVED' }],
  ['images that are being restored', { status: 'ACTIVATING' }],
])('%s are passed over', async (_name, changes) => {
  expect((await ask([image('image', 0), image('other', 60, changes)])).asked).toEqual(['image'])
  expect(await ask([image('other', 60, changes)])).toEqual({ asked: [] })
})

test('an index counts by its own scan, if it has one', async () => {
  expect((await ask([child('a', 0), index('i', 1)], { i: 'ACTIVE' })).asked).toEqual(['i'])
})

test('else by the newest of its likely children that was scanned', async () => {
  const images = [child('a', 0), child('b', 1), index('i', 2)]
  expect(await ask(images, { a: 'COMPLETE' })).toEqual({
    asked: ['i', 'b', 'a'],
    digest: 'a',
    status: 'COMPLETE',
  })
  expect(await ask(images, { i: 'UNSUPPORTED_IMAGE', b: 'FAILED' })).toMatchObject({
    digest: 'b',
    status: 'FAILED',
  })
  expect(await ask(images)).toMatchObject({ status: 'NONE' })
})

test('a child is untagged and was pushed within ten minutes; four at most are asked', async () => {
  const far = [child('far', 0), image('tagged', 14), index('i', 15)]
  expect((await ask(far)).asked).toEqual(['i'])
  const many = [0, 1, 2, 3, 4, 5].map((minutes) => child(`c${minutes}`, minutes))
  expect((await ask([...many, index('i', 6)])).asked).toEqual(['i', 'c5', 'c4', 'c3', 'c2'])
})

test('pushed in one instant: the index first, then what is tagged', async () => {
  expect((await ask([child('a', 0), index('i', 0)])).asked[0]).toBe('i')
  expect((await ask([child('a', 0), image('t', 0)])).asked[0]).toBe('t')
})

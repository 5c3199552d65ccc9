import { expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { storeConformance } from './conformance.ts'
import { memoryStore } from './memory.ts'
import { versionConformance } from './versions/conformance.ts'

storeConformance('memory', async () => {
  const store = memoryStore()
  return { store, close: () => store.close() }
})

const withVersions = async () => {
  const store = memoryStore({ versions: true })
  return { store, close: () => store.close() }
}
storeConformance('memory with versions', withVersions)
versionConformance('memory', withVersions)

test('the modified time is that of the clock given', async () => {
  const clock = jumpingClock('2026-03-01T00:00:00Z')
  const store = memoryStore({ clock })
  await store.put('a', Buffer.from('x'))
  clock.advance(60_000)
  await store.put('b', Buffer.from('x'))
  expect((await store.head('a'))?.modified).toEqual(new Date('2026-03-01T00:00:00Z'))
  expect((await store.head('b'))?.modified).toEqual(new Date('2026-03-01T00:01:00Z'))
})

test('a buffer that is used again does not change what was stored', async () => {
  const store = memoryStore()
  const bytes = Buffer.from('before')
  await store.put('a', bytes)
  bytes.fill('x')
  expect((await (await store.get('a'))?.toArray())?.join('')).toBe('before')
})

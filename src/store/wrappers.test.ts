import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { collect } from './bodies.fixture.ts'
import { memoryStore } from './memory.ts'
import { counted, readOnly, versioned } from './wrappers.ts'

test('readOnly reads everything and writes nothing', async () => {
  const inner = memoryStore()
  await inner.put('a', Buffer.from('x'))
  const store = readOnly(inner)
  expect(await store.head('a')).toMatchObject({ size: 1 })
  expect((await (await store.get('a'))?.toArray())?.join('')).toBe('x')
  await expect(store.put('b', Buffer.from('y'))).rejects.toMatchObject({ code: 'internal' })
  await expect(store.delete('a')).rejects.toMatchObject({ code: 'internal' })
  expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a'])
  expect(store.url).toBe('memory:')
})

test('what a store with versions has besides is refused, counted, or passed on', async () => {
  const inner = memoryStore({ versions: true })
  await inner.put('a', Buffer.from('x'))
  const version = (await inner.head('a'))?.version ?? ''
  const { store, calls } = counted(inner)
  const guarded = readOnly(store)
  expect(await collect(guarded.versions!(''))).toHaveLength(1)
  await expect(guarded.deleteVersion?.('a', version)).rejects.toMatchObject({ code: 'internal' })
  expect(calls).toMatchObject({ list: 1, delete: 0 })
  await store.deleteVersion?.('a', version)
  expect(calls.delete).toBe(1)
  expect(await collect(versioned(inner).versions!(''))).toEqual([])
  expect(readOnly(memoryStore()).versions).toBeUndefined()
})

test('readOnly destroys a body that it does not take', async () => {
  const body = new Readable({ read() {} })
  await expect(readOnly(memoryStore()).put('b', body)).rejects.toThrow()
  expect(body.destroyed).toBe(true)
})

test('counted counts calls by method, failures included', async () => {
  const { store, calls } = counted(memoryStore())
  await store.put('a', Buffer.from('x'))
  await store.put('a', Buffer.from('x'), { size: 2 }).catch(() => {})
  await store.get('a')
  await store.head('a')
  await store.head('b')
  await collect(store.list(''))
  await store.delete('a')
  await store.close()
  expect(calls).toEqual({ put: 2, get: 1, head: 2, list: 1, delete: 1 })
})

import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { collect } from './bodies.fixture.ts'
import { memoryStore } from './memory.ts'
import { counted, readOnly } from './wrappers.ts'

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

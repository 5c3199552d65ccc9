import { promises } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eachOf, inChunks } from './bodies.fixture.ts'
import { folderStore } from './folder.ts'

/**
 * The worst disk that the rules allow: what was written but not synced is lost, and so is every name whose folder was
 * not synced afterwards. We record syncs where they are made, and look at each moment a put resolves.
 */
let base: string
let events: string[]
let restore: (() => void)[]

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-durable-'))
  events = []
  restore = []
  await record()
})

afterEach(async () => {
  for (const undo of restore) undo()
  syncBuiltinESMExports()
  await rm(base, { recursive: true })
})

/** Replaces the system calls by ones that write down their names; what they do stays the same. */
async function record(): Promise<void> {
  const paths = new WeakMap<object, string>()
  const handle = await open(base)
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  wrap(promises, 'open', async (call, [path, ...rest]) => {
    const opened = (await call(path, ...rest)) as object
    paths.set(opened, String(path))
    return opened
  })
  for (const name of ['write', 'datasync', 'sync']) {
    wrapMethod(prototype, name, (self) => `${name} ${basename(paths.get(self) ?? '')}`)
  }
  for (const name of ['link', 'rename'] as const) {
    wrap(promises, name, async (call, args) => {
      const done = await call(...args)
      events.push(
        `${name} ${basename(String(args[0]))} ${basename(String(args[1]))} in ${basename(dirname(String(args[1])))}`,
      )
      return done
    })
  }
  syncBuiltinESMExports()
}

type Call = (...args: unknown[]) => Promise<unknown>

function wrap(
  target: object,
  name: string,
  replacement: (call: Call, args: unknown[]) => Promise<unknown>,
): void {
  const methods = target as Record<string, Call>
  const original = methods[name]!
  methods[name] = (...args) => replacement(original, args)
  restore.push(() => (methods[name] = original))
}

function wrapMethod(target: object, name: string, describe: (self: object) => string): void {
  const methods = target as Record<string, Call>
  const original = methods[name]!
  methods[name] = async function (this: object, ...args) {
    const done = await original.apply(this, args)
    events.push(describe(this))
    return done
  }
  restore.push(() => (methods[name] = original))
}

/** Everything that must have happened, in this order, when a put has resolved. */
function expectDurable(done: string[], key: string): void {
  const named = done.findIndex((event) => event.includes(` ${basename(key)} in `))
  const temporary = done[named]?.split(' ')[1] ?? 'nothing'
  const lastWrite = done.lastIndexOf(`write ${temporary}`)
  const synced = done.indexOf(`datasync ${temporary}`)
  const folderSynced = done.lastIndexOf(`sync ${basename(dirname(join('vault', key)))}`)
  expect(lastWrite, 'the bytes are synced after the last write').toBeLessThan(synced)
  expect(synced, 'the name comes after the sync').toBeLessThan(named)
  expect(synced).toBeGreaterThanOrEqual(0)
  expect(folderSynced, 'the folder is synced after the name').toBeGreaterThan(named)
}

test.each([
  ['a small object', 'blobs/a', 10, {}],
  ['a large object', 'blobs/b', 5_000_000, {}],
  ['an empty object', 'blobs/c', 0, {}],
  ['create only', 'snapshots/x/root.json', 100, { ifAbsent: true }],
  ['at the top', 'holdfast.json', 100, { ifAbsent: true }],
])('%s is durable when put resolves', async (_, key, size, options) => {
  const store = folderStore(join(base, 'vault'))
  await store.put(key, inChunks(Buffer.alloc(size), 65_536), options)
  expectDurable([...events], key)
})

test('the folders made on the way are durable too, from the inside out, before the first name in them', async () => {
  await folderStore(join(base, 'vault')).put('a/b/c/d', Buffer.from('x'))
  const named = events.findIndex((event) => event.includes(' d in '))
  for (const folder of ['b', 'a', 'vault', basename(base)]) {
    expect(events.slice(0, named), folder).toContain(`sync ${folder}`)
  }
})

test('at the moment of naming, the bytes are on the disk already', async () => {
  const store = folderStore(join(base, 'vault'))
  let before = ''
  wrap(promises, 'link', async (call, args) => {
    before = await readFile(String(args[0]), 'utf8')
    expect(events.at(-1)).toMatch(/^datasync/)
    return call(...args)
  })
  syncBuiltinESMExports()
  await store.put('a', Buffer.from('whole'), { ifAbsent: true })
  expect(before).toBe('whole')
})

test('concurrent puts share syncs of their folder, and each still waits for one that came after its name', async () => {
  const store = folderStore(join(base, 'vault'))
  const keys = Array.from({ length: 64 }, (_, n) => `blobs/${n}`)
  await eachOf(keys, 16, async (key) => {
    await store.put(key, Buffer.from(key), { ifAbsent: true })
    expectDurable([...events], key)
  })
  const syncs = events.filter((event) => event === 'sync blobs').length
  expect(syncs).toBeLessThan(keys.length)
  expect(await readdir(join(base, 'vault/blobs'))).toHaveLength(64)
})

test('who is told "exists" is told of a durable name', async () => {
  const store = folderStore(join(base, 'vault'))
  await store.put('blobs/a', Buffer.from('x'), { ifAbsent: true })
  events.length = 0
  expect(await folderStore(join(base, 'vault')).put('blobs/a', Buffer.from('x'), { ifAbsent: true })).toBe(
    'exists',
  )
  expect(events).toContain('sync blobs')
})

test('what was removed is gone for good before a name in another folder changes', async () => {
  const store = folderStore(join(base, 'vault'))
  for (const key of ['snapshots/a', 'blobs/a', 'blobs/b', 'blobs/c']) await store.put(key, Buffer.from('x'))
  await store.delete('snapshots/a')
  events.length = 0
  await store.delete('blobs/a')
  expect(events).toEqual(['sync snapshots'])
  await store.delete('blobs/b')
  expect(events, 'in the same folder they may come back, and that does no harm').toEqual(['sync snapshots'])
  events.length = 0
  await store.put('snapshots/b', Buffer.from('y'), { ifAbsent: true })
  const named = events.findIndex((event) => event.includes(' b in '))
  expect(events.slice(0, named)).toContain('sync blobs')
})

test('a sync that fails is a put that failed', async () => {
  const store = folderStore(join(base, 'vault'))
  await store.put('blobs/first', Buffer.from('x'))
  const failure = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' })
  const handle = await open(base)
  wrap(Object.getPrototypeOf(handle), 'datasync', () => Promise.reject(failure))
  await handle.close()
  await expect(store.put('blobs/a', Buffer.from('x'))).rejects.toMatchObject({
    code: 'store-request-failed',
    why: expect.stringContaining('EIO'),
  })
  expect(await store.head('blobs/a')).toBeUndefined()
  expect(await readdir(join(base, 'vault/.tmp'))).toEqual([])
})

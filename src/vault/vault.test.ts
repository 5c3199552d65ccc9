import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { digestOf } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { canonicalText } from './canonical.ts'
import { keys, type RepositoryState, type SnapshotRoot } from './format.ts'
import { keyOfRoot } from './snapshots.ts'
import { initVault, openOrInitVault, openVault } from './vault.ts'

const run = quietRun({ clock: jumpingClock() })
const layer = Buffer.from('a layer')
const digest = digestOf(layer)

function stateWith(changes: Partial<RepositoryState> = {}): RepositoryState {
  return {
    schema: 'holdfast.state/1',
    repository: 'a/b',
    settings: {},
    blobs: [],
    manifests: [],
    tags: {},
    ...changes,
  }
}

function rootAt(time: string, changes: Partial<SnapshotRoot> = {}): SnapshotRoot {
  return {
    schema: 'holdfast.snapshot/1',
    format: 1,
    id: randomBytes(6).toString('hex'),
    registry: { key: 'oci-test', url: 'oci://test', kind: 'oci', simulated: true },
    time,
    committedAt: time,
    madeBy: { tool: 'test' },
    complete: true,
    skipped: [],
    shards: [],
    totals: { repositories: 0, manifests: 0, tags: 0, blobs: 0, bytes: 0 },
    settings: {},
    ...changes,
  }
}

describe('opening', () => {
  test('where there is none: vault-missing; init makes one; init again opens the same', async () => {
    const store = memoryStore()
    await expect(openVault(store)).rejects.toMatchObject({ code: 'vault-missing' })
    const made = await openOrInitVault(store, run)
    expect(made.header.capabilities.conditionalCreate).toBe(true)
    expect((await initVault(store, run)).header.id).toBe(made.header.id)
    expect((await openVault(store)).header).toEqual(made.header)
    for await (const { key } of store.list('')) expect(key).toBe('holdfast.json')
  })

  test.each([
    ['not JSON', 'hello', 'vault-damaged'],
    ['empty', '', 'vault-damaged'],
    ['bad UTF-8', Buffer.from([0xff, 0xfe]), 'vault-damaged'],
    ['of another program', '{"schema":"restic"}', 'vault-damaged'],
    ['null', 'null', 'vault-damaged'],
    ['of a newer format', '{"schema":"holdfast.vault/2","format":2,"new":true}', 'vault-format-newer'],
    ['huge', 'x'.repeat(100_000), 'vault-damaged'],
  ])('a header that is %s is refused', async (_name, text, code) => {
    const store = memoryStore()
    await store.put(keys.header, Buffer.from(text))
    await expect(openVault(store)).rejects.toMatchObject({ code })
    await expect(openOrInitVault(store, run)).rejects.toMatchObject({ code })
  })
})

describe('blobs', () => {
  test('are kept under their digest and given back as they were', async () => {
    const vault = await initVault(memoryStore(), run)
    expect(await vault.blobs.put(digest, { body: Readable.from([layer]), size: 7 })).toEqual({
      size: 7,
      created: true,
    })
    expect(await vault.blobs.put(digest, { body: layer })).toEqual({ size: 7, created: false })
    expect(await vault.blobs.getBytes(digest)).toEqual(layer)
    expect(Buffer.concat(await (await vault.blobs.get(digest)).toArray())).toEqual(layer)
    expect(await vault.blobs.has(digest)).toBe(true)
    expect(await vault.blobs.size(digestOf('other'))).toBeUndefined()
  })

  test('of no bytes at all are blobs too', async () => {
    const vault = await initVault(memoryStore(), run)
    await vault.blobs.put(digestOf(''), { body: Readable.from([]), size: 0 })
    expect(await (await vault.blobs.get(digestOf(''))).toArray()).toEqual([])
  })

  test('with other bytes than their digest says are refused and leave nothing', async () => {
    const vault = await initVault(memoryStore(), run)
    const put = vault.blobs.put(digest, { body: Readable.from([Buffer.from('A layer')]) })
    await expect(put).rejects.toMatchObject({ code: 'registry-content-mismatch' })
    expect(await vault.blobs.has(digest)).toBe(false)
  })

  test.each([
    ['flipped', 'A layer'],
    ['cut', 'a lay'],
    ['longer', 'a layer!'],
    ['empty', ''],
  ])('that are %s in the vault are never given out whole', async (_name, found) => {
    const vault = await initVault(memoryStore(), run)
    await vault.store.put(keys.blob(digest), Buffer.from(found))
    await expect(vault.blobs.getBytes(digest)).rejects.toMatchObject({ code: 'vault-damaged' })
    const given: Buffer[] = []
    const reading = async () => {
      for await (const chunk of await vault.blobs.get(digest)) given.push(chunk as Buffer)
    }
    await expect(reading()).rejects.toMatchObject({ code: 'vault-damaged' })
    if (found.length > 0) expect(Buffer.concat(given).length).toBeLessThan(found.length)
  })
})

describe('states and shards', () => {
  test('equal contents have equal names, whatever the order of their members', async () => {
    const vault = await initVault(memoryStore(), run)
    const name = await vault.states.write(
      stateWith({
        tags: Object.fromEntries([
          ['b', digest],
          ['10', digest],
          ['9', digest],
        ]),
      }),
    )
    const again = await vault.states.write({
      ...stateWith(),
      tags: Object.fromEntries([
        ['9', digest],
        ['10', digest],
        ['b', digest],
      ]),
    })
    expect(again).toBe(name)
    expect(vault.states.nameOf(stateWith())).not.toBe(name)
    expect(canonicalText({ b: [true, 1, 'é"'], a: undefined, '10': 1, '9': null })).toBe(
      '{"10":1,"9":null,"b":[true,1,"é\\""]}',
    )
  })

  test('tags called __proto__ and constructor are ordinary tags', async () => {
    const vault = await initVault(memoryStore(), run)
    const tags = Object.fromEntries([
      ['__proto__', digest],
      ['constructor', digest],
    ])
    const read = await vault.states.read(await vault.states.write(stateWith({ tags })))
    expect(Object.entries(read.tags)).toEqual(Object.entries(tags))
    expect(read.tags['toString']).toBeUndefined()
  })

  const good = Buffer.from(canonicalText(stateWith()))
  const name = digestOf(good).slice(7)
  const other = Buffer.from(canonicalText(stateWith({ repository: 'x/y' })))
  const bomb = Buffer.alloc(64 * 1024 * 1024)
  test.each<[string, string, Buffer | undefined]>([
    ['missing', name, undefined],
    ['cut', name, gzipSync(good).subarray(0, -9)],
    ['followed by zeros', name, Buffer.concat([gzipSync(good), Buffer.alloc(4)])],
    ['not gzip', name, good],
    ['empty', name, Buffer.alloc(0)],
    ['of other contents', name, gzipSync(other)],
    ['a bomb', digestOf(bomb).slice(7), gzipSync(bomb)],
    ...documents([
      ['not JSON', 'hello'],
      ['of another schema', '{"schema":"holdfast.shard/1","repositories":{}}'],
      ['with an unknown member', canonicalText({ ...stateWith(), more: 1 })],
      ['with a fractional size', canonicalText(stateWith({ blobs: [{ digest, size: 0.5 }] }))],
      [
        'with an unsafe size',
        canonicalText(stateWith()).replace(
          '"blobs":[]',
          `"blobs":[{"digest":"${digest}","size":9007199254740993}]`,
        ),
      ],
      ['with a negative size', canonicalText(stateWith({ blobs: [{ digest, size: -1 }] }))],
      [
        'with a digest that leads elsewhere',
        canonicalText(stateWith({ tags: { a: 'sha256:../../etc/passwd' } })),
      ],
      [
        'with a digest in capitals',
        canonicalText(stateWith({ tags: { a: digest.toUpperCase() as typeof digest } })),
      ],
      ['with a tag that is none', canonicalText(stateWith({ tags: { '../x': digest } }))],
      ['with a repository name that is none', canonicalText(stateWith({ repository: '../x' }))],
      ['deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ]),
  ])('a state that is %s is damage, not a crash', async (_name, hex, stored) => {
    const vault = await initVault(memoryStore(), run)
    if (stored) await vault.store.put(keys.state(hex), stored)
    await expect(vault.states.read(hex)).rejects.toMatchObject({ code: 'vault-damaged' })
  })

  test('a bomb is stopped while it is unpacked, not after', async () => {
    const vault = await initVault(memoryStore(), run)
    await vault.store.put(keys.state(name), gzipSync(bomb))
    await expect(vault.states.read(name)).rejects.toMatchObject({ why: expect.stringContaining('unpacked') })
  })

  test('writing over a damaged one heals it', async () => {
    const vault = await initVault(memoryStore(), run)
    await vault.store.put(keys.state(name), gzipSync(good).subarray(0, -9))
    expect(await vault.states.write(stateWith())).toBe(name)
    expect(await vault.states.read(name)).toEqual(stateWith())
  })

  test('what could not be read back is never written', async () => {
    const vault = await initVault(memoryStore(), run)
    await expect(vault.states.write(stateWith({ tags: { 'no tag!': digest } }))).rejects.toThrow()
    for await (const { key } of vault.store.list('states/')) expect.fail(`wrote ${key}`)
  })
})

function documents(texts: [string, string][]): [string, string, Buffer][] {
  return texts.map(([what, text]) => [what, digestOf(text).slice(7), gzipSync(text)])
}

describe('snapshots', () => {
  test('are listed oldest first; what is unreadable or revoked is told', async () => {
    const vault = await initVault(memoryStore(), run)
    const first = rootAt('2026-01-01T00:00:00.000Z')
    const second = rootAt('2026-01-02T00:00:00.000Z', { parent: first.id })
    const foreign = rootAt('2026-01-03T00:00:00.000Z')
    expect(await vault.snapshots.commit(second)).toBe('committed')
    expect(await vault.snapshots.commit(first)).toBe('committed')
    expect(await vault.snapshots.commit(first)).toBe('committed')
    const put = (key: string, text: unknown) =>
      vault.store.put(`snapshots/oci-test/${key}.json`, Buffer.from(JSON.stringify(text)))
    await put('20260104T000000Z-aaaaaaaaaaaa', foreign)
    await put('20260105T000000Z-bbbbbbbbbbbb', { ...foreign, format: 2, more: 1 })
    await put('20260106T000000Z-cccccccccccc', {
      schema: 'holdfast.tombstone/1',
      run: 'cccccccccccc',
      time: '2026-01-06T00:00:00Z',
    })
    const { snapshots, unreadable, revoked } = await vault.snapshots.list()
    expect(snapshots).toEqual([first, second])
    expect(unreadable.map(({ key }) => key.slice(-17))).toEqual(['aaaaaaaaaaaa.json', 'bbbbbbbbbbbb.json'])
    expect(revoked).toHaveLength(1)
    expect((await vault.snapshots.newest('oci-test')).root).toEqual(second)
    await expect(vault.snapshots.find('latest')).rejects.toMatchObject({ code: 'vault-damaged' })
    expect(await vault.snapshots.find(second.id)).toEqual(second)
  })

  test('never take the place of another', async () => {
    const vault = await initVault(memoryStore(), run)
    const root = rootAt('2026-01-01T00:00:00.000Z')
    await vault.snapshots.commit(root)
    await expect(vault.snapshots.commit({ ...root, complete: false })).rejects.toMatchObject({
      code: 'vault-damaged',
    })
    const other = rootAt('2026-01-02T00:00:00.000Z')
    const tombstone = { schema: 'holdfast.tombstone/1', run: other.id, time: other.time }
    await vault.store.put(keyOfRoot(other), Buffer.from(JSON.stringify(tombstone)))
    expect(await vault.snapshots.commit(other)).toBe('revoked')
  })

  test('are found by id, start of id, latest and time', async () => {
    const vault = await initVault(memoryStore(), run)
    const [one, two] = [
      rootAt('2026-01-01T10:00:00.000Z', { id: 'abcd00000000' }),
      rootAt('2026-01-02T10:00:00.000Z', { id: 'abcd11111111' }),
    ]
    await expect(vault.snapshots.find('latest')).rejects.toMatchObject({ code: 'snapshot-not-found' })
    await vault.snapshots.commit(one)
    await vault.snapshots.commit(two)
    const found = async (wanted: string) => (await vault.snapshots.find(wanted)).id
    expect(await found('latest')).toBe(two.id)
    expect(await found('abcd0')).toBe(one.id)
    expect(await found('2026-01-01')).toBe(one.id)
    expect(await found('2026-01-02T09:59:59Z')).toBe(one.id)
    expect(await found('2026-01-02T11:00:00+01:00')).toBe(two.id)
    await expect(found('abcd')).rejects.toMatchObject({ code: 'usage' })
    for (const wanted of ['2025-12-31', 'nothing', '../x']) {
      await expect(found(wanted)).rejects.toMatchObject({ code: 'snapshot-not-found' })
    }
  })

  test('of several registries need a name', async () => {
    const vault = await initVault(memoryStore(), run)
    const one = rootAt('2026-01-01T00:00:00.000Z')
    const two = rootAt('2026-01-02T00:00:00.000Z', {
      registry: { ...one.registry, key: 'oci-b', url: 'oci://b' },
    })
    await vault.snapshots.commit(one)
    await vault.snapshots.commit(two)
    await expect(vault.snapshots.find('latest')).rejects.toMatchObject({ code: 'usage' })
    expect(await vault.snapshots.find('latest', { registry: 'oci-test' })).toEqual(one)
    expect(await vault.snapshots.find('latest', { registry: 'oci://b' })).toEqual(two)
  })

  test('that looked in the same second are told apart', async () => {
    const vault = await initVault(memoryStore(), run)
    let parent: string | undefined
    for (let at = 0; at < 20; at++) {
      const root = rootAt('2026-01-01T00:00:00.000Z', parent ? { parent } : {})
      await vault.snapshots.commit(root)
      parent = root.id
      expect((await vault.snapshots.find('latest')).id).toBe(root.id)
    }
  })
})

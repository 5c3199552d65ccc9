import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collect } from '../bodies.fixture.ts'
import type { Store, StoredVersion } from '../store.ts'

async function* nothing(): AsyncGenerator<never> {}

const manyVersions = 1100

/** What a store that keeps versions promises besides (`storeConformance` holds for it too). Without `conditionalCreate` nothing is said about it. */
export function versionConformance(
  name: string,
  open: () => Promise<{ store: Store; close: () => Promise<void> }>,
  { conditionalCreate = true }: { conditionalCreate?: boolean } = {},
): void {
  describe(`${name}: what a store with versions promises`, () => {
    let store: Store
    let close: () => Promise<void>

    beforeEach(async () => {
      ;({ store, close } = await open())
    })

    afterEach(() => close())

    const versions = (prefix = ''): Promise<StoredVersion[]> => collect(store.versions?.(prefix) ?? nothing())

    async function read(key: string): Promise<string | undefined> {
      const body = await store.get(key)
      return body && (await buffer(body)).toString()
    }

    async function put(key: string, text: string): Promise<string> {
      await store.put(key, Buffer.from(text))
      return (await store.head(key))?.version ?? 'none'
    }

    async function remove(key: string, version: string): Promise<void> {
      expect(store.deleteVersion).toBeDefined()
      await store.deleteVersion?.(key, version)
    }

    test('each put makes a version; the newest counts, and is listed first', async () => {
      const one = await put('a', 'one')
      const two = await put('a', 'no. two')
      expect(new Set([one, two, 'none', 'null']).size).toBe(4)
      expect(await versions()).toMatchObject([
        { key: 'a', size: 7, version: two, latest: true, marker: false },
        { key: 'a', size: 3, version: one, latest: false, marker: false },
      ])
      expect(await collect(store.list(''))).toHaveLength(1)
    })

    test('a delete hides, and the marker counts', async () => {
      const one = await put('a', 'one')
      await store.delete('a')
      expect(await store.head('a')).toBeUndefined()
      expect(await store.get('a')).toBeUndefined()
      expect(await collect(store.list(''))).toEqual([])
      const [marker, below, ...more] = await versions()
      expect(marker).toMatchObject({ key: 'a', latest: true, marker: true })
      expect(below).toMatchObject({ version: one, latest: false, marker: false })
      expect(more).toEqual([])
      await remove('a', marker?.version ?? '')
      expect(await read('a')).toBe('one')
    })

    test('a version that is deleted twice, or late, takes nothing else with it', async () => {
      const one = await put('a', 'one')
      await remove('a', one)
      expect(await versions()).toEqual([])
      expect(await store.put('a', Buffer.from('again'), { ifAbsent: true })).toBe('created')
      await remove('a', one)
      expect(await read('a')).toBe('again')
    })

    test.runIf(conditionalCreate)(
      'what is hidden can be created if absent; what is there cannot',
      async () => {
        await put('a', 'one')
        expect(await store.put('a', Buffer.from('two'), { ifAbsent: true })).toBe('exists')
        await store.delete('a')
        expect(await store.put('a', Buffer.from('two'), { ifAbsent: true })).toBe('created')
        const large = Buffer.alloc(9 * 1024 * 1024, 1)
        expect(await store.put('large', large, { ifAbsent: true })).toBe('created')
        expect((await store.head('large'))?.version).toMatch(/^(?!null$)./)
      },
    )

    test('versions of one key stay together over pages, under their prefix only', async () => {
      await put('a/0', 'x')
      for (let n = 0; n < manyVersions; n++) {
        await store.put('b/1', Buffer.from(String(n)))
        if (n % 400 === 7) await store.delete('b/1')
      }
      await put('b/2', 'y')
      const found = await versions('b/')
      const keys = found.map(({ key }) => key)
      expect(keys.filter((key, at) => key !== keys[at - 1])).toEqual(['b/1', 'b/2'])
      expect(new Set(found.map(({ version }) => version)).size).toBe(found.length)
      expect(found.filter(({ marker }) => !marker)).toHaveLength(manyVersions + 1)
      expect(found.filter(({ latest }) => latest).map(({ key }) => key)).toEqual(['b/1', 'b/2'])
      expect(found[0]?.latest).toBe(true)
    })

    test('names that are no keys are refused', async () => {
      await expect(remove('../a', 'x')).rejects.toMatchObject({ code: 'store-key-invalid' })
      await expect(versions('../')).rejects.toMatchObject({ code: 'store-key-invalid' })
    })
  })
}

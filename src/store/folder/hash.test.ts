import { createHash } from 'node:crypto'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HoldfastError } from '../../core/errors.ts'
import { inChunks } from '../bodies.fixture.ts'
import { setScene } from '../scene.fixture.ts'

const scene = setScene()

test.each([0, 1, 1 << 20, (1 << 20) + 1, 8 << 20, (16 << 20) + 5])('a file of %s bytes', async (size) => {
  const bytes = Buffer.alloc(size, 5)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await scene.store.put('a', inChunks(bytes, 65_536), {
    size,
    beforeCommit: (sent) => expect(sent).toEqual({ sha256, size }),
  })
  let told = 0
  expect(await scene.store.sha256?.('a', { onBytes: (count) => (told += count) })).toEqual({ sha256, size })
  expect(told).toBe(size)
  await scene.store.close()
})

test('what is not there has no hash, and a folder is not there', async () => {
  expect(await scene.store.sha256?.('a')).toBeUndefined()
  await scene.store.put('a/b', Buffer.from('x'))
  expect(await scene.store.sha256?.('a')).toBeUndefined()
})

test('a link out of the vault is not followed', async () => {
  await mkdir(scene.vault)
  await symlink(join(scene.outside, 'secret'), join(scene.vault, 'a'))
  await expect(scene.store.sha256?.('a')).rejects.toMatchObject({ code: 'vault-damaged' })
})

test('a signal stops it between two slices', async () => {
  await scene.store.put('a', Buffer.alloc(20_000_000))
  const stop = new AbortController()
  const reason = new HoldfastError('interrupted', { what: 'stopped', next: 'again' })
  const hashing = scene.store.sha256?.('a', { signal: stop.signal, onBytes: () => stop.abort(reason) })
  await expect(hashing).rejects.toBe(reason)
  expect(await scene.store.sha256?.('a')).toMatchObject({ size: 20_000_000 })
  await scene.store.close()
})

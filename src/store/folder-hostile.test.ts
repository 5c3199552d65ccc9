import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { setScene } from './scene.fixture.ts'

const scene = setScene()
const damaged = { code: 'vault-damaged' }

describe('nothing is made before the first put', () => {
  test('reading a vault that does not exist leaves no trace', async () => {
    expect(await scene.store.head('a')).toBeUndefined()
    expect(await scene.store.get('a')).toBeUndefined()
    expect(await scene.keys('a/')).toEqual([])
    await scene.store.delete('a')
    expect(await readdir(scene.base)).toEqual(['outside'])
  })

  test('a put makes the folder, and those above it', async () => {
    scene.vault = join(scene.base, 'x/y/vault')
    scene.store = scene.open()
    await scene.store.put('a', Buffer.from('x'))
    expect(await readFile(join(scene.vault, 'a'), 'utf8')).toBe('x')
  })

  test('a file in the place of the vault is said to be in the way', async () => {
    await writeFile(scene.vault, '')
    await expect(scene.store.put('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store-request-failed',
    })
    expect(await scene.store.get('a')).toBeUndefined()
  })

  test('the vault itself may be a link: that is what the user named', async () => {
    await symlink(scene.outside, scene.vault)
    await scene.store.put('a/b', Buffer.from('x'))
    expect(await readFile(join(scene.outside, 'a/b'), 'utf8')).toBe('x')
    expect((await scene.store.head('a/b'))?.size).toBe(1)
  })
})

describe('links', () => {
  beforeEach(() => mkdir(scene.vault))

  test('a link at the key that leads out is neither read, written, nor listed', async () => {
    await symlink(join(scene.outside, 'secret'), join(scene.vault, 'link'))
    await expect(scene.store.get('link')).rejects.toMatchObject(damaged)
    await expect(scene.store.head('link')).rejects.toMatchObject(damaged)
    await expect(scene.store.put('link', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(scene.store.put('link', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(damaged)
    expect(await scene.keys()).toEqual([])
    expect(await readFile(join(scene.outside, 'secret'), 'utf8')).toBe('secret')
  })

  test.each(['blobs', 'blobs/sha256'])(
    'a folder %s that leads out is neither read, written nor listed',
    async (at) => {
      if (at.includes('/')) await mkdir(join(scene.vault, 'blobs'))
      await symlink(scene.outside, join(scene.vault, at))
      const key = `${at}/secret`
      await expect(scene.store.get(key)).rejects.toMatchObject(damaged)
      await expect(scene.store.head(key)).rejects.toMatchObject(damaged)
      await expect(scene.store.put(key, Buffer.from('x'))).rejects.toMatchObject(damaged)
      await expect(scene.store.put(`${at}/deep/er`, Buffer.from('x'))).rejects.toMatchObject(damaged)
      await expect(scene.store.delete(key)).rejects.toMatchObject(damaged)
      await expect(scene.keys(`${at}/`)).rejects.toMatchObject(damaged)
      expect(await scene.keys()).toEqual([])
      expect(await readdir(scene.outside)).toEqual(['secret'])
      expect(await readFile(join(scene.outside, 'secret'), 'utf8')).toBe('secret')
    },
  )

  test('a folder beside the vault with the same beginning is outside', async () => {
    await mkdir(`${scene.vault}-evil`)
    await writeFile(join(`${scene.vault}-evil`, 'x'), 'x')
    await symlink(`${scene.vault}-evil`, join(scene.vault, 'blobs'))
    await expect(scene.store.get('blobs/x')).rejects.toMatchObject(damaged)
  })

  test('a link that leads nowhere is not written through', async () => {
    await symlink(join(scene.outside, 'new'), join(scene.vault, 'link'))
    await symlink(join(scene.outside, 'newfolder'), join(scene.vault, 'folder'))
    await expect(scene.store.put('link', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(scene.store.put('folder/a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    expect(await scene.store.get('link')).toBeUndefined()
    expect(await readdir(scene.outside)).toEqual(['secret'])
  })

  test('links in a circle end', async () => {
    await symlink(join(scene.vault, 'b'), join(scene.vault, 'a'))
    await symlink(join(scene.vault, 'a'), join(scene.vault, 'b'))
    await expect(scene.store.get('a')).rejects.toMatchObject(damaged)
    await expect(scene.store.put('a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await symlink('.', join(scene.vault, 'loop'))
    await scene.store.put('x', Buffer.from('x'))
    expect(await scene.keys()).toEqual(['x'])
  })

  test('a link inside the vault can be read through; deleting removes the link, not its target', async () => {
    await scene.store.put('real/a', Buffer.from('x'))
    await symlink(join(scene.vault, 'real'), join(scene.vault, 'alias'))
    await symlink(join(scene.vault, 'real/a'), join(scene.vault, 'other'))
    expect((await scene.store.head('alias/a'))?.size).toBe(1)
    expect((await scene.store.head('other'))?.size).toBe(1)
    await scene.store.delete('other')
    expect(await scene.keys()).toEqual(['real/a'])
  })

  test('the folder of unfinished files cannot be led out', async () => {
    await symlink(scene.outside, join(scene.vault, '.tmp'))
    await expect(scene.store.put('a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    expect(await readdir(scene.outside)).toEqual(['secret'])
  })
})

describe('what is no plain file', () => {
  beforeEach(() => mkdir(scene.vault))

  test('a FIFO is refused at once and left out of listings', async () => {
    execFileSync('mkfifo', [join(scene.vault, 'pipe')])
    await expect(scene.store.get('pipe')).rejects.toMatchObject(damaged)
    await expect(scene.store.head('pipe')).rejects.toMatchObject(damaged)
    await expect(scene.store.put('pipe', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(scene.store.put('pipe', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(damaged)
    expect(await scene.keys()).toEqual([])
  })

  test('a device is refused', async (context) => {
    try {
      execFileSync('mknod', [join(scene.vault, 'null'), 'c', '1', '3'], { stdio: 'ignore' })
    } catch {
      context.skip('making a device needs root')
    }
    await expect(scene.store.get('null')).rejects.toMatchObject(damaged)
    await expect(scene.store.put('null', Buffer.from('x'))).rejects.toMatchObject(damaged)
  })

  test('a folder at the key is no object, and is not replaced', async () => {
    await mkdir(join(scene.vault, 'folder'))
    expect(await scene.store.get('folder')).toBeUndefined()
    await expect(scene.store.put('folder', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(scene.store.put('folder', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(
      damaged,
    )
    expect(await readdir(scene.vault)).toEqual(['folder'])
  })

  test('names that are no keys do no harm', async () => {
    await scene.store.put('a', Buffer.from('x'))
    await writeFile(join(scene.vault, 'with space'), '')
    await writeFile(join(scene.vault, 'ünicode'), '')
    await writeFile(join(scene.vault, 'line\nfeed'), '')
    await mkdir(join(scene.vault, 'odd folder'))
    await writeFile(join(scene.vault, 'odd folder/x'), '')
    expect(await scene.keys()).toEqual(['a'])
  })
})

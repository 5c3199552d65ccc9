import { execFileSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { breaking, collect, eachOf, inChunks } from './bodies.fixture.ts'
import { folderStore } from './folder.ts'
import type { Store } from './store.ts'

const damaged = { code: 'vault-damaged' }
let base: string
let vault: string
let outside: string
let store: Store
let warnings: string[]

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-hostile-'))
  vault = join(base, 'vault')
  outside = join(base, 'outside')
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'secret')
  warnings = []
  store = open()
})

afterEach(() => rm(base, { recursive: true }))

function open(clock = jumpingClock('2026-06-01T00:00:00Z')): Store {
  const log = { warn: (line: string) => void warnings.push(line), debug: () => {} }
  return folderStore(vault, { log, clock })
}

async function keys(prefix = ''): Promise<string[]> {
  return (await collect(store.list(prefix))).map(({ key }) => key)
}

async function temporaryFiles(): Promise<string[]> {
  return await readdir(join(vault, '.tmp'))
}

describe('nothing is made before the first put', () => {
  test('reading a vault that does not exist leaves no trace', async () => {
    expect(await store.head('a')).toBeUndefined()
    expect(await store.get('a')).toBeUndefined()
    expect(await keys('a/')).toEqual([])
    await store.delete('a')
    expect(await readdir(base)).toEqual(['outside'])
  })

  test('a put makes the folder, and those above it', async () => {
    vault = join(base, 'x/y/vault')
    store = open()
    await store.put('a', Buffer.from('x'))
    expect(await readFile(join(vault, 'a'), 'utf8')).toBe('x')
  })

  test('a file in the place of the vault is said to be in the way', async () => {
    await writeFile(vault, '')
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-request-failed' })
    expect(await store.get('a')).toBeUndefined()
  })

  test('the vault itself may be a link: that is what the user named', async () => {
    await symlink(outside, vault)
    await store.put('a/b', Buffer.from('x'))
    expect(await readFile(join(outside, 'a/b'), 'utf8')).toBe('x')
    expect((await store.head('a/b'))?.size).toBe(1)
  })
})

describe('links', () => {
  beforeEach(() => mkdir(vault))

  test('a link at the key that leads out is neither read, written, nor listed', async () => {
    await symlink(join(outside, 'secret'), join(vault, 'link'))
    await expect(store.get('link')).rejects.toMatchObject(damaged)
    await expect(store.head('link')).rejects.toMatchObject(damaged)
    await expect(store.put('link', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(store.put('link', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(damaged)
    expect(await keys()).toEqual([])
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
  })

  test.each(['blobs', 'blobs/sha256'])(
    'a folder %s that leads out is neither read, written nor listed',
    async (at) => {
      if (at.includes('/')) await mkdir(join(vault, 'blobs'))
      await symlink(outside, join(vault, at))
      const key = `${at}/secret`
      await expect(store.get(key)).rejects.toMatchObject(damaged)
      await expect(store.head(key)).rejects.toMatchObject(damaged)
      await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(damaged)
      await expect(store.put(`${at}/deep/er`, Buffer.from('x'))).rejects.toMatchObject(damaged)
      await expect(store.delete(key)).rejects.toMatchObject(damaged)
      await expect(keys(`${at}/`)).rejects.toMatchObject(damaged)
      expect(await keys()).toEqual([])
      expect(await readdir(outside)).toEqual(['secret'])
      expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    },
  )

  test('a folder beside the vault with the same beginning is outside', async () => {
    await mkdir(`${vault}-evil`)
    await writeFile(join(`${vault}-evil`, 'x'), 'x')
    await symlink(`${vault}-evil`, join(vault, 'blobs'))
    await expect(store.get('blobs/x')).rejects.toMatchObject(damaged)
  })

  test('a link that leads nowhere is not written through', async () => {
    await symlink(join(outside, 'new'), join(vault, 'link'))
    await symlink(join(outside, 'newfolder'), join(vault, 'folder'))
    await expect(store.put('link', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(store.put('folder/a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    expect(await store.get('link')).toBeUndefined()
    expect(await readdir(outside)).toEqual(['secret'])
  })

  test('links in a circle end', async () => {
    await symlink(join(vault, 'b'), join(vault, 'a'))
    await symlink(join(vault, 'a'), join(vault, 'b'))
    await expect(store.get('a')).rejects.toMatchObject(damaged)
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await symlink('.', join(vault, 'loop'))
    await store.put('x', Buffer.from('x'))
    expect(await keys()).toEqual(['x'])
  })

  test('a link inside the vault can be read through; deleting removes the link, not its target', async () => {
    await store.put('real/a', Buffer.from('x'))
    await symlink(join(vault, 'real'), join(vault, 'alias'))
    await symlink(join(vault, 'real/a'), join(vault, 'other'))
    expect((await store.head('alias/a'))?.size).toBe(1)
    expect((await store.head('other'))?.size).toBe(1)
    await store.delete('other')
    expect(await keys()).toEqual(['real/a'])
  })

  test('the folder of unfinished files cannot be led out', async () => {
    await symlink(outside, join(vault, '.tmp'))
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject(damaged)
    expect(await readdir(outside)).toEqual(['secret'])
  })
})

describe('what is no plain file', () => {
  beforeEach(() => mkdir(vault))

  test('a FIFO is refused at once and left out of listings', async () => {
    execFileSync('mkfifo', [join(vault, 'pipe')])
    await expect(store.get('pipe')).rejects.toMatchObject(damaged)
    await expect(store.head('pipe')).rejects.toMatchObject(damaged)
    await expect(store.put('pipe', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(store.put('pipe', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(damaged)
    expect(await keys()).toEqual([])
  })

  test('a device is refused', async (context) => {
    try {
      execFileSync('mknod', [join(vault, 'null'), 'c', '1', '3'], { stdio: 'ignore' })
    } catch {
      context.skip('making a device needs root')
    }
    await expect(store.get('null')).rejects.toMatchObject(damaged)
    await expect(store.put('null', Buffer.from('x'))).rejects.toMatchObject(damaged)
  })

  test('a folder at the key is no object, and is not replaced', async () => {
    await mkdir(join(vault, 'folder'))
    expect(await store.get('folder')).toBeUndefined()
    await expect(store.put('folder', Buffer.from('x'))).rejects.toMatchObject(damaged)
    await expect(store.put('folder', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject(damaged)
    expect(await readdir(vault)).toEqual(['folder'])
  })

  test('names that are no keys do no harm', async () => {
    await store.put('a', Buffer.from('x'))
    await writeFile(join(vault, 'with space'), '')
    await writeFile(join(vault, 'ünicode'), '')
    await writeFile(join(vault, 'line\nfeed'), '')
    await mkdir(join(vault, 'odd folder'))
    await writeFile(join(vault, 'odd folder/x'), '')
    expect(await keys()).toEqual(['a'])
  })
})

describe('unfinished files', () => {
  test('are never listed, and none is left by success, failure or refusal', async () => {
    await store.put('a', inChunks(Buffer.alloc(3_000_000), 65_536))
    await store.put('a', Buffer.from('x'), { ifAbsent: true })
    await store.put('b', breaking(3_000_000, new Error('broke'))).catch(() => {})
    await store.put('b', Buffer.from('xy'), { size: 1 }).catch(() => {})
    expect(await temporaryFiles()).toEqual([])
    await writeFile(join(vault, '.tmp/left'), 'x')
    expect(await keys()).toEqual(['a'])
  })

  test('leftovers older than a day are swept by the first put, younger ones belong to somebody', async () => {
    const clock = jumpingClock('2026-06-01T12:00:00Z')
    await mkdir(join(vault, '.tmp'), { recursive: true })
    for (const [name, time] of [
      ['old', '2026-05-31T11:59:00Z'],
      ['young', '2026-05-31T12:01:00Z'],
    ] as const) {
      await writeFile(join(vault, '.tmp', name), 'x')
      await utimes(join(vault, '.tmp', name), new Date(time), new Date(time))
    }
    store = open(clock)
    expect(await keys()).toEqual([])
    expect(await temporaryFiles()).toEqual(['old', 'young'])
    await store.put('a', Buffer.from('x'))
    expect(await temporaryFiles()).toEqual(['young'])
  })

  test('beforeCommit is called after the last byte and before the name exists', async () => {
    const seen: unknown[] = []
    const body = inChunks(Buffer.alloc(2_500_000, 1), 65_536)
    const { existsSync, readdirSync, statSync } = await import('node:fs')
    await store.put('a', body, {
      beforeCommit: ({ size }) => {
        seen.push(size, existsSync(join(vault, 'a')), body.readableEnded)
        seen.push(
          readdirSync(join(vault, '.tmp')).map((name) => statSync(join(vault, '.tmp', name)).isFile()),
        )
      },
    })
    expect(seen).toEqual([2_500_000, false, true, [true]])
  })
})

describe('the disk and its owner', () => {
  test('a vault that everybody may change is worth a warning, once', async () => {
    await mkdir(vault)
    await chmod(vault, 0o777)
    await store.put('a', Buffer.from('x'))
    await store.put('b', Buffer.from('x'))
    expect(warnings).toEqual([expect.stringContaining('chmod o-w')])
  })

  test('a private vault is not', async () => {
    await mkdir(vault, { mode: 0o750 })
    await store.put('a', Buffer.from('x'))
    expect(warnings).toEqual([])
  })

  test('folders that vanish between two puts are made again', async () => {
    await store.put('deep/er/a', Buffer.from('x'))
    await rm(join(vault, 'deep'), { recursive: true })
    await store.put('deep/er/b', Buffer.from('y'))
    expect(await keys()).toEqual(['deep/er/b'])
  })

  test('a key below an object cannot be', async () => {
    await store.put('a', Buffer.from('x'))
    await expect(store.put('a/b', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-request-failed' })
    expect(await store.get('a/b')).toBeUndefined()
    await store.delete('a/b')
    expect(await keys()).toEqual(['a'])
  })

  test('100 puts at a time in one folder are all there and whole', async () => {
    await eachOf(
      Array.from({ length: 300 }, (_, n) => n),
      100,
      async (n) => {
        await store.put(`blobs/${n}`, inChunks(Buffer.alloc(n * 700, n % 256), 16_384), {
          ifAbsent: n % 3 > 0,
        })
      },
    )
    const found = await collect(store.list('blobs/'))
    expect(found).toHaveLength(300)
    expect(found.every(({ key, size }) => size === Number(key.slice(6)) * 700)).toBe(true)
    expect(await temporaryFiles()).toEqual([])
  })

  test('two programs on one vault: one of the racers creates', async () => {
    const other = open()
    const race = [store, other].flatMap((one) =>
      Array.from({ length: 10 }, () => one.put('root', Buffer.from('x'), { ifAbsent: true })),
    )
    const answers = await Promise.all(race)
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
  })

  test('a vault that is replaced while a body is read: the reader keeps the bytes that it began with', async () => {
    await store.put('a', Buffer.alloc(5_000_000, 1))
    const body = await store.get('a')
    await rename(join(vault, 'a'), join(vault, 'gone'))
    await store.put('a', Buffer.from('new'))
    expect((await buffer(body ?? Readable.from([]))).equals(Buffer.alloc(5_000_000, 1))).toBe(true)
  })

  const isRoot = process.getuid?.() === 0

  test.skipIf(isRoot)(
    'a vault that may not be written says so (skipped: root may write everywhere)',
    async () => {
      await mkdir(vault, { mode: 0o500 })
      await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'access-denied' })
    },
  )

  describe.skipIf(!mountsAllowed())('a real file system (skipped: mounting needs root)', () => {
    beforeEach(() => mkdir(vault))
    afterEach(() => execFileSync('umount', [vault]))

    function mount(...options: string[]): void {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', vault])
    }

    test.each(['known', 'unknown'])(
      'a full disk (%s size): named as such, old objects intact, nothing left',
      async (size) => {
        mount('size=4m')
        await store.put('kept', Buffer.alloc(1_000_000, 7))
        const body = inChunks(Buffer.alloc(8_000_000), 65_536)
        const put = store.put('too-much', body, size === 'known' ? { size: 8_000_000 } : {})
        await expect(put).rejects.toMatchObject({ code: 'disk-full', next: expect.stringContaining('space') })
        expect(await temporaryFiles()).toEqual([])
        expect(await keys()).toEqual(['kept'])
        expect(
          (await buffer((await store.get('kept')) ?? Readable.from([]))).equals(Buffer.alloc(1_000_000, 7)),
        ).toBe(true)
        await store.put('fits', Buffer.alloc(100_000))
        expect(await keys()).toEqual(['fits', 'kept'])
      },
    )

    test('no names left: named as such', async () => {
      mount('nr_inodes=6')
      const puts = async () => {
        for (let n = 0; n < 10; n++) await store.put(`a${n}`, Buffer.from('x'))
      }
      await expect(puts()).rejects.toMatchObject({ code: 'disk-full' })
    })

    test('a disk that is mounted read-only can be read, and says why it is not written', async () => {
      mount('size=4m')
      await store.put('a', Buffer.from('x'))
      execFileSync('mount', ['-o', 'remount,ro', vault])
      store = open()
      expect((await store.head('a'))?.size).toBe(1)
      await expect(store.put('b', Buffer.from('x'))).rejects.toMatchObject({ code: 'access-denied' })
      expect(await keys()).toEqual(['a'])
    })
  })
})

function mountsAllowed(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { breaking, collect, eachOf, inChunks } from './bodies.fixture.ts'
import { setScene } from './scene.fixture.ts'

const scene = setScene()

describe('unfinished files', () => {
  test('are never listed, and none is left by success, failure or refusal', async () => {
    await scene.store.put('a', inChunks(Buffer.alloc(3_000_000), 65_536))
    await scene.store.put('a', Buffer.from('x'), { ifAbsent: true })
    await scene.store.put('b', breaking(3_000_000, new Error('broke'))).catch(() => {})
    await scene.store.put('b', Buffer.from('xy'), { size: 1 }).catch(() => {})
    expect(await scene.temporaryFiles()).toEqual([])
    await writeFile(join(scene.vault, '.tmp/left'), 'x')
    expect(await scene.keys()).toEqual(['a'])
  })

  test('leftovers older than a day are swept by the first put, younger ones belong to somebody', async () => {
    const clock = jumpingClock('2026-06-01T12:00:00Z')
    await mkdir(join(scene.vault, '.tmp'), { recursive: true })
    for (const [name, time] of [
      ['old', '2026-05-31T11:59:00Z'],
      ['young', '2026-05-31T12:01:00Z'],
    ] as const) {
      await writeFile(join(scene.vault, '.tmp', name), 'x')
      await utimes(join(scene.vault, '.tmp', name), new Date(time), new Date(time))
    }
    scene.store = scene.open(clock)
    expect(await scene.keys()).toEqual([])
    expect(await scene.temporaryFiles()).toEqual(['old', 'young'])
    await scene.store.put('a', Buffer.from('x'))
    expect(await scene.temporaryFiles()).toEqual(['young'])
  })

  test('beforeCommit is called after the last byte and before the name exists', async () => {
    const seen: unknown[] = []
    const body = inChunks(Buffer.alloc(2_500_000, 1), 65_536)
    const { existsSync, readdirSync, statSync } = await import('node:fs')
    await scene.store.put('a', body, {
      beforeCommit: ({ size }) => {
        seen.push(size, existsSync(join(scene.vault, 'a')), body.readableEnded)
        seen.push(
          readdirSync(join(scene.vault, '.tmp')).map((name) =>
            statSync(join(scene.vault, '.tmp', name)).isFile(),
          ),
        )
      },
    })
    expect(seen).toEqual([2_500_000, false, true, [true]])
  })
})

describe('the disk and its owner', () => {
  test('a vault that everybody may change is worth a warning, once', async () => {
    await mkdir(scene.vault)
    await chmod(scene.vault, 0o777)
    await scene.store.put('a', Buffer.from('x'))
    await scene.store.put('b', Buffer.from('x'))
    expect(scene.warnings).toEqual([expect.stringContaining('chmod o-w')])
  })

  test('a private vault is not', async () => {
    await mkdir(scene.vault, { mode: 0o750 })
    await scene.store.put('a', Buffer.from('x'))
    expect(scene.warnings).toEqual([])
  })

  test('folders that vanish between two puts are made again', async () => {
    await scene.store.put('deep/er/a', Buffer.from('x'))
    await rm(join(scene.vault, 'deep'), { recursive: true })
    await scene.store.put('deep/er/b', Buffer.from('y'))
    expect(await scene.keys()).toEqual(['deep/er/b'])
  })

  test('a key below an object cannot be', async () => {
    await scene.store.put('a', Buffer.from('x'))
    await expect(scene.store.put('a/b', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store-request-failed',
    })
    expect(await scene.store.get('a/b')).toBeUndefined()
    await scene.store.delete('a/b')
    expect(await scene.keys()).toEqual(['a'])
  })

  test('100 puts at a time in one folder are all there and whole', async () => {
    await eachOf(
      Array.from({ length: 300 }, (_, n) => n),
      100,
      async (n) => {
        await scene.store.put(`blobs/${n}`, inChunks(Buffer.alloc(n * 700, n % 256), 16_384), {
          ifAbsent: n % 3 > 0,
        })
      },
    )
    const found = await collect(scene.store.list('blobs/'))
    expect(found).toHaveLength(300)
    expect(found.every(({ key, size }) => size === Number(key.slice(6)) * 700)).toBe(true)
    expect(await scene.temporaryFiles()).toEqual([])
  })

  test('two programs on one vault: one of the racers creates', async () => {
    const other = scene.open()
    const race = [scene.store, other].flatMap((one) =>
      Array.from({ length: 10 }, () => one.put('root', Buffer.from('x'), { ifAbsent: true })),
    )
    const answers = await Promise.all(race)
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
  })

  test('a vault that is replaced while a body is read: the reader keeps the bytes that it began with', async () => {
    await scene.store.put('a', Buffer.alloc(5_000_000, 1))
    const body = await scene.store.get('a')
    await rename(join(scene.vault, 'a'), join(scene.vault, 'gone'))
    await scene.store.put('a', Buffer.from('new'))
    expect((await buffer(body ?? Readable.from([]))).equals(Buffer.alloc(5_000_000, 1))).toBe(true)
  })

  const isRoot = process.getuid?.() === 0

  test.skipIf(isRoot)(
    'a vault that may not be written says so (skipped: root may write everywhere)',
    async () => {
      await mkdir(scene.vault, { mode: 0o500 })
      await expect(scene.store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'access-denied' })
    },
  )

  describe.skipIf(!mountsAllowed())('a real file system (skipped: mounting needs root)', () => {
    beforeEach(() => mkdir(scene.vault))
    afterEach(() => execFileSync('umount', [scene.vault]))

    function mount(...options: string[]): void {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', scene.vault])
    }

    test.each(['known', 'unknown'])(
      'a full disk (%s size): named as such, old objects intact, nothing left',
      async (size) => {
        mount('size=4m')
        await scene.store.put('kept', Buffer.alloc(1_000_000, 7))
        const body = inChunks(Buffer.alloc(8_000_000), 65_536)
        const put = scene.store.put('too-much', body, size === 'known' ? { size: 8_000_000 } : {})
        await expect(put).rejects.toMatchObject({ code: 'disk-full', next: expect.stringContaining('space') })
        expect(await scene.temporaryFiles()).toEqual([])
        expect(await scene.keys()).toEqual(['kept'])
        expect(
          (await buffer((await scene.store.get('kept')) ?? Readable.from([]))).equals(
            Buffer.alloc(1_000_000, 7),
          ),
        ).toBe(true)
        await scene.store.put('fits', Buffer.alloc(100_000))
        expect(await scene.keys()).toEqual(['fits', 'kept'])
      },
    )

    test('no names left: named as such', async () => {
      mount('nr_inodes=6')
      const puts = async () => {
        for (let n = 0; n < 10; n++) await scene.store.put(`a${n}`, Buffer.from('x'))
      }
      await expect(puts()).rejects.toMatchObject({ code: 'disk-full' })
    })

    test('a disk that is mounted read-only can be read, and says why it is not written', async () => {
      mount('size=4m')
      await scene.store.put('a', Buffer.from('x'))
      execFileSync('mount', ['-o', 'remount,ro', scene.vault])
      scene.store = scene.open()
      expect((await scene.store.head('a'))?.size).toBe(1)
      await expect(scene.store.put('b', Buffer.from('x'))).rejects.toMatchObject({ code: 'access-denied' })
      expect(await scene.keys()).toEqual(['a'])
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

import { createHash } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HashThreads } from './threads.ts'

let folder: string
let threads: HashThreads
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-threads-'))
  threads = new HashThreads(2)
})
afterEach(async () => {
  await threads.close()
  await rm(folder, { recursive: true })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const begin = () => threads.begin() ?? expect.unreachable()
const filled = (byte: number) => new Uint8Array(1 << 20).fill(byte).buffer

test('several hashes at once, each of its own blocks, which are written and come back', async () => {
  const files = await Promise.all(
    [1, 2, 3, 4, 5].map(async (byte) => {
      const path = join(folder, String(byte))
      const [file, hash] = [await open(path, 'wx'), begin()]
      for (let count = 0; count < 3; count++) {
        const piece = { fd: file.fd, at: count * 1_000_000, block: filled(byte), held: 1_000_000 }
        const { block, failure } = await hash.write(piece)
        expect([piece.block.byteLength, block?.byteLength, failure]).toEqual([0, 1 << 20, undefined])
      }
      await file.close()
      return { path, digest: await hash.digest() }
    }),
  )
  for (const { path, digest } of files) {
    const bytes = await readFile(path)
    expect([bytes.byteLength, sha256(bytes)]).toEqual([3_000_000, digest])
  }
})

test.skipIf(process.platform !== 'linux')(
  'a full disk is told with its errno; the block comes back',
  async () => {
    const full = await open('/dev/full', 'w')
    const hash = begin()
    const { block, failure } = await hash.write({ fd: full.fd, at: 0, block: filled(1), held: 10 })
    await hash.drop()
    await full.close()
    expect(block?.byteLength).toBe(1 << 20)
    expect(failure).toMatchObject({ code: 'ENOSPC' })
  },
)

test('a range of a file, and past its end', async () => {
  const path = join(folder, 'a')
  const file = await open(path, 'wx+')
  await file.write(Buffer.alloc(3_000_000, 7))
  const hash = begin()
  expect(await hash.read({ fd: file.fd, from: 0, length: 2_000_000 })).toBe(2_000_000)
  expect(await hash.read({ fd: file.fd, from: 2_000_000, length: 2_000_000 })).toBe(1_000_000)
  await file.close()
  expect(await hash.digest()).toBe(sha256(Buffer.alloc(3_000_000, 7)))
})

test('a file that cannot be read fails, and the thread goes on', async () => {
  await expect(begin().read({ fd: 1 << 20, from: 0, length: 1 })).rejects.toMatchObject({ code: 'EBADF' })
  expect(await begin().digest()).toBe(sha256(new Uint8Array(0)))
})

test('closing answers what is still open, and threads start again afterwards', async () => {
  const hash = begin()
  const open = hash.digest().catch((error: unknown) => error)
  await threads.close()
  expect(await open).toMatchObject({ code: 'internal' })
  await expect(hash.read({ fd: 0, from: 0, length: 1 })).rejects.toMatchObject({ code: 'internal' })
  expect(await begin().digest()).toBe(sha256(new Uint8Array(0)))
})

test('no thread where none is wanted', () => {
  expect(new HashThreads(0).begin()).toBeUndefined()
})

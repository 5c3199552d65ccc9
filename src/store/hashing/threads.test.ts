import { createHash } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
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

test('several files at once, each hashed on its own', async () => {
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map(async (byte) => {
      const bytes = Buffer.alloc(3_000_000, byte)
      const path = join(folder, String(byte))
      await writeFile(path, bytes)
      const [file, hash] = [await open(path), begin()]
      for (let from = 0; from < 3_000_000; from += 1_000_000)
        await hash.read({ fd: file.fd, from, length: 1_000_000 })
      await file.close()
      return [await hash.digest(), sha256(bytes)]
    }),
  )
  for (const [found, wanted] of answers) expect(found).toBe(wanted)
})

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

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openStore } from './open.ts'

test('a folder by path and by file URL is the same store', async () => {
  const base = await mkdtemp(join(tmpdir(), 'holdfast-open-'))
  const byPath = await openStore(join(base, 'vault'))
  const byUrl = await openStore(pathToFileURL(join(base, 'vault')).href)
  await byPath.put('a/b', Buffer.from('x'))
  expect((await byUrl.head('a/b'))?.size).toBe(1)
  expect(await readFile(join(base, 'vault/a/b'), 'utf8')).toBe('x')
  expect(byUrl.url).toMatch(/^file:\/\//)
  await rm(base, { recursive: true })
})

test('a malformed URL is a usage error', async () => {
  await expect(openStore('s3://Not_A_Bucket')).rejects.toMatchObject({ code: 'usage' })
})

test('an S3 store is opened without asking anybody', async () => {
  const store = await openStore('s3://bucket/some/prefix?region=eu-west-1', { clientConfig: {} })
  expect(store.url).toBe('s3://bucket/some/prefix')
  await store.close()
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storeAsGzip } from './gzip.ts'
import { program } from './program.ts'
import { prose } from './prose.ts'
import { writeTar } from './tar.ts'

test('a stored gzip unpacks to what went in, whatever its size', () => {
  for (const size of [0, 1, 65_534, 65_535, 65_536, 200_000]) {
    const bytes = Buffer.alloc(size, 'holdfast')
    expect(gunzipSync(storeAsGzip(bytes)).equals(bytes)).toBe(true)
  }
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(Uint8Array.from(gunzipSync(storeAsGzip(bytes)))).toEqual(bytes)
    }),
  )
})

test('prose has the size asked for and depends on nothing but its name', () => {
  const text = prose('name', 10_000)
  expect(text.length).toBeGreaterThanOrEqual(10_000)
  expect(text.length).toBeLessThan(10_400)
  expect(prose('name', 10_000).equals(text)).toBe(true)
  expect(prose('other', 10_000).equals(text)).toBe(false)
})

test('the order in which a tree is written down does not matter', () => {
  const a = { content: Buffer.from('a') }
  const link = { link: '../a' }
  expect(writeTar({ a, 'b/c': link }).equals(writeTar({ 'b/c': link, a }))).toBe(true)
})

test('a name that does not fit the header is refused, never cut', () => {
  expect(() => writeTar({ ['x'.repeat(101)]: {} })).toThrow(RangeError)
})

test.runIf(process.platform === 'linux')('the program runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-program-'))
  try {
    const file = join(folder, 'hello')
    writeFileSync(file, program(arch() === 'arm64' ? 'arm64' : 'amd64', 'hello from a layer'), {
      mode: 0o755,
    })
    expect(execFileSync(file, { encoding: 'utf8' })).toBe('hello from a layer\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

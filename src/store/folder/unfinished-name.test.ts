import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { folderStore } from '../folder.ts'
import { isAbandoned, unfinishedName } from './unfinished-name.ts'

/** The id of a process that has ended. */
const gone = () => spawnSync(process.execPath, ['-e', '']).pid
const ofProcess = (id: number, name = unfinishedName()) => name.replace(/-\d+-/, `-${id}-`)

test('only a file of a process that is provably gone is abandoned', () => {
  expect(isAbandoned(ofProcess(gone()))).toBe(true)
  expect(isAbandoned(unfinishedName()), 'our own').toBe(false)
  expect(isAbandoned(ofProcess(process.ppid)), 'of another process that runs').toBe(false)
  expect(isAbandoned(ofProcess(1)), 'of a process that may not be ours to ask').toBe(false)
  const elsewhere = unfinishedName().replace(/^[0-9a-f]{16}/, '0123456789abcdef')
  expect(isAbandoned(ofProcess(gone(), elsewhere)), 'of another machine').toBe(false)
  for (const name of ['', 'x', '../x', 'b2b0ee5a-0d3f-4d0c-8ad5-1f8f7b0d0f6e'])
    expect(isAbandoned(name)).toBe(false)
})

test('the first put removes what a dead process left, and nothing of a living one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-left-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, '.tmp'))
  const [dead, living, unknown] = [ofProcess(gone()), ofProcess(process.ppid), 'of an older version']
  for (const name of [dead, living, unknown]) writeFileSync(join(folder, '.tmp', name), 'half')
  await folderStore(folder).put('a', Buffer.from('x'))
  expect(readdirSync(join(folder, '.tmp')).sort()).toEqual([living, unknown].sort())
})

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { demoRegistry } from '../backup/demo-registry.fixture.ts'
import { quietRun } from '../core/run.ts'
import { verifyText } from '../report/verify-text.ts'
import { folderStore } from '../store/folder.ts'
import { holdSnapshot } from './holds.ts'
import { prune } from './prune/prune.ts'
import { initVault, type Vault } from './vault.ts'
import { verifyVault } from './verify.ts'

const run = quietRun()
let folder: string
let vault: Vault

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-strays-'))
  vault = await initVault(folderStore(folder), run)
  await backup(demoRegistry().source(), vault, {}, run)
})

afterEach(async () => {
  await vault.store.close()
  rmSync(folder, { recursive: true })
})

const place = (name: string, text = 'x') => {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const straysNow = async () => (await verifyVault(vault, {}, run)).strays.map(({ key }) => key)

test('what backups, holds and prunes write is no stray, at any moment', async () => {
  const seen: string[] = []
  const watching: Vault = {
    ...vault,
    store: {
      ...bound(vault),
      put: async (key, body, options) => {
        const answer = await vault.store.put(key, body, options)
        seen.push(...(await straysNow()))
        return answer
      },
    },
  }
  const { snapshot } = await backup(demoRegistry().source(), watching, {}, run)
  await holdSnapshot(watching, { snapshot }, run)
  await prune(watching, { policy: { last: 1 }, grace: 0, revoke: true }, run)
  expect(seen).toEqual([])
})

test('files under the names of a vault that no vault writes are named, and are no damage', async () => {
  const planted = [
    'blobs/sha256/not-a-digest',
    `blobs/sha512/${'a'.repeat(128)}`,
    'gc/somebody.json',
    'runs/nobody/claim.json',
    'snapshots/notes.txt',
    'states/readme.json.gz',
    'states/a name with spaces',
  ]
  for (const name of planted) place(name)
  symlinkSync('/etc/hostname', join(folder, 'shards/link'))
  for (const foreign of ['index.json', 'oci-layout', 'README']) place(foreign)
  const report = await verifyVault(vault, { data: true }, run)
  expect(report).toMatchObject({ ok: true, problems: [] })
  expect(report.strays.map(({ key }) => key).sort()).toEqual([...planted, 'shards/link'].sort())
  expect(verifyText(report)).toContain('8 stray files')
  expect(verifyText(report)).toContain('states/readme.json.gz: No vault has a file of that name.')
})

test('what a crash left unfinished is a stray when it is older than a day', async () => {
  for (const name of ['.tmp/young', '.tmp/old', 'runs/probe-aaaaaaaaaaaa', 'runs/probe-bbbbbbbbbbbb'])
    place(name)
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000)
  for (const name of ['.tmp/old', 'runs/probe-bbbbbbbbbbbb']) utimesSync(join(folder, name), longAgo, longAgo)
  expect((await straysNow()).sort()).toEqual(['.tmp/old', 'runs/probe-bbbbbbbbbbbb'])
})

function bound({ store }: Vault): Vault['store'] {
  return {
    url: store.url,
    put: (key, body, options) => store.put(key, body, options),
    get: (key, options) => store.get(key, options),
    head: (key, signal) => store.head(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    delete: (key, signal) => store.delete(key, signal),
    close: () => store.close(),
  }
}

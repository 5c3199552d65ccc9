import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { quietRun } from '../../src/core/run.ts'
import { folderStore } from '../../src/store/folder.ts'
import { initVault, type Vault } from '../../src/vault/vault.ts'
import { type Problem, verifyVault } from '../../src/vault/verify.ts'
import { printFigures } from '../support/figures.ts'
import { seeded } from '../support/seeded.ts'

/** `verify --data` on a folder in which files rot: each damage is found and named, and nothing else is. */
const damagesWanted = 10_000
const run = quietRun()
const random = seeded('rot')
const pick = (count: number) => Math.floor(random() * count)
const one = <T>(list: readonly T[]): T => list[pick(list.length)]!

let folder: string
let vault: Vault
let registry: MemoryRegistry
let files: Map<string, Buffer>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rot-'))
  vault = await initVault(folderStore(folder), run)
  registry = new MemoryRegistry()
  registry.registrySettings = { policy: '{"Statement":[]}' }
  const amd = registry.image('shop/api', ['base', 'amd64'], { config: '{"a":1}' })
  const arm = registry.image('shop/api', ['base', 'arm64'], { config: '{"a":2}' })
  const index = registry.index('shop/api', [amd, arm], { tags: ['latest', '1.0'] })
  registry.image('shop/api', ['sbom'], { subject: index, tags: ['sha256-sbom'] })
  await backup(registry.source(), vault, {}, run)
  registry.image('shop/web', ['base', 'web!!', Buffer.alloc(3000, 'w')], { config: '{"w":1}', tags: ['web'] })
  await backup(registry.source(), vault, {}, run)
  files = new Map()
  for await (const { key } of vault.store.list('')) files.set(key, readFileSync(join(folder, key)))
})

afterAll(async () => {
  await vault.store.close()
  rmSync(folder, { recursive: true })
})

/** Digest (hex) -> the tags that lead to it, read from the manifests themselves. */
function tagsByBlob(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [name, { tags, images }] of registry.repositories) {
    const visit = (digest: string, tag: string) => {
      const hex = digest.slice(7)
      found.set(hex, (found.get(hex) ?? new Set()).add(`${name}:${tag}`))
      const bytes = images.get(digest as `sha256:${string}`)?.bytes
      const { config, layers = [], manifests = [] } = bytes ? JSON.parse(bytes.toString()) : {}
      for (const each of [...(config ? [config] : []), ...layers, ...manifests]) visit(each.digest, tag)
    }
    for (const [tag, digest] of tags) visit(digest, tag)
  }
  return found
}

const write = (key: string, bytes: Uint8Array) => writeFileSync(join(folder, key), bytes)
const remove = (key: string) => rmSync(join(folder, key))

const flip = (bytes: Buffer, at = pick(bytes.length)) => {
  const flipped = Buffer.from(bytes)
  flipped[at] = flipped[at]! ^ (1 << pick(8))
  return flipped
}
const kinds: Record<string, (bytes: Buffer) => Buffer | undefined> = {
  'a flipped bit': (bytes) => flip(bytes),
  'cut short': (bytes) => bytes.subarray(0, pick(bytes.length)),
  'extra bytes': (bytes) => Buffer.concat([bytes, one([Buffer.from('x'), Buffer.alloc(4), bytes])]),
  'a run of zeros': (bytes) => {
    const at = pick(bytes.length)
    const zeroed = Buffer.from(bytes).fill(0, at, at + 1 + pick(bytes.length - at))
    return zeroed.equals(bytes) ? flip(bytes) : zeroed
  },
  'other contents': (bytes) =>
    Buffer.from(bytes).fill(pick(256)).equals(bytes) ? flip(bytes) : Buffer.from(bytes).fill(1),
  missing: () => undefined,
}
const counts: Record<string, number> = {}
const count = (what: string, by = 1) => (counts[what] = (counts[what] ?? 0) + by)

function damage(key: string, kind: string): void {
  const bytes = kinds[kind]!(files.get(key)!)
  if (bytes) write(key, bytes)
  else remove(key)
  count(kind)
}

const verifyNow = () => verifyVault(vault, { data: true }, run)
const keysOf = (prefix: string) => [...files.keys()].filter((key) => key.startsWith(prefix))
const keysIn = (problems: Problem[]) => problems.map(({ key }) => key).sort()
const undo = (keys: Iterable<string>) => {
  for (const key of keys) write(key, files.get(key)!)
}

/** Up to eight blobs at once: every one is named with its images, and no other is. */
async function blobRound(tags: Map<string, Set<string>>): Promise<number> {
  const blobs = keysOf('blobs/').sort(() => random() - 0.5)
  const chosen = blobs.slice(0, 1 + pick(8))
  for (const key of chosen) damage(key, one(Object.keys(kinds)))
  const { ok, problems } = await verifyNow()
  expect(ok).toBe(false)
  expect(keysIn(problems)).toEqual([...chosen].sort())
  for (const { key, digest, affects, snapshots, kind } of problems) {
    expect(kind).toMatch(/^blob-(missing|size|content)$/)
    expect(digest).toBe(`sha256:${key.slice(-64)}`)
    expect(affects).toEqual([...(tags.get(key.slice(-64)) ?? ['none'])].sort())
    expect(snapshots.length).toBeGreaterThan(0)
  }
  undo(chosen)
  return chosen.length
}

async function swapRound(): Promise<number> {
  const [a, b] = keysOf('blobs/').sort(() => random() - 0.5) as [string, string]
  write(a, files.get(b)!)
  write(b, files.get(a)!)
  count('two blobs that changed places')
  const { problems } = await verifyNow()
  expect(keysIn(problems)).toEqual([a, b].sort())
  expect(problems.every(({ affects }) => affects.length > 0)).toBe(true)
  undo([a, b])
  return 1
}

/** A flip in what gzip notes beside the data (time, system, unused bits) changes nothing that is read. */
const harmless = { flips: 0 }

async function documentRound(prefix: 'states/' | 'shards/' | 'snapshots/'): Promise<number> {
  const key = one(keysOf(prefix))
  const kind = one(Object.keys(kinds).filter((each) => prefix !== 'snapshots/' || each !== 'missing'))
  damage(key, kind)
  const { problems } = await verifyNow()
  const isBeside =
    prefix !== 'snapshots/' && problems.length === 0 && kind !== 'cut short' && (await readsTheSame(key))
  if (isBeside) harmless.flips++
  else {
    expect(keysIn(problems), `${kind} of ${key}`).toEqual([key])
    expect(problems[0]?.kind).toBe(prefix === 'snapshots/' ? 'root' : prefix.slice(0, -2))
    if (prefix !== 'snapshots/') expect(problems[0]?.snapshots.length).toBeGreaterThan(0)
    if (prefix === 'states/') expect(problems[0]?.affects).toHaveLength(1)
    count(`in ${prefix.slice(0, -1)}`)
  }
  if (isBeside) count(kind, -1)
  undo([key])
  return isBeside ? 0 : 1
}

/** Proven by unpacking both with nothing of ours. */
async function readsTheSame(key: string): Promise<boolean> {
  const { gunzipSync } = await import('node:zlib')
  return gunzipSync(readFileSync(join(folder, key))).equals(gunzipSync(files.get(key)!))
}

async function foreignRound(): Promise<number> {
  const name = `${one(['blobs/sha256/', 'blobs/', 'states/', 'shards/', 'snapshots/', 'runs/', 'gc/', 'holds/'])}foreign-${pick(1e9)}`
  write(name, Buffer.from('x'))
  count('a foreign file')
  const { ok, strays, problems } = await verifyNow()
  expect({ ok, problems }).toEqual({ ok: true, problems: [] })
  expect(strays.map(({ key }) => key)).toEqual([name])
  remove(name)
  return 1
}

test('every damage is found and named, and what is whole is not', async () => {
  const { mkdirSync } = await import('node:fs')
  for (const name of ['gc', 'holds']) mkdirSync(join(folder, name), { recursive: true })
  const tags = tagsByBlob()
  let damages = 0
  for (let round = 0; damages < damagesWanted; round++) {
    const way = pick(10)
    if (way < 6) damages += await blobRound(tags)
    else if (way < 7) damages += await swapRound()
    else if (way < 9) damages += await documentRound(one(['states/', 'shards/', 'snapshots/']))
    else damages += await foreignRound()
    if (round % 100 === 0) expect(await verifyNow()).toMatchObject({ ok: true, strays: [] })
  }
  printFigures('rot of a folder vault', {
    damages: damages,
    ...counts,
    'flips beside the data of a gzip, which change nothing that is read': harmless.flips,
    missed: 0,
    'wrongly named': 0,
  })
})

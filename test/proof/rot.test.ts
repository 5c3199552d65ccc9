import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
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
  'other contents': (bytes) => {
    const other = Buffer.from(bytes).fill(pick(256))
    return other.equals(bytes) ? flip(bytes) : other
  },
  missing: () => undefined,
}
/** What went wrong, counted before anything is expected of it. */
const wrong = { missed: 0, named: 0 }
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

/** Exactly these files are named. */
function expectNamed(found: string[], damaged: string[], what = ''): void {
  wrong.missed += damaged.filter((key) => !found.includes(key)).length
  wrong.named += found.filter((key) => !damaged.includes(key)).length
  expect([...found].sort(), what).toEqual([...damaged].sort())
}

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
  expectNamed(keysIn(problems), chosen)
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
  expectNamed(keysIn(problems), [a, b])
  expect(problems.every(({ affects }) => affects.length > 0)).toBe(true)
  undo([a, b])
  return 1
}

/** A flip in what gzip notes beside the data (time, system, unused bits), or a lost last newline, changes nothing that is read. */
const harmless = { changes: 0 }

async function documentRound(prefix: 'states/' | 'shards/' | 'snapshots/'): Promise<number> {
  const key = one(keysOf(prefix))
  const kind = one(Object.keys(kinds).filter((each) => prefix !== 'snapshots/' || each !== 'missing'))
  damage(key, kind)
  const { problems } = await verifyNow()
  const isBeside = problems.length === 0 && readsTheSame(key)
  if (isBeside) harmless.changes++
  else {
    expectNamed(keysIn(problems), [key], `${kind} of ${key}`)
    expect(problems[0]?.kind).toBe(prefix === 'snapshots/' ? 'root' : prefix.slice(0, -2))
    if (prefix !== 'snapshots/') expect(problems[0]?.snapshots.length).toBeGreaterThan(0)
    if (prefix === 'states/') expect(problems[0]?.affects).toHaveLength(1)
    count(`in ${prefix.slice(0, -1)}`)
  }
  if (isBeside) count(kind, -1)
  undo([key])
  return isBeside ? 0 : 1
}

/** Proven by reading both with nothing of ours. */
function readsTheSame(key: string): boolean {
  const path = join(folder, key)
  const text = (bytes: Buffer) =>
    key.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString().trim()
  return existsSync(path) && !isLonger(path, key) && text(readFileSync(path)) === text(files.get(key)!)
}

/** Bytes behind the end are damage, whatever they are. */
const isLonger = (path: string, key: string) => statSync(path).size > files.get(key)!.length

async function foreignRound(): Promise<number> {
  const name = `${one(['blobs/sha256/', 'blobs/', 'states/', 'shards/', 'snapshots/', 'runs/', 'gc/', 'holds/'])}foreign-${pick(1e9)}`
  write(name, Buffer.from('x'))
  count('a foreign file')
  const { ok, strays, problems } = await verifyNow()
  expect({ ok, problems }).toEqual({ ok: true, problems: [] })
  const found = strays.map(({ key }) => key)
  expectNamed(found, [name])
  remove(name)
  return 1
}

/** Also when it fails. */
afterAll(() => {
  printFigures('rot of a folder vault', {
    damages,
    ...counts,
    'more that changed nothing that is read': harmless.changes,
    missed: wrong.missed,
    'wrongly named': wrong.named,
  })
})

let damages = 0
test('every damage is found and named, and what is whole is not', async () => {
  for (const name of ['gc', 'holds']) mkdirSync(join(folder, name), { recursive: true })
  const tags = tagsByBlob()
  for (let round = 0; damages < damagesWanted; round++) {
    const way = pick(10)
    if (way < 6) damages += await blobRound(tags)
    else if (way < 7) damages += await swapRound()
    else if (way < 9) damages += await documentRound(one(['states/', 'shards/', 'snapshots/']))
    else damages += await foreignRound()
    if (round % 100 === 0) expect(await verifyNow()).toMatchObject({ ok: true, strays: [] })
  }
})

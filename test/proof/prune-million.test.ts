import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { jumpingClock } from '../../src/core/clock.ts'
import type { Digest } from '../../src/core/digest.ts'
import { quietRun } from '../../src/core/run.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store, StoredObject, StoredVersion } from '../../src/store/store.ts'
import { canonicalText } from '../../src/vault/canonical.ts'
import type { RepositoryState, ShardEntry, SnapshotRoot } from '../../src/vault/format.ts'
import { prune } from '../../src/vault/prune/prune.ts'
import { initVault, type Vault } from '../../src/vault/vault.ts'
import { printFigures } from '../support/figures.ts'

/**
 * A prune of a vault with a million blobs, of which three tenths are garbage, stays under 400 MB (R1). The blobs and states
 * are made up when somebody asks for them: what is measured is the prune, with Node and the test around it.
 */
const blobs = 1_000_000
const perRepository = 1_000
const isLive = (n: number) => n % 10 < 7
const written = new Date('2026-01-01T00:00:00Z')
const size = 1000

/** Ascending with `n`, so that a listing needs no sorting; the first bytes are spread as those of hashes are. */
function hexOf(n: number): string {
  const head = Math.floor((n * 2 ** 32) / blobs)
  const mixed = Math.imul(n, 0x9e3779b1) >>> 0
  return head.toString(16).padStart(8, '0') + mixed.toString(16).padStart(8, '0').repeat(7)
}

const digestOf = (n: number): Digest => `sha256:${hexOf(n)}`

function stateOf(repository: number): RepositoryState {
  const all = Array.from({ length: perRepository }, (_, n) => repository * perRepository + n).filter(isLive)
  const [manifest = 0, ...rest] = all
  const rows = rest.map((n) => ({ digest: digestOf(n), size }))
  const row = {
    digest: digestOf(manifest),
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size,
    status: 'active' as const,
    blobs: rows.map(({ digest }) => digest),
    manifests: [],
  }
  const name = `team/app-${repository}`
  return {
    schema: 'holdfast.state/1',
    repository: name,
    settings: {},
    blobs: rows,
    manifests: [row],
    tags: {},
  }
}

/** Blobs and states that exist only when they are asked for; everything else in memory. */
class MadeUpStore implements Store {
  readonly url = 'memory:made-up'
  readonly inner: Store
  readonly states = new Map<string, number>()
  readonly versioned: boolean
  deleted = 0

  constructor(inner: Store, versioned: boolean) {
    this.inner = inner
    this.versioned = versioned
  }

  async put(...[key, body, options]: Parameters<Store['put']>) {
    if (!key.startsWith('states/')) return this.inner.put(key, body, options)
    this.states.set(key, this.states.size)
    return 'created' as const
  }

  async get(...[key, options]: Parameters<Store['get']>) {
    const repository = this.states.get(key)
    if (repository === undefined) return this.inner.get(key, options)
    return Readable.from([gzipSync(canonicalText(stateOf(repository)))], { objectMode: false })
  }

  head(key: string) {
    return this.inner.head(key)
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    if (prefix === 'states/') return yield* [...this.states.keys()].sort().map(objectAt)
    if (!prefix.startsWith('blobs/')) return yield* this.inner.list(prefix)
    for (let n = 0; n < blobs; n++) yield objectAt(`blobs/sha256/${hexOf(n)}`)
  }

  async *versions(prefix: string): AsyncGenerator<StoredVersion> {
    if (!/^(blobs|states)/.test(prefix)) return yield* this.inner.versions?.(prefix) ?? []
    const rest = { latest: true, marker: false }
    for await (const each of this.list(prefix)) yield { ...each, version: each.key.slice(-32), ...rest }
  }

  async delete(key: string) {
    if (key.startsWith('blobs/')) this.deleted++
    else await this.inner.delete(key)
  }

  async deleteVersion(key: string, version: string) {
    if (!key.startsWith('blobs/')) return this.inner.deleteVersion?.(key, version)
    expect(version).toBe(key.slice(-32))
    this.deleted++
  }

  async close() {}
}

const objectAt = (key: string): StoredObject => ({ key, size, modified: written })

async function writeSnapshots(vault: Vault): Promise<void> {
  const repositories: Record<string, ShardEntry> = {}
  for (let n = 0; n < blobs / perRepository; n++) {
    const state = await vault.states.write(stateOf(n))
    const count = perRepository * 0.7 - 1
    repositories[`team/app-${n}`] = { state, manifests: 1, tags: 0, blobs: count, bytes: (count + 1) * size }
  }
  const shard = await vault.shards.write({ schema: 'holdfast.shard/1', repositories })
  for (const day of [1, 2]) await vault.snapshots.commit(rootOf(`2026-01-0${day}T00:00:00.000Z`, shard, day))
}

function rootOf(time: string, shard: string, day: number): SnapshotRoot {
  const images = blobs / perRepository
  return {
    schema: 'holdfast.snapshot/1',
    format: 1,
    id: `abcdefabcde${day}`,
    registry: { key: 'oci-made-up', url: 'oci://made-up', kind: 'oci', simulated: true },
    time,
    committedAt: time,
    madeBy: { tool: 'test' },
    complete: true,
    skipped: [],
    shards: [shard],
    totals: {
      repositories: images,
      manifests: images,
      tags: 0,
      blobs: blobs * 0.7,
      bytes: blobs * 0.7 * size,
    },
    settings: {},
  }
}

/** The most memory of the process while the work is done, looked at often. */
async function peakDuring<T>(work: () => Promise<T>): Promise<{ answer: T; peak: number; before: number }> {
  const before = process.memoryUsage.rss()
  let peak = before
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 20)
  try {
    const answer = await work()
    look()
    return { answer, peak, before }
  } finally {
    look()
    clearInterval(timer)
  }
}

test.each([false, true])('a million blobs, with versions: %s', async (versions) => {
  const clock = jumpingClock('2026-03-01T00:00:00Z')
  const run = quietRun({ clock })
  const store = new MadeUpStore(memoryStore({ clock, versions }), versions)
  const vault = await initVault(store, run)
  await writeSnapshots(vault)
  const started = performance.now()
  const { answer, peak, before } = await peakDuring(() =>
    prune(vault, { policy: { last: 1 }, verify: false, revoke: true }, run),
  )
  expect(answer).toMatchObject({ ok: true, blobsDeleted: blobs * 0.3, forgotten: [{}] })
  expect(store.deleted).toBe(blobs * 0.3)
  const seconds = Math.round((performance.now() - started) / 1000)
  printFigures(versions ? 'prune of a million blobs with versions' : 'prune of a million blobs', {
    'MB at its peak': Math.round(peak / 2 ** 20),
    'MB before it': Math.round(before / 2 ** 20),
    seconds,
    deletes: store.deleted,
  })
  expect(peak).toBeLessThan(400 * 2 ** 20)
})

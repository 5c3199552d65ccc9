import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

// Written from docs/design/vault-format.md alone, and shares no code with src: what it cannot do, the page does not
// tell. Reads a vault in a folder and writes one image of it as an OCI image layout.

interface Row {
  digest: string
  mediaType: string
  size: number
  blobs: string[]
  manifests: string[]
}

interface State {
  schema: string
  repository: string
  blobs: Pick<Row, 'digest' | 'size'>[]
  manifests: Row[]
  tags: Record<string, string>
}

interface Root {
  schema: string
  format: number
  id: string
  registry: { key: string }
  time: string
  parent?: string
  shards: string[]
}

type Entry = Record<'manifests' | 'tags' | 'blobs' | 'bytes', number> & { state: string }
type Shard = { schema: string; repositories: Record<string, Entry> }

export interface Wanted {
  vault: string
  /** The newest snapshot of this one; absent: of the only one. */
  registry?: string
  repository: string
  tag: string
  out: string
}

/** Answers the digest of the image, and how many blobs (manifests included) were hashed and written. */
export function restoreToLayout(wanted: Wanted): { digest: string; blobs: number } {
  const { vault, repository, tag, out } = wanted
  const header = JSON.parse(read(vault, 'holdfast.json').toString())
  if (header.schema !== 'holdfast.vault/1' || header.format !== 1) throw new Error('not a vault of format 1')
  const state = stateOf(vault, newestRoot(vault, wanted.registry), repository)
  const digest = Object.hasOwn(state.tags, tag) ? state.tags[tag] : undefined
  const row = state.manifests.find((one) => one.digest === digest)
  if (!digest || !row) throw new Error(`no ${repository}:${tag} in the newest snapshot`)
  mkdirSync(join(out, 'blobs', 'sha256'), { recursive: true })
  const done = new Set<string>()
  copyImage({ vault, out, state, done }, row)
  writeFileSync(join(out, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  const named = { annotations: { 'org.opencontainers.image.ref.name': tag } }
  const manifests = [{ mediaType: row.mediaType, digest, size: row.size, ...named }]
  writeFileSync(join(out, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  return { digest, blobs: done.size }
}

/** By `time`; of two with equal times a child comes after its parent. Tombstones are no snapshots. */
function newestRoot(vault: string, key?: string): Root {
  const registries = key ? [key] : readdirSync(join(vault, 'snapshots'))
  if (registries.length !== 1) throw new Error(`name one registry of ${registries}`)
  const roots: Root[] = []
  for (const name of readdirSync(join(vault, 'snapshots', registries[0]!))) {
    const path = `snapshots/${registries[0]}/${name}`
    const root = JSON.parse(read(vault, path).toString()) as Root
    if (root.schema === 'holdfast.tombstone/1') continue
    if (root.schema !== 'holdfast.snapshot/1' || root.format !== 1) throw damage(path)
    const time = `${root.time.slice(0, 19).replaceAll(/[-:]/g, '')}Z`
    if (path !== `snapshots/${root.registry.key}/${time}-${root.id}.json`) throw damage(path)
    roots.push(root)
  }
  const latest = roots
    .map(({ time }) => Date.parse(time))
    .reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const candidates = roots.filter(({ time }) => Date.parse(time) === latest)
  const newest = candidates.find(({ id }) => !candidates.some(({ parent }) => parent === id))
  if (!newest) throw new Error('no snapshot')
  return newest
}

function stateOf(vault: string, root: Root, repository: string): State {
  const found = root.shards
    .map((name) => unpacked<Shard>(vault, 'shards', name))
    .find(({ repositories }) => Object.hasOwn(repositories, repository))
  const entry = found?.repositories[repository]
  if (found?.schema !== 'holdfast.shard/1' || !entry) throw new Error(`no repository ${repository}`)
  const state = unpacked<State>(vault, 'states', entry.state)
  const bytes = [...state.blobs, ...state.manifests].reduce((sum, { size }) => sum + size, 0)
  const counts = [state.manifests.length, Object.keys(state.tags).length, state.blobs.length, bytes]
  const expected = [entry.manifests, entry.tags, entry.blobs, entry.bytes]
  const fits = state.schema === 'holdfast.state/1' && state.repository === repository
  if (!fits || String(counts) !== String(expected)) throw damage(`states/${entry.state}.json.gz`)
  return state
}

type Copy = Pick<Wanted, 'vault' | 'out'> & { state: State; done: Set<string> }

/** Blobs, children, then the manifest itself. */
function copyImage(copy: Copy, row: Row): void {
  for (const digest of row.blobs) {
    const blob = copy.state.blobs.find((one) => one.digest === digest)
    if (!blob) throw damage(digest)
    copyBlob(copy, blob)
  }
  for (const digest of row.manifests) {
    const child = copy.state.manifests.find((one) => one.digest === digest)
    if (child && !copy.done.has(digest)) copyImage(copy, child)
  }
  copyBlob(copy, row)
}

function copyBlob({ vault, out, done }: Copy, { digest, size }: { digest: string; size: number }): void {
  const path = `blobs/sha256/${hexOf(digest)}`
  const bytes = read(vault, path)
  if (bytes.length !== size || sha256(bytes) !== hexOf(digest)) throw damage(path)
  writeFileSync(join(out, path), bytes)
  done.add(digest)
}

function unpacked<T>(vault: string, folder: string, name: string): T {
  const path = `${folder}/${hexOf(`sha256:${name}`)}.json.gz`
  const packed = read(vault, path)
  const maxOutputLength = Math.min(400 * 2 ** 20, Math.max(2 ** 20, packed.length * 200))
  const text = gunzipSync(packed, { maxOutputLength })
  if (sha256(text) !== name) throw damage(path)
  return JSON.parse(text.toString()) as T
}

/** Anything else in a digest could lead out of the vault. */
function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (!hex) throw damage(digest)
  return hex
}

const read = (vault: string, key: string): Buffer => readFileSync(join(vault, key))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const damage = (where: string): Error => new Error(`damaged: ${where}`)

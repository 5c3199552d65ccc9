import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { damaged } from '../damage.ts'
import { parseDocument, parseJson, plainText, readAll } from '../read.ts'
import { identifier, time } from '../schemas.ts'
import type { Vault } from '../vault.ts'

/**
 * `gc/<generation>/list.json`: while it exists, the snapshots and objects that it names count as absent to every run.
 * Created once its parts are there, removed first when the prune is done.
 */
export interface DeleteList {
  schema: 'holdfast.delete-list/1'
  generation: string
  time: string
  /** Keys of the snapshots that are forgotten. */
  roots: string[]
  /** `gc/<generation>/part-<n>.json.gz`, n from 0. */
  parts: number
}

/** At most 10,000 objects that no kept snapshot needs. */
export interface DeletePart {
  schema: 'holdfast.delete-part/1'
  objects: Condemned[]
}

export interface Condemned {
  key: string
  size: number
  /** Where versions are kept: those that are condemned, in the order in which they are deleted. No other is touched. */
  versions?: string[]
}

const rootKey = /^snapshots\/[A-Za-z0-9][A-Za-z0-9._-]{0,199}\/\d{8}T\d{6}Z-[0-9a-z]{8,64}\.json$/
/** A delete list can name these and nothing else: whoever writes one cannot make a prune delete other things. */
const objectKey = /^(blobs\/sha256\/[0-9a-f]{64}|(states|shards)\/[0-9a-f]{64}\.json\.gz)$/
const count = z.int().nonnegative()

const listSchema: z.ZodType<DeleteList> = z.strictObject({
  schema: z.literal('holdfast.delete-list/1'),
  generation: identifier,
  time,
  roots: z.array(z.string().regex(rootKey)),
  parts: count,
})

const partSchema: z.ZodType<DeletePart> = z.strictObject({
  schema: z.literal('holdfast.delete-part/1'),
  objects: z.array(
    z.strictObject({
      key: z.string().regex(objectKey),
      size: count,
      versions: z.array(z.string().min(1).max(1024)).min(1).exactOptional(),
    }),
  ),
})

export const gcKeys = {
  all: 'gc/',
  generation: (id: string) => `gc/${id}/`,
  list: (id: string) => `gc/${id}/list.json`,
  part: (id: string, at: number) => `gc/${id}/part-${at}.json.gz`,
  owner: (id: string, turn: number) => `gc/${id}/owner-${turn}.json`,
} as const

/** The hash in the key of a blob, state or shard; undefined for any other key. */
export function hexIn(key: string): string | undefined {
  return objectKey.test(key) ? /[0-9a-f]{64}/.exec(key)?.[0] : undefined
}

export function isRootKey(key: string): boolean {
  return rootKey.test(key)
}

const pack = promisify(gzip)
const unpack = promisify(gunzip)
const packedLimit = 16 * 1024 * 1024
const listLimit = 64 * 1024 * 1024

export async function writePart(vault: Vault, key: string, objects: Condemned[]): Promise<void> {
  const part: DeletePart = { schema: 'holdfast.delete-part/1', objects }
  const bytes = await pack(Buffer.from(JSON.stringify(part)))
  await vault.store.put(key, bytes, { size: bytes.byteLength })
}

/** Undefined: there is none. */
export async function readPart(
  vault: Vault,
  key: string,
  signal?: AbortSignal,
): Promise<DeletePart | undefined> {
  const bytes = await readAll(vault.store, key, packedLimit, signal)
  if (!bytes) return undefined
  const text = await unpack(bytes, { maxOutputLength: packedLimit }).catch((cause: unknown) => {
    throw damaged(key, 'It cannot be unpacked.', cause)
  })
  return parseDocument(key, partSchema, parseJson(key, text))
}

export async function writeList(vault: Vault, list: DeleteList): Promise<void> {
  const text = plainText(list)
  await vault.store.put(gcKeys.list(list.generation), text, { size: text.byteLength, ifAbsent: true })
}

/** Undefined: it is gone, or was never published. */
export async function readList(
  vault: Vault,
  id: string,
  signal?: AbortSignal,
): Promise<DeleteList | undefined> {
  const key = gcKeys.list(id)
  const bytes = await readAll(vault.store, key, listLimit, signal)
  if (!bytes) return undefined
  const list = parseDocument(key, listSchema, parseJson(key, bytes))
  if (list.generation !== id) throw damaged(key, 'It is the list of another generation.')
  return list
}

/** Generations whose list is live. */
export async function liveLists(vault: Vault, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of vault.store.list(gcKeys.all, signal)) {
    const match = /^gc\/([0-9a-z]{8,64})\/list\.json$/.exec(key)
    if (match?.[1]) found.push(match[1])
  }
  return found
}

/** Keys of the snapshots that live lists name, besides those of one generation. */
export async function condemnedRoots(
  vault: Vault,
  signal?: AbortSignal,
  except?: string,
): Promise<Set<string>> {
  const roots = new Set<string>()
  for (const id of await liveLists(vault, signal)) {
    if (id === except) continue
    for (const key of (await readList(vault, id, signal))?.roots ?? []) roots.add(key)
  }
  return roots
}

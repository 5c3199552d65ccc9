import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { throwIfAborted } from '../commit.ts'
import { isKey } from '../key.ts'
import type { StoredObject } from '../store.ts'
import { onDisk, unless } from './errors.ts'
import { whenDescriptorsAllow } from './retry.ts'

const batch = 64
const gone = ['ENOENT', 'ENOTDIR']

export interface ListRequest {
  prefix: string
  clock: Clock
  signal?: AbortSignal | undefined
}

/**
 * Plain files in key order. Links, devices and names that are no keys are left out: nobody who lists a vault can be
 * led out of it, and junk in the folder does no harm. The caller has checked where the folder of the prefix is.
 */
export async function* listFolder(root: string, request: ListRequest): AsyncIterable<StoredObject> {
  yield* walk(root, folderOf(request.prefix), request)
}

/** `a/b/c` and `a/b/` both look into `a/b/`. */
export function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1)
}

async function* walk(root: string, parent: string, request: ListRequest): AsyncIterable<StoredObject> {
  const names = await sortedNames(root, parent, request)
  for (let at = 0; at < names.length; at += batch) {
    throwIfAborted(request.signal)
    const some = names.slice(at, at + batch)
    for (const found of await Promise.all(some.map((name) => look(root, parent + name)))) {
      if (typeof found === 'string') yield* walk(root, found, request)
      else if (found) yield found
    }
  }
}

/**
 * Folders carry a slash at their end already, because that is where their keys sort: `a-b`, `a.b`, `a/b`.
 * Only names are kept, one string each: a folder of a million blobs is listed in about a hundred megabytes.
 */
async function sortedNames(root: string, parent: string, request: ListRequest): Promise<string[]> {
  const names: string[] = []
  const { prefix, clock } = request
  const open = () => opendir(join(root, parent), { bufferSize: 1024 })
  await onDisk(parent, async () => {
    const folder = await unless(gone, undefined, () => whenDescriptorsAllow(clock, open))
    if (!folder) return
    for await (const entry of folder) {
      const name = entry.isDirectory() ? `${entry.name}/` : entry.name
      const key = parent + name
      if (!entry.isFile() && !entry.isDirectory()) continue
      if (isKey(parent + entry.name) && (key.startsWith(prefix) || prefix.startsWith(key))) names.push(name)
    }
  })
  return names.sort()
}

/** A folder answers its own key, a file what is known of it; what went away meanwhile, nothing. */
async function look(root: string, key: string): Promise<StoredObject | string | undefined> {
  if (key.endsWith('/')) return key
  const stats = await onDisk(key, () => unless(gone, undefined, () => lstat(join(root, key))))
  return stats?.isFile() ? stored(key, stats) : undefined
}

export function stored(key: string, stats: Stats): StoredObject {
  return { key, size: stats.size, modified: stats.mtime }
}

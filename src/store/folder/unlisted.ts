import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { throwIfAborted } from '../commit.ts'
import { isKey, temporaryFolder } from '../key.ts'
import type { Unlisted } from '../store.ts'
import { onDisk, unless } from './errors.ts'
import { whenDescriptorsAllow } from './retry.ts'

const gone = ['ENOENT', 'ENOTDIR']

interface Request {
  clock: Clock
  signal?: AbortSignal | undefined
}

/** What lies in the folder and is no object: links, devices, names that no key has, unfinished files. Links are not followed. */
export async function* unlistedIn(root: string, request: Request, parent = ''): AsyncIterable<Unlisted> {
  throwIfAborted(request.signal)
  const folders: string[] = []
  const odd: string[] = []
  await onDisk(parent, async () => {
    const open = () => opendir(join(root, parent), { bufferSize: 1024 })
    const folder = await unless(gone, undefined, () => whenDescriptorsAllow(request.clock, open))
    for await (const entry of folder ?? []) {
      const name = parent + entry.name
      if (entry.isDirectory()) folders.push(name)
      else if (!entry.isFile() || !isKey(name)) odd.push(name)
    }
  })
  for (const name of odd.sort()) {
    const stats = await onDisk(name, () => unless(gone, undefined, () => lstat(join(root, name))))
    const unfinished = name.startsWith(`${temporaryFolder}/`)
    if (stats) yield { name, modified: stats.mtime, unfinished }
  }
  for (const name of folders.sort()) yield* unlistedIn(root, request, `${name}/`)
}

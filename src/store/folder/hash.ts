import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Clock } from '../../core/clock.ts'
import { throwIfAborted } from '../commit.ts'
import type { HashThreads, ThreadHash } from '../hashing/threads.ts'
import type { HashOptions } from '../store.ts'
import { type Block, type Blocks, blockBytes } from './blocks.ts'
import { onDisk } from './errors.ts'
import { openFile } from './read.ts'

/** So much is hashed before the next look at the signal. */
const slice = 8 * blockBytes

export interface HashRequest extends HashOptions {
  key: string
  clock: Clock
  blocks: Blocks
  threads: HashThreads
}

/**
 * Hashes a plain file. A large one is read and hashed by another thread, so its bytes never come here; a small one
 * is done before a thread would have been asked.
 */
export async function hashFileOf(
  path: string,
  request: HashRequest,
): Promise<{ sha256: string; size: number } | undefined> {
  const file = await openFile(path, request)
  if (!file) return undefined
  const there = file.size > blockBytes ? request.threads.begin() : undefined
  try {
    return await (there ? hashThere(file.handle, there, request) : hashHere(file.handle, request))
  } finally {
    await file.handle.close()
  }
}

async function hashThere(handle: FileHandle, hash: ThreadHash, request: HashRequest) {
  const { key } = request
  let size = 0
  try {
    for (let count = slice; count === slice; size += count) {
      throwIfAborted(request.signal)
      count = await onDisk(key, () => hash.read({ fd: handle.fd, from: size, length: slice }))
      request.onBytes?.(count)
    }
  } catch (error) {
    await hash.drop()
    throw error
  }
  return { sha256: await hash.digest(), size }
}

async function hashHere(handle: FileHandle, request: HashRequest) {
  const hash = createHash('sha256')
  const block = request.blocks.take()
  let size = 0
  try {
    for (let count = await readBlock(); count > 0; count = await readBlock()) {
      throwIfAborted(request.signal)
      hash.update(block.subarray(0, count))
      size += count
      request.onBytes?.(count)
    }
  } finally {
    request.blocks.giveBack(block.buffer)
  }
  return { sha256: hash.digest('hex'), size }

  async function readBlock(): Promise<number> {
    return await onDisk(request.key, () => readInto(handle, block, size))
  }
}

async function readInto(handle: FileHandle, block: Block, from: number): Promise<number> {
  return (await handle.read(block, 0, block.byteLength, from)).bytesRead
}

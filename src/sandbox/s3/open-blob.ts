import type { Readable } from 'node:stream'
import type { World } from '../world.ts'

/**
 * Opens a blob and waits until it is open: from then on the bytes can be read to the end, also when another
 * request replaces the object. Undefined when the blob is gone.
 */
export async function openBlob(
  world: World,
  handle: string,
  range: { from?: number; to?: number } = {},
): Promise<Readable | undefined> {
  const stream = world.blobs.read(handle, range)
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream))
    stream.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(undefined) : reject(error),
    )
  })
}

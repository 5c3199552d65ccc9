import { link, rename } from 'node:fs/promises'
import { HoldfastError } from '../../core/errors.ts'
import { errnoOf, notAFile } from './errors.ts'

export interface Publication {
  key: string
  /** The finished, synced file; may still be there afterwards. */
  from: string
  to: string
  ifAbsent: boolean
}

/** Gives a finished file its name, atomically: readers see nothing, or the old bytes, or all the new ones. */
export async function publish(publication: Publication): Promise<'created' | 'exists'> {
  return publication.ifAbsent ? await linkOnce(publication) : await replace(publication)
}

/** `link` never replaces: of any number of racers the system lets exactly one through. */
async function linkOnce({ key, from, to }: Publication): Promise<'created' | 'exists'> {
  try {
    await link(from, to)
    return 'created'
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return 'exists'
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errno ?? '')) throw noLinks(key, error)
    throw error
  }
}

async function replace({ key, from, to }: Publication): Promise<'created'> {
  try {
    await rename(from, to)
    return 'created'
  } catch (error) {
    if (errnoOf(error) === 'EISDIR') throw notAFile(key, 'it is a folder')
    throw error
  }
}

function noLinks(key: string, cause: unknown): HoldfastError {
  return new HoldfastError('store-unsupported', {
    what: `Could not create ${key}: the file system of the vault folder has no hard links.`,
    why: 'They are how a file is created completely and only once. FAT and exFAT disks do not have them.',
    next: 'Use a folder on another file system, or an s3:// vault.',
    cause,
  })
}

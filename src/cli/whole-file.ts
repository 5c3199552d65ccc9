import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HoldfastError } from '../core/errors.ts'

/** A file that a command writes: its name as the user said it, for errors, and where it is. */
export interface NamedFile {
  name: string
  path: string
}

/** Before the work: what could not be written after it. */
export async function requirePlace({ name, path }: NamedFile): Promise<void> {
  const folder = await kindOf(dirname(path))
  if (folder !== 'folder') throw cannotWrite(name, 'The folder does not exist.')
  if ((await kindOf(path)) === 'folder') throw cannotWrite(name, 'It is a folder.')
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'nothing'
  }
}

/** A reader never sees half a file: it appears under its name when it is whole. */
export async function writeWhole({ name, path }: NamedFile, text: string | Iterable<string>): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, text)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true })
    throw cannotWrite(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

export function cannotWrite(name: string, why: string, cause?: unknown): HoldfastError {
  const next = 'Name a file in a folder that exists and that you may write to.'
  return new HoldfastError('config-invalid', { what: `${name} cannot be written.`, why, next, cause })
}

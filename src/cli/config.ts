import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { HoldfastError } from '../core/errors.ts'
import type { configSchema } from './config-schema.ts'

export type Config = z.infer<typeof configSchema>

const fileName = 'holdfast.yaml'
const sizeLimit = 1024 * 1024

/** The file named, or `holdfast.yaml` found upward from the folder; undefined when there is none. */
export function findConfig(cwd: string, named?: string): string | undefined {
  if (named) return resolve(cwd, named)
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, fileName)
    if (isFile(candidate)) return candidate
    if (folder === dirname(folder)) return undefined
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Reads and checks the configuration; no file is an empty one. Errors name line and column. */
export async function loadConfig(cwd: string, named?: string): Promise<Config> {
  const path = findConfig(cwd, named)
  if (!path) return {}
  const { parseConfig } = await import('./config-parse.ts')
  const config = parseConfig(read(path), path)
  // A relative folder is relative to the file, so that a command means the same in every folder below it.
  const fromFile = (place: string) => (/^(s3|file):/.test(place) ? place : resolve(dirname(path), place))
  const { vault, journal } = config
  return {
    ...config,
    ...(vault && { vault: fromFile(vault) }),
    ...(journal && { journal: fromFile(journal) }),
  }
}

function read(path: string): string {
  try {
    if (statSync(path).size > sizeLimit) throw new Error('it is larger than 1 MiB')
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HoldfastError('config-invalid', {
      what: `Cannot read ${path}`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'Give the path of a holdfast.yaml with --config, or leave --config out.',
      cause,
    })
  }
}

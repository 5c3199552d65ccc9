import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { HoldfastError } from '../../core/errors.ts'
import { recordsIn } from './event-records.ts'
import { readTrailEvent } from './trail-event.ts'
import { type Usage, UsageCount } from './usage.ts'

/** Of one file, unpacked: more is no log file of CloudTrail, which are some megabytes each. */
const mostBytes = 512 * 1024 * 1024

/**
 * What log files of CloudTrail (JSON, also packed with gzip), lists of events or exports of Athena (CSV) have of a
 * principal. Folders are searched, one file after the other.
 */
export async function readUsage(
  paths: readonly string[],
  { principal, signal }: { principal: string; signal: AbortSignal },
): Promise<Omit<Usage, 'lastAccessed'>> {
  const count = new UsageCount(principal)
  for (const path of paths)
    for await (const file of filesIn(path)) {
      for (const record of recordsIn(await textIn(file, signal), file)) {
        const event = readTrailEvent(record)
        if (event) count.add(event)
      }
    }
  const { earliest, latest, events, used } = count
  if (earliest === undefined || latest === undefined) throw nothingIn(paths)
  return {
    ...{ principal, source: 'files', from: earliest, to: latest },
    ...{ events, complete: true, regions: [], used },
  }
}

/** Digest files of CloudTrail hold no events. */
async function* filesIn(path: string): AsyncGenerator<string> {
  const found = await orUnreadable(stat(path), path)
  if (!found.isDirectory()) {
    yield path
    return
  }
  for (const name of (await orUnreadable(readdir(path), path)).sort()) {
    const inner = join(path, name)
    const isFolder = (await orUnreadable(stat(inner), inner)).isDirectory()
    if (isFolder && name !== 'CloudTrail-Digest') yield* filesIn(inner)
    else if (/\.(json|jsonl|ndjson|csv)(\.gz)?$/.test(name)) yield inner
  }
}

async function textIn(file: string, signal: AbortSignal): Promise<string> {
  const bytes = createReadStream(file, { signal })
  const stream = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  bytes.on('error', (error) => stream.destroy(error))
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of stream) {
      size += (part as Buffer).length
      if (size > mostBytes) throw tooLong(file)
      parts.push(part as Buffer)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof HoldfastError ? error : unreadable(file, error)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function orUnreadable<T>(work: Promise<T>, path: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${path} cannot be read.`,
    next: 'Name a file or folder that exists, and that is what its name says.',
    cause,
  })
}

function tooLong(file: string): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${file} is longer than 512 MiB.`,
    next: 'Give the log files as CloudTrail writes them, or cut the export.',
  })
}

function nothingIn(paths: readonly string[]): HoldfastError {
  return new HoldfastError('nothing-matches', {
    what: `No call to ECR in ${paths.join(', ')}.`,
    next: 'Give log files of CloudTrail, or an export with eventsource = ecr.amazonaws.com.',
  })
}

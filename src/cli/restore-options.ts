import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Digest, isDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import type { SavedPlan } from '../restore/plan-file.ts'
import { parseRename } from '../restore/rename.ts'
import type { RestoreOptions, RestorePlan } from '../restore/report.ts'
import { type CommandOptions, option } from './command.ts'
import type { CommandContext } from './context.ts'

/** What the command line and the configuration say of a restore. */
export function restoreOptions(context: CommandContext, options: CommandOptions): RestoreOptions {
  const given = {
    repositories: option.list(options, 'repository') ?? context.config.repositories,
    tags: option.list(options, 'tag'),
    digests: option.list(options, 'digest')?.map(parseDigest),
    renames: option.list(options, 'rename')?.map(parseRename),
    prefix: option.text(options, 'prefix'),
    settings: option.text(options, 'settings'),
    kmsKey: option.text(options, 'kmsKey'),
    registrySettings: option.flag(options, 'registrySettings'),
    overwriteTags: option.flag(options, 'overwriteTags'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new HoldfastError('usage', {
    what: `Not a digest: ${JSON.stringify(text)}`,
    next: 'A digest is sha256: and 64 hex digits, as `holdfast history REPOSITORY:TAG` shows it.',
  })
}

/** What a plan has decided already. */
const decided = [
  'from',
  'repository',
  'tag',
  'digest',
  'rename',
  'prefix',
  'settings',
  'kmsKey',
  'registrySettings',
  'overwriteTags',
]

/** The plan of `--plan`; undefined when a snapshot is named instead. */
export async function savedPlan(
  context: CommandContext,
  options: CommandOptions,
  snapshot: string | undefined,
): Promise<SavedPlan | undefined> {
  const file = option.text(options, 'plan')
  if (file === undefined) {
    if (snapshot === undefined) throw mistaken('missing required argument: a snapshot, or --plan')
    return undefined
  }
  const other = [...decided, 'planOut'].find((name) => options[name] !== undefined)
  if (snapshot !== undefined || other) throw mistaken('A plan says all of it already: leave the rest out.')
  const { parsePlan } = await import('../restore/plan-file.ts')
  return parsePlan(await textOf(resolve(context.io.cwd, file), file), file)
}

export async function writePlan(context: CommandContext, file: string, plan: RestorePlan): Promise<void> {
  try {
    await writeFile(resolve(context.io.cwd, file), `${JSON.stringify(plan, null, 2)}\n`)
  } catch (cause) {
    const next = 'Name a file in a folder that exists and that you may write to.'
    throw new HoldfastError('config-invalid', { what: `${file} cannot be written.`, next, cause })
  }
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new HoldfastError('config-invalid', {
      what: `${file} cannot be read.`,
      next: 'Make a plan: holdfast restore SNAPSHOT --plan-out FILE',
      cause,
    })
  }
}

function mistaken(what: string): HoldfastError {
  const next = 'See: holdfast help restore. Examples: holdfast restore latest  holdfast restore --plan FILE'
  return new HoldfastError('usage', { what, next })
}

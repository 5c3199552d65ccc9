import { type Digest, isDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { parseRename } from '../restore/rename.ts'
import type { RestoreOptions } from '../restore/report.ts'
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

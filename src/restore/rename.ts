import { HoldfastError } from '../core/errors.ts'
import { isRepositoryName } from '../core/reference.ts'
import type { RestoreOptions } from './report.ts'

/** `from` and `to` are whole names, or both end in `/` and are the beginnings of names. */
export interface Rename {
  from: string
  to: string
}

/** `old=new`, or `team/=other/` for everything below. */
export function parseRename(text: string): Rename {
  const [from = '', to = '', more] = text.split('=')
  const prefixes = from.endsWith('/') === (to === '' || to.endsWith('/'))
  if (from !== '' && more === undefined && prefixes && (to !== '' || from.endsWith('/'))) return { from, to }
  throw new HoldfastError('usage', {
    what: `Not a renaming: ${JSON.stringify(text)}`,
    why: 'It is OLD=NEW: two names of repositories, or two beginnings of names that both end in /.',
    next: 'Examples: --rename shop/api=shop/api-old  --rename shop/=restored/shop/',
  })
}

/**
 * Name in the snapshot -> name at the target. A whole name counts more than a beginning, a longer beginning more than a
 * shorter one; the prefix is put before the result. Refuses what would not be a name, two repositories that would become
 * one, and renamings of what is not restored.
 */
export function targetNames(
  names: readonly string[],
  { renames = [], prefix = '' }: Pick<RestoreOptions, 'renames' | 'prefix'>,
): Map<string, string> {
  const used = new Set<Rename>()
  const result = new Map<string, string>()
  const taken = new Map<string, string>()
  for (const name of names) {
    const rename = renameOf(name, renames)
    if (rename) used.add(rename)
    const into = `${prefix}${rename ? rename.to + name.slice(rename.from.length) : name}`
    const other = taken.get(into)
    if (other !== undefined) throw collision(into, [other, name])
    if (into !== name && !isRepositoryName(into)) throw notAName(name, into)
    taken.set(into, name)
    result.set(name, into)
  }
  const idle = renames.filter((rename) => !used.has(rename))
  if (idle.length > 0) throw unmatched(idle)
  return result
}

function renameOf(name: string, renames: readonly Rename[]): Rename | undefined {
  const beginnings = renames.filter(({ from }) => from.endsWith('/') && name.startsWith(from))
  const longest = beginnings.sort((a, b) => b.from.length - a.from.length)[0]
  return renames.find(({ from }) => from === name) ?? longest
}

function collision(into: string, names: string[]): HoldfastError {
  return new HoldfastError('restore-refused', {
    what: `Both ${names.join(' and ')} would be restored into ${into}. Nothing was changed.`,
    next: 'Give them different names with --rename, or restore one of them only: --repository.',
  })
}

function notAName(name: string, into: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `${name} would become ${JSON.stringify(into)}, which is not a name of a repository.`,
    next: 'Names are lower case, with / . _ - between their parts, and have 2 to 256 characters.',
  })
}

function unmatched(idle: readonly Rename[]): HoldfastError {
  return new HoldfastError('nothing-matches', {
    what: `Nothing that is restored is called ${idle.map(({ from }) => JSON.stringify(from)).join(', ')}, so it cannot be renamed.`,
    why: 'To restore it under its old name after all would be a surprise.',
    next: '`holdfast snapshots SNAPSHOT` lists the names; a beginning of names ends in /.',
  })
}

import { HoldfastError } from './errors.ts'
import { matchesAny, matchesGlob } from './glob.ts'
import type { Log } from './run.ts'

/**
 * The names that match one of the patterns; all of them where no pattern is given. A pattern that matches nothing is
 * a typing error, or what it named is gone: that is told, and where nothing at all is left, refused. A gate or a
 * backup of nothing must not look like success.
 */
export function selectNames(
  patterns: readonly string[] | undefined,
  names: readonly string[],
  { where, log }: { where: string; log: Log },
): string[] {
  if (!patterns?.length) return [...names]
  const idle = patterns.filter((pattern) => !names.some((name) => matchesGlob(pattern, name)))
  if (idle.length === patterns.length) throw nothingMatches(patterns, names, where)
  for (const pattern of idle) log.warn(`No repository of ${where} matches ${JSON.stringify(pattern)}.`)
  return names.filter((name) => matchesAny(patterns, name))
}

function nothingMatches(patterns: readonly string[], names: readonly string[], where: string): HoldfastError {
  const shown = names.slice(0, 5).join(', ')
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return new HoldfastError('nothing-matches', {
    what: `No repository of ${where} matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')}`,
    why: names.length > 0 ? `It has ${shown}${rest}.` : 'It has no repositories at all.',
    next: "Check the spelling, the account and the Region; * stands for any characters: --repository 'shop/*'",
  })
}

import type { CompiledStatement } from './statement.ts'
import { no } from './truth.ts'
import type { PreparedRequest } from './weigh.ts'
import { tellsOf } from './who-keys.ts'

/** What keeps a stranger out of an Allow for everybody: its conditions that do not hold, or the Denies that hit. */
export function limitWords(
  allow: CompiledStatement,
  denies: readonly CompiledStatement[],
  { context }: PreparedRequest,
): string[] {
  const failing = allow.conditions.filter(({ test }) => test(context) === no)
  if (failing.length > 0) return failing.map(({ source }) => wordsFor(source))
  const hitting = denies.filter(({ conditions }) => conditions.every(({ test }) => test(context) !== no))
  return hitting.slice(0, 1).flatMap(({ conditions }) => {
    const who = conditions.filter(({ source }) => tellsOf(source.key.toLowerCase()) !== undefined)
    return who.length > 0 ? who.map(({ source }) => wordsFor(source)) : ['a Deny for everybody']
  })
}

/** `aws:PrincipalOrgID o-abc1234567`. */
function wordsFor({ key, values }: { key: string; values: readonly string[] }): string {
  return [key, ...values.slice(0, 3)].join(' ')
}

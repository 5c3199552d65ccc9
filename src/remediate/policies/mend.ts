import type { Verdict } from '../../controls/control.ts'
import { type RawStatement, statementsOf, withStatements } from './document.ts'

/** What may stand in the place of a statement; undefined: this way is not for it. An empty list: it goes. */
export type Way = (statement: RawStatement) => RawStatement[] | undefined

interface Mending {
  /** What the control says of the policy with this text; null: there is none. */
  judge(text: string | null): Verdict
  /** Statements that it finds wrong, by name; a control that names none is asked about every one. */
  wrong(verdict: Verdict): string[] | undefined
  /** The smallest first. */
  ways: readonly Way[]
}

/**
 * The smallest edit, statement by statement, after which the control finds nothing wrong: of each statement that it
 * names, the first way that it accepts; all other statements stay as they are. Undefined when no way helps. The control
 * itself judges every attempt. Where another statement is not clear to it, the end may be `unknown`, and never a fail.
 */
export function mend(text: string | null, { judge, wrong, ways }: Mending): string | null | undefined {
  let current = text
  for (;;) {
    if (current === null) return judge(null).status === 'fail' ? undefined : null
    const verdict = judge(current)
    if (verdict.status !== 'fail') return current
    const names = wrong(verdict) ?? statementsOf(current).map(({ name }) => name)
    const better = firstBetter(current, names, { judge, wrong, ways })
    if (better === undefined) return undefined
    current = better
  }
}

function firstBetter(
  text: string,
  names: readonly string[],
  { judge, wrong, ways }: Mending,
): string | null | undefined {
  const before = flaws(judge(text), wrong)
  let unclear: { edited: string | null } | undefined
  for (const [place, { name, statement }] of statementsOf(text).entries()) {
    if (!names.includes(name)) continue
    for (const way of ways) {
      const others = way(statement)
      if (others === undefined) continue
      const edited = withStatements(text, (_, at) => (at === place ? others : undefined))
      const verdict = judge(edited)
      if (flaws(verdict, wrong) >= before) continue
      if (verdict.status !== 'unknown') return edited
      unclear ??= { edited }
    }
  }
  return unclear?.edited
}

/** Fewer is better: what it still names, and one more as long as it fails at all. */
function flaws(verdict: Verdict, wrong: Mending['wrong']): number {
  if (verdict.status !== 'fail') return verdict.status === 'unknown' ? 0.5 : 0
  const listed = wrong(verdict)?.length ?? lengthOf(verdict.evidence)
  return 1 + listed
}

function lengthOf(evidence: Verdict['evidence']): number {
  return Object.values(evidence ?? {}).reduce<number>(
    (sum, one) => sum + (Array.isArray(one) ? one.length : 0),
    0,
  )
}

/** `statement` of each member of a list in the evidence. */
export function namedIn(key: string): Mending['wrong'] {
  return ({ evidence }) => {
    const list = evidence?.[key]
    if (!Array.isArray(list)) return undefined
    return list.map((one: { statement?: unknown }) => String(one.statement))
  }
}

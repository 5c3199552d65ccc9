import { anyRun, globTruth } from '../glob.ts'
import { both, maybe, no, type Truth, yes } from '../truth.ts'
import { fill, readTemplate, type Template } from '../variables.ts'
import type { Family, Matcher } from './matcher.ts'
import { anyOf } from './text.ts'

/** Six sections; the last keeps its colons. */
export function sectionsOf(text: string): string[] {
  const parts = text.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** ArnEquals knows wildcards, just as ArnLike; none reaches into the next section. */
function compileOne(template: Template, withoutValue: Truth): Matcher {
  return (value, context): Truth => {
    const found = fill(template, context)
    if (found === null) return withoutValue
    const truth = arnTruth(found.text, value)
    return found.certain ? truth : both(truth, maybe)
  }
}

/** Assumption: a star alone is every ARN, as it is for a Resource. */
function arnTruth(pattern: string, value: string): Truth {
  if (pattern === anyRun) return yes
  const wanted = sectionsOf(pattern)
  const sections = sectionsOf(value)
  if (wanted.length !== 6 || sections.length !== 6) return no
  return wanted.reduce<Truth>((so, each, at) => both(so, globTruth(each, sections[at] ?? '')), yes)
}

const compile: Family['compile'] = ({ values, variables, negated }) =>
  anyOf(
    values.map((value) =>
      compileOne(readTemplate(value, { variables, wildcards: true }), negated ? maybe : no),
    ),
  )

export const arnFamilies: Record<string, Family> = {
  arnequals: { compile, words: 'is like' },
  arnlike: { compile, words: 'is like' },
  arnnotequals: { compile, words: 'is like', negated: true },
  arnnotlike: { compile, words: 'is like', negated: true },
}

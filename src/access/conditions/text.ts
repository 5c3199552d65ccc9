import { compileGlob, globTruth, unknownRest } from '../glob.ts'
import { either, maybe, no, type Truth, truthOf } from '../truth.ts'
import { constantOf, fill, readTemplate, type Template } from '../variables.ts'
import type { Family, Matcher } from './matcher.ts'

type Kind = 'equals' | 'ignoring case' | 'like'

function compile(kind: Kind): Family['compile'] {
  return ({ values, variables, negated }) => {
    const templates = values.map((value) => readTemplate(value, { variables, wildcards: kind === 'like' }))
    const constants = templates.map(constantOf)
    if (constants.includes(undefined))
      return anyOf(templates.map((one) => filled(one, kind, negated ? maybe : no)))
    return anyOf(constants.map((pattern = '') => constant(pattern, kind)))
  }
}

export function anyOf(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers
  if (only && matchers.length === 1) return only
  return (value, context) => matchers.reduce<Truth>((so, one) => either(so, one(value, context)), no)
}

function constant(pattern: string, kind: Kind): Matcher {
  const lower = pattern.toLowerCase()
  const glob = compileGlob(pattern)
  return (value) => {
    if (value.endsWith(unknownRest)) return globTruth(pattern, value)
    return truthOf(kind === 'ignoring case' ? value.toLowerCase() === lower : glob(value))
  }
}

/** A variable without a value spoils the statement or equals nothing: no match either way, but what of "is not"? */
function filled(template: Template, kind: Kind, withoutValue: Truth): Matcher {
  return (value, context) => {
    const found = fill(template, context)
    if (found === null) return withoutValue
    const { text, certain } = found
    if (certain && kind === 'equals' && !value.endsWith(unknownRest)) return truthOf(text === value)
    const truth =
      kind === 'ignoring case' ? globTruth(text.toLowerCase(), value.toLowerCase()) : globTruth(text, value)
    return certain ? truth : truth === no ? no : maybe
  }
}

export const textFamilies: Record<string, Family> = {
  stringequals: { compile: compile('equals'), words: 'is' },
  stringnotequals: { compile: compile('equals'), words: 'is', negated: true },
  stringequalsignorecase: { compile: compile('ignoring case'), words: 'is, in any case,' },
  stringnotequalsignorecase: { compile: compile('ignoring case'), words: 'is, in any case,', negated: true },
  stringlike: { compile: compile('like'), words: 'is like' },
  stringnotlike: { compile: compile('like'), words: 'is like', negated: true },
}

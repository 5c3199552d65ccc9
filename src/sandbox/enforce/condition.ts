import { listOf } from '../policy-match.ts'
import { type Keys, variablesFrom } from './keys.ts'
import { operators, type Test } from './operators.ts'
import type { Variables } from './wildcard.ts'

/** `unclear`: an operator, a key or a value that nobody here can judge. */
export type Verdict = 'holds' | 'fails' | 'unclear'

/** Every key of every operator must hold. What fails for certain fails, whatever else is unclear. */
export function judgeCondition(condition: unknown, keys: Keys, options: { variables: boolean }): Verdict {
  if (condition === undefined) return 'holds'
  if (typeof condition !== 'object' || condition === null) return 'unclear'
  const variables = options.variables ? variablesFrom(keys) : undefined
  const verdicts = Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries((tests ?? {}) as Record<string, unknown>).map(([key, wanted]) =>
      judgeKey({ operator, key, wanted: listOf(wanted).map(String), variables }, keys),
    ),
  )
  if (verdicts.includes('fails')) return 'fails'
  return verdicts.includes('unclear') ? 'unclear' : 'holds'
}

interface Line {
  operator: string
  key: string
  wanted: readonly string[]
  variables: Variables | undefined
}

function judgeKey({ operator, key, wanted, variables }: Line, keys: Keys): Verdict {
  const { quantifier, name, ifExists } = takenApart(operator)
  const given = keys(key)
  if (given === undefined) return 'unclear'
  const absent = given.length === 0
  if (name === 'null') return judgeNull(absent, wanted)
  const found = operators.get(name)
  if (!found) return 'unclear'
  const { test, negated = false } = found
  if (absent) {
    if (ifExists || quantifier === 'forallvalues') return 'holds'
    return negated && quantifier === undefined ? 'holds' : 'fails'
  }
  return judgeValues({ given, wanted, quantifier, negated, test, variables })
}

/** `ForAnyValue:StringLikeIfExists` in its three parts, in lower case. */
function takenApart(operator: string) {
  const [, quantifier, name = '', end] =
    /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(operator.toLowerCase()) ?? []
  return { quantifier, name, ifExists: end !== undefined }
}

function judgeNull(absent: boolean, wanted: readonly string[]): Verdict {
  if (!wanted.every((each) => /^(true|false)$/i.test(each))) return 'unclear'
  return wanted.some((each) => (each.toLowerCase() === 'true') === absent) ? 'holds' : 'fails'
}

interface Comparison {
  given: readonly string[]
  wanted: readonly string[]
  quantifier: string | undefined
  negated: boolean
  test: Test
  variables: Variables | undefined
}

/** Several values of a key without a quantifier: one that matches is enough, and a negated operator wants none. */
function judgeValues({ given, wanted, quantifier, negated, test, variables }: Comparison): Verdict {
  const meets = (value: string): boolean | undefined => {
    const results = wanted.map((each) => test(value, each, variables))
    if (results.includes(true)) return !negated
    return results.includes(undefined) ? undefined : negated
  }
  const results = given.map(meets)
  if (results.includes(undefined)) return 'unclear'
  const all = quantifier === 'forallvalues' || (quantifier === undefined && negated)
  const holds = all ? results.every(Boolean) : results.some(Boolean)
  return holds ? 'holds' : 'fails'
}

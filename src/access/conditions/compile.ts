import { type Context, lookUp } from '../context.ts'
import { type Operator, readOperator } from '../operator.ts'
import type { Condition } from '../policy.ts'
import { both, either, maybe, no, opposite, type Truth, yes } from '../truth.ts'
import { readTemplate } from '../variables.ts'
import { addressFamilies } from './address.ts'
import { arnFamilies } from './arn.ts'
import { binaryFamilies } from './binary.ts'
import { boolFamilies } from './bool.ts'
import { dateFamilies } from './date.ts'
import type { Family, Matcher } from './matcher.ts'
import { compileNull } from './null.ts'
import { numberFamilies } from './number.ts'
import { textFamilies } from './text.ts'

export interface CompiledCondition {
  source: Condition
  operator: Operator
  /** In lower case: the one that it is on, and those of the variables in its values. */
  keys: readonly string[]
  /** Undefined: an operator that is not known here, which is never taken for a yes nor for a no. */
  family: Family | undefined
  test: (context: Context) => Truth
}

const families = new Map<string, Family>(
  Object.entries({
    ...textFamilies,
    ...numberFamilies,
    ...dateFamilies,
    ...boolFamilies,
    ...binaryFamilies,
    ...addressFamilies,
    ...arnFamilies,
  }),
)

export function compileCondition(source: Condition, variables: boolean): CompiledCondition {
  const operator = readOperator(source.operator)
  const family = families.get(operator.name)
  const key = source.key.toLowerCase()
  const keys = variables ? [key, ...variablesIn(source.values)] : [key]
  return { source, operator, keys, family, test: compileTest(source, { key, operator, family, variables }) }
}

function variablesIn(values: readonly string[]): string[] {
  return values.flatMap((value) =>
    value.includes('\u0024{')
      ? readTemplate(value, { variables: true, wildcards: false }).flatMap((piece) =>
          'key' in piece ? piece.key : [],
        )
      : [],
  )
}

interface Parts {
  key: string
  operator: Operator
  family: Family | undefined
  variables: boolean
}

function compileTest(
  { values }: Condition,
  { key, operator, family, variables }: Parts,
): (context: Context) => Truth {
  const isPlain = !operator.ifExists && operator.set === undefined
  if (operator.name === 'null' && isPlain && values.length > 0) return compileNull(key, values)
  if (!family) return () => maybe
  // What no values at all mean is not promised; an absent key is compared with none anyway.
  const none: Matcher = () => maybe
  const fits =
    values.length > 0 ? family.compile({ values, variables, negated: family.negated === true }) : none
  const matcher: Matcher = family.negated
    ? (value, context) => opposite(fits(value, context))
    : (value, context) => fits(value, context)
  return (context) => {
    const found = lookUp(context, key)
    if (found === undefined) return maybe
    if (found === null || found.length === 0) return whenAbsent(operator, family)
    const [only] = found
    if (found.length === 1 && only !== undefined) return matcher(only, context)
    return ofMany(
      found.map((value) => matcher(value, context)),
      operator,
    )
  }
}

/** ecr-facts 6.3. Assumption: what ForAnyValue with IfExists makes of an absent key is said in two ways: maybe. */
function whenAbsent({ set, ifExists }: Operator, { negated }: Family): Truth {
  if (set === 'ForAllValues') return yes
  if (set === 'ForAnyValue') return ifExists ? maybe : no
  return ifExists || negated ? yes : no
}

/** Without ForAllValues or ForAnyValue IAM does not promise which value of several it takes. */
function ofMany(truths: readonly Truth[], { set }: Operator): Truth {
  const all = truths.reduce<Truth>(both, yes)
  const any = truths.reduce<Truth>(either, no)
  if (set === 'ForAllValues') return all
  if (set === 'ForAnyValue') return any
  return all === any ? all : maybe
}

import { isAlwaysThere } from './condition-words.ts'
import { type Operator, readOperator } from './operator.ts'
import type { Condition, Statement } from './policy.ts'
import { isFirmValue, tellsOf, unknownIn } from './who-keys.ts'

/**
 * Why the conditions of an Allow for everybody keep nobody out, each in words. That they do not is for the evaluator to
 * say; a condition that does what it says has none.
 */
export function trapWords(statement: Statement): string[] {
  return statement.conditions.flatMap((condition) => {
    const why = unknownIn(condition) === undefined ? whyOpen(condition, statement) : undefined
    return why === undefined ? [] : [`${condition.operator} ${condition.key} ${why}`]
  })
}

function whyOpen(condition: Condition, statement: Statement): string | undefined {
  const operator = readOperator(condition.operator)
  const key = condition.key.toLowerCase()
  if (tellsOf(key) === undefined) return 'does not say who calls'
  if (operator.negated) return 'names whom it keeps out and lets in all others'
  if (operator.name === 'null') return 'only asks whether the key is there'
  if (!comparesWho(operator)) return 'does not compare what the key holds'
  if (mayBeAbsent(operator, key) && !demandsKey(statement, condition.key)) return absent
  const open = condition.values.find((value) => !isFirmValue(key, value, operator))
  return open === undefined ? undefined : everybodys(open)
}

const absent = 'also holds when the key is absent'
const everybodys = (value: string) => `accepts ${JSON.stringify(value)}, which is everybody's`

/**
 * Why a condition of an Allow that names its principals holds more often than it looks; undefined when it says what it
 * means. What a key compares is no matter here: a condition on a tag is one.
 */
export function emptinessOf(condition: Condition, statement: Statement): string | undefined {
  if (unknownIn(condition) !== undefined) return undefined
  const why = whyEmpty(condition, statement)
  return why === undefined ? undefined : `${condition.operator} ${condition.key} ${why}`
}

function whyEmpty({ operator: text, key, values }: Condition, statement: Statement): string | undefined {
  const operator = readOperator(text)
  const name = key.toLowerCase()
  const isAboutWho = tellsOf(name) !== undefined
  if (mayBeAbsent(operator, name) && !demandsKey(statement, key)) return absent
  if (operator.negated) return isAboutWho ? 'names whom it keeps out and lets in all others' : undefined
  const isWholeInternet = (value: string) => name === 'aws:sourceip' && !isFirmValue(name, value, operator)
  const open = values.find((value) => (operator.wildcards && /^\*+$/.test(value)) || isWholeInternet(value))
  return open === undefined ? undefined : everybodys(open)
}

function comparesWho({ name }: Operator): boolean {
  return /^(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress)$/.test(name)
}

function mayBeAbsent({ ifExists, set }: Operator, key: string): boolean {
  return (ifExists || set === 'ForAllValues') && !isAlwaysThere(key)
}

/** `Null: {key: "false"}` beside it takes the hole out of IfExists and ForAllValues. */
function demandsKey(statement: Statement, key: string): boolean {
  return statement.conditions.some(
    (other) =>
      readOperator(other.operator).name === 'null' &&
      other.key.toLowerCase() === key.toLowerCase() &&
      other.values.every((value) => value.toLowerCase() === 'false'),
  )
}

import type { CompiledCondition } from './compile.ts'

const most = 5

/** A condition as a part of a sentence: when it holds, or when it does not. */
export function conditionWords({ source, operator, family }: CompiledCondition, holds: boolean): string {
  const { key, values } = source
  if (operator.name === 'null' && operator.set === undefined && !operator.ifExists)
    return nullWords(key, values, holds)
  if (!family) return `${source.operator} on ${key}, an operator that is not known here, ${outcome(holds)}`
  if (values.length === 0) return `${source.operator} on ${key}, which has no values, ${outcome(holds)}`
  const isPositive = (family.negated !== true) === holds
  const compared = `${isPositive ? family.words : negation(family.words)} ${listed(values, isPositive)}`
  const subject = { ForAllValues: 'every', ForAnyValue: 'some', none: '' }[operator.set ?? 'none']
  if (subject !== '') return `${setSubject(subject, holds)} value of ${key} ${compared}`
  if (operator.ifExists) return holds ? `${key} ${compared} or is absent` : `${key} is there and ${compared}`
  return `${key} ${compared}`
}

function setSubject(subject: string, holds: boolean): string {
  if (holds) return subject
  return subject === 'every' ? 'some' : 'every'
}

function outcome(holds: boolean): string {
  return holds ? 'holds' : 'does not hold'
}

function nullWords(key: string, values: readonly string[], holds: boolean): string {
  const wanted = new Set(values.map((value) => value.toLowerCase()))
  if (wanted.size !== 1 || !(wanted.has('true') || wanted.has('false')))
    return `Null on ${key}, with values that are not known here, ${outcome(holds)}`
  return wanted.has('true') === holds ? `${key} is absent` : `${key} is there`
}

function negation(words: string): string {
  return words.replace(/^is\b/, 'is not')
}

function listed(values: readonly string[], isPositive: boolean): string {
  const shown = values.slice(0, most).map((value) => value.slice(0, 200))
  const text = shown.join(isPositive ? ' or ' : ' nor ')
  return values.length > most ? `${text} (and ${values.length - most} more)` : text
}

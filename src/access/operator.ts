/** An operator of a condition, taken apart. */
export interface Operator {
  set: 'ForAllValues' | 'ForAnyValue' | undefined
  /** In lower case, without what stands before and behind it. */
  name: string
  ifExists: boolean
  negated: boolean
  wildcards: boolean
}

export function readOperator(text: string): Operator {
  const match = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(text.toLowerCase())
  const name = match?.[2] ?? ''
  return {
    set: match?.[1] ? (match[1] === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue') : undefined,
    name,
    ifExists: match?.[3] !== undefined,
    negated: /^(stringnot|notipaddress|arnnot)/.test(name),
    wildcards: /like$|^arn/.test(name),
  }
}

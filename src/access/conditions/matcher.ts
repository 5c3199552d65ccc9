import type { Context } from '../context.ts'
import type { Truth } from '../truth.ts'

/** Whether one value of a request fits any of the values in the policy. */
export type Matcher = (value: string, context: Context) => Truth

export interface Comparing {
  values: readonly string[]
  /** The policy's version knows variables. */
  variables: boolean
  /** The operator turns the comparison round. */
  negated: boolean
}

export interface Family {
  /** The comparison itself, whether or not the operator turns it round. */
  compile: (comparing: Comparing) => Matcher
  /** As in a sentence: the key *is*, *is below*, ... */
  words: string
  /** StringNotEquals and its like hold when the comparison does not. */
  negated?: true
}

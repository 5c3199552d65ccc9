import { AwsError } from '../../http.ts'
import { compileJson } from './json.ts'
import { BadPattern } from './scanner.ts'
import { compileTerms } from './terms.ts'

/** What a pattern makes of one message: what it looked at, or nothing when the message does not fit. */
export type Matcher = (message: string) => Record<string, string> | undefined

/**
 * The sandbox's own reading of a filter pattern. It shares no code with what the audit makes of the same text, so that
 * one can be held against the other.
 */
export function compilePattern(text: string): Matcher | 'words' {
  const pattern = text.trim()
  if (pattern.startsWith('[')) {
    if (pattern.endsWith(']')) return 'words'
    throw invalidPattern('a bracket is not closed')
  }
  try {
    return pattern.startsWith('{') ? compileJson(pattern) : compileTerms(pattern)
  } catch (error) {
    if (error instanceof BadPattern) throw invalidPattern(error.message)
    throw error
  }
}

function invalidPattern(why: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid metric filter pattern: ${why}`)
}

import jmespath from 'jmespath'
import { HoldfastError } from '../core/errors.ts'

/** `--query`: JMESPath on the document, as AWS CLI users know it. */
export function applyQuery(document: object, query: string): unknown {
  try {
    return jmespath.search(JSON.parse(JSON.stringify(document)), query)
  } catch (cause) {
    throw new HoldfastError('usage', {
      what: `Not a JMESPath query: ${query}`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: "Example: --query 'findings[?status==`fail`].resource'",
      cause,
    })
  }
}

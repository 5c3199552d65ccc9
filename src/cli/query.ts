import jmespath from 'jmespath'
import { HoldfastError } from '../core/errors.ts'

/** `--query`: JMESPath on the document, as AWS CLI users know it. */
export function applyQuery(document: object, query: string): unknown {
  return explained(query, () => jmespath.search(JSON.parse(JSON.stringify(document)), query))
}

/** Whether it can be read at all; whether it fits the document shows with the document. */
export function checkQuery(query: string): void {
  // Its types forget `compile`.
  const { compile } = jmespath as unknown as { compile: (query: string) => unknown }
  explained(query, () => compile(query))
}

function explained<T>(query: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new HoldfastError('usage', {
      what: `Not a JMESPath query: ${query}`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: "Example: --query 'findings[?status==`fail`].resource'",
      cause,
    })
  }
}

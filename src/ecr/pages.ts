import { awsErrorCode } from '../aws/errors.ts'
import { HoldfastError } from '../core/errors.ts'

interface Page {
  nextToken?: string | undefined
}

type Fetch<P> = (token: { nextToken?: string }) => Promise<P>

const restarts = 3

/** Follows page tokens to the end. A token that comes a second time would never end: refused. */
async function* pages<P extends Page>(operation: string, fetch: Fetch<P>): AsyncIterable<P> {
  const seen = new Set<string>()
  let token: string | undefined
  do {
    const page: P = await fetchPage(fetch, token)
    yield page
    token = page.nextToken || undefined
    if (token && seen.has(token)) throw endlessListing(operation)
    if (token) seen.add(token)
  } while (token)
}

async function fetchPage<P>(fetch: Fetch<P>, token: string | undefined): Promise<P> {
  try {
    return await fetch(token ? { nextToken: token } : {})
  } catch (error) {
    // Assumption: a token that went bad in a long listing is an InvalidParameterException (or a ValidationException)
    // of a request that was accepted without it.
    const refused = ['InvalidParameterException', 'ValidationException'].includes(awsErrorCode(error) ?? '')
    throw refused && token ? new BadToken(error) : error
  }
}

class BadToken extends Error {
  constructor(cause: unknown) {
    super('The page token is no longer accepted.', { cause })
  }
}

/** Everything, read again from the start when a page token goes bad, so that nothing is missed or stale. */
export async function listAll<P extends Page, T>(
  operation: string,
  fetch: Fetch<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  for (let attempt = 1; ; attempt++) {
    const found: T[] = []
    try {
      for await (const page of pages(operation, fetch)) found.push(...(items(page) ?? []))
      return found
    } catch (error) {
      if (!(error instanceof BadToken)) throw error
      if (attempt > restarts) throw error.cause
    }
  }
}

/** As `listAll`, but given out page by page; after a restart only what was not given out yet. */
export async function* listEach<P extends Page, T>(
  operation: string,
  fetch: Fetch<P>,
  items: (page: P) => readonly { key: string; value: T }[],
): AsyncIterable<T> {
  const given = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const page of pages(operation, fetch)) {
        for (const { key, value } of items(page)) {
          if (given.has(key)) continue
          given.add(key)
          yield value
        }
      }
      return
    } catch (error) {
      if (!(error instanceof BadToken)) throw error
      if (attempt > restarts) throw error.cause
    }
  }
}

function endlessListing(operation: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what: `ecr:${operation} gave the same page token twice.`,
    why: 'Following it would never end.',
    next: 'Run again; if it happens again the endpoint is broken.',
  })
}

import { isRepositoryName, isTag } from '../core/reference.ts'
import { readJson } from './body.ts'
import { type Answer, type Ask, describe, drop, type Exchange } from './exchange.ts'
import { invalidAnswer, line, refusalBehind } from './failure.ts'
import { givenUrl } from './redirect.ts'

const longestPage = 32 * 1024 * 1024

export function listingCalls(exchange: Exchange) {
  return {
    /** All tags, all pages. A repository that is not there has none. */
    async *tags(repository: string, signal?: AbortSignal): AsyncIterable<string> {
      const to = `/v2/${repository}/tags/list?n=1000`
      const ask = { operation: 'ListTags', method: 'GET', to, repository, access: 'pull', signal } as const
      const given = new Set<string>()
      for await (const page of pages(exchange, { ...ask, ok: [200, 404] })) {
        yield* unseen(given, strings(page, 'tags', isTag, `${repository} has a tag that is none`))
      }
    },

    /** All repositories that the catalog shows. */
    async *repositories(signal?: AbortSignal): AsyncIterable<string> {
      const ask = {
        operation: 'ListRepositories',
        method: 'GET',
        to: '/v2/_catalog?n=1000',
        access: 'pull',
      } as const
      const given = new Set<string>()
      for await (const page of pages(exchange, { ...ask, ok: [200], signal })) {
        yield* unseen(
          given,
          strings(page, 'repositories', isRepositoryName, 'The catalog has a name that is none'),
        )
      }
    },
  }
}

const restarts = 3

/**
 * Follows `Link: <...>; rel="next"` to the end; the token in it is opaque (ecr-facts 4.1). 404 to the first question
 * means that there is no such list. A refused later one means that its token went bad: then the list is read again from
 * the start, so that nothing is missing. Pages may come twice for that: readers must not mind.
 */
export async function* pages(exchange: Exchange, first: Ask): AsyncIterable<Record<string, unknown>> {
  for (let attempt = 1; ; attempt++) {
    try {
      yield* pagesOnce(exchange, first)
      return
    } catch (error) {
      if (!(error instanceof BadToken)) throw error
      if (attempt > restarts) throw error.refusal
    }
  }
}

async function* pagesOnce(exchange: Exchange, first: Ask): AsyncIterable<Record<string, unknown>> {
  const seen = new Set<string>()
  let ask = first
  for (;;) {
    const answer = await exchange.send(ask).catch((error: unknown) => {
      throw seen.size > 0 && isBadToken(error) ? new BadToken(error) : error
    })
    if (answer.status === 404) return drop(answer.body)
    yield await readJson(answer.body, longestPage, describe(ask, answer.url))
    const next = nextPage(answer)
    if (!next) return
    if (seen.has(next.href)) throw invalidAnswer(describe(ask, answer.url), 'The same next page came twice.')
    seen.add(next.href)
    ask = { ...first, ok: [200], to: next }
  }
}

/** Assumption: what a registry says to a token that it does not take any more. */
function isBadToken(error: unknown): boolean {
  return [400, 404, 410, 416].includes(refusalBehind(error)?.status ?? 0)
}

class BadToken extends Error {
  readonly refusal: unknown

  constructor(refusal: unknown) {
    super('The page token is no longer accepted.')
    this.refusal = refusal
  }
}

/** What was not given out before the list began again. */
function* unseen(given: Set<string>, names: readonly string[]): Iterable<string> {
  for (const name of names) {
    if (!given.has(name)) yield name
    given.add(name)
  }
}

function nextPage(answer: Answer): URL | undefined {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(answer.headers['link'] ?? '')?.[1]
  if (link === undefined) return undefined
  const next = givenUrl(answer.url, link)
  if (next.origin === answer.url.origin) return next
  throw invalidAnswer(`A listing of ${answer.url.host} continues at ${next.host}: refused.`)
}

function strings(
  page: Record<string, unknown>,
  member: string,
  isGood: (text: string) => boolean,
  complaint: string,
): string[] {
  const found = page[member] ?? []
  if (!Array.isArray(found)) throw invalidAnswer(`A listing without ${member}.`)
  for (const text of found) {
    if (typeof text !== 'string' || !isGood(text)) {
      throw invalidAnswer(`${complaint}: ${line(JSON.stringify(text), 150)}`)
    }
  }
  return found
}

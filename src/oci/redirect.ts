import { HoldfastError } from '../core/errors.ts'

const hops = 5

/** Where a redirect leads; refused when it loops, leaves https, carries credentials or is no web address. */
export function nextHop(from: URL, location: string | undefined, hop: number): URL {
  if (hop > hops) throw refusedRedirect(from, `It was the ${hop}th in a row.`)
  return givenUrl(from, location)
}

/** A URL that the server gave, resolved against where it was given: an upload, a next page, a redirect. */
export function givenUrl(from: URL, location: string | undefined): URL {
  if (!location || !URL.canParse(location, from.href))
    throw refusedRedirect(from, 'It names no usable address.')
  const url = new URL(location, from)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refusedRedirect(from, `It leads to ${url.protocol}`)
  if (url.protocol === 'http:' && from.protocol === 'https:')
    throw refusedRedirect(from, 'It leads from https to http.')
  if (url.username || url.password) throw refusedRedirect(from, 'It carries a user name or a password.')
  url.hash = ''
  return url
}

function refusedRedirect(from: URL, why: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what: `A redirect of ${from.host} was refused.`,
    why,
    next: 'Correct the registry, or its proxy, so that it names its own address rightly.',
  })
}

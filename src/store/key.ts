import { HoldfastError } from '../core/errors.ts'

const alphabet = /^[A-Za-z0-9._/-]*$/
/** The folder that the folder store keeps unfinished files in. No key lives there, in any store. */
export const temporaryFolder = '.tmp'

/**
 * Refuses every key that could mean something outside the vault, or mean two things in two stores. Keys may come
 * from hostile documents in a vault, so this runs at the first line of every method of every store.
 */
export function checkKey(key: string): void {
  if (!isKey(key)) throw invalid(key)
}

export function isKey(key: string): boolean {
  return key !== '' && !key.endsWith('/') && isPrefix(key) && fits(key)
}

/** The beginning of a key: it may end anywhere, also after a slash. */
export function checkPrefix(prefix: string): void {
  if (!isPrefix(prefix)) throw invalid(prefix)
}

function isPrefix(prefix: string): boolean {
  if (prefix === '') return true
  const segments = prefix.split('/')
  const whole = segments.slice(0, -1)
  return (
    alphabet.test(prefix) &&
    whole.every(isSegment) &&
    !isDots(segments.at(-1)) &&
    segments[0] !== temporaryFolder
  )
}

function isSegment(segment: string): boolean {
  return segment !== '' && !isDots(segment)
}

function isDots(segment: string | undefined): boolean {
  return segment === '.' || segment === '..'
}

/** 255 bytes is the limit of a name in common file systems; 900 leaves room for an S3 prefix (S3 allows 1,024). */
function fits(key: string): boolean {
  return key.length <= 900 && key.split('/').every((segment) => segment.length <= 255)
}

function invalid(key: string): HoldfastError {
  return new HoldfastError('store-key-invalid', {
    what: `Refused a name that no vault uses: ${JSON.stringify(key.slice(0, 200))}`,
    why: 'Names in a vault are relative, separated by single slashes, of letters, digits, dot, dash and underscore.',
    next: 'A document in the vault was probably edited or damaged: run holdfast verify.',
  })
}

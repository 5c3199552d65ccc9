import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../core/errors.ts'
import { isKey } from './key.ts'

export type StoreUrl =
  | { kind: 'folder'; path: string }
  | { kind: 's3'; bucket: string; prefix: string; region?: string; endpoint?: string }

/** `./folder`, `/folder`, `file:FOLDER`, `s3://BUCKET[/PREFIX][?region=REGION&endpoint=URL]`. */
export function parseStoreUrl(text: string): StoreUrl {
  if (text === '' || text.includes('\0')) throw malformed(text, 'It is empty, or holds a zero byte.')
  if (text.startsWith('s3:')) return parseS3(text)
  if (text.startsWith('file:')) return { kind: 'folder', path: folderOfUrl(text) }
  // One letter and a colon is a drive of Windows.
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(text)) throw malformed(text, 'It must be a folder, file: or s3://.')
  return { kind: 'folder', path: text }
}

function folderOfUrl(text: string): string {
  const path = text.startsWith('file://') ? pathOf(text) : text.slice('file:'.length)
  if (path === '') throw malformed(text, 'It names no folder.')
  return path
}

function pathOf(text: string): string {
  try {
    return fileURLToPath(text)
  } catch (error) {
    throw malformed(text, 'file:// must be followed by an absolute path.', error)
  }
}

/** Bucket names of general purpose buckets: 3 to 63 of lower-case letters, digits, dots and dashes. */
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

function parseS3(text: string): StoreUrl {
  const [, bucket = '', path = '', query = ''] = /^s3:\/\/([^/?#]*)([^?#]*)\??([^#]*)$/.exec(text) ?? []
  if (!bucketPattern.test(bucket))
    throw malformed(withoutQuery(text), 'The bucket name is not one that S3 allows.')
  const prefix = path.replace(/^\/|\/$/g, '')
  if (prefix !== '' && !isKey(prefix))
    throw malformed(withoutQuery(text), 'The prefix has an empty, dotted or odd part.')
  return { kind: 's3', bucket, prefix, ...parseQuery(text, query) }
}

function parseQuery(text: string, query: string): { region?: string; endpoint?: string } {
  const values = new URLSearchParams(query)
  const unknown = [...values.keys()].find((name) => name !== 'region' && name !== 'endpoint')
  if (unknown)
    throw malformed(withoutQuery(text), `It has ?${unknown}=; only region and endpoint can be given.`)
  const region = values.get('region')
  const endpoint = values.get('endpoint')
  if (endpoint && !isEndpoint(endpoint))
    throw malformed(withoutQuery(text), 'The endpoint is not an http(s) URL of a host.')
  return { ...(region && { region }), ...(endpoint && { endpoint }) }
}

/** User names and passwords in URLs end up in logs; there is no use for them here. */
function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === ''
}

/** A mistyped URL may hold a secret where it does not belong. */
function withoutQuery(text: string): string {
  return text.split('?')[0] ?? ''
}

function malformed(text: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('usage', {
    what: `Not a vault: ${JSON.stringify(text)}`,
    why,
    next: 'Examples: ./vault  /backup/ecr  file:///backup/ecr  s3://bucket/prefix  "s3://bucket/prefix?region=eu-west-1"',
    cause,
  })
}

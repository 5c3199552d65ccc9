import { isDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { isRepositoryName, isTag } from '../core/reference.ts'
import { parseUse, type RegistryPlace } from './collect/uses/reference.ts'
import type { ImageUse } from './neighbours.ts'

export interface UseFile {
  uses: ImageUse[]
  /** References that name another registry: left out. */
  elsewhere: number
}

/** What a file says about images in use; `name` is how people call the file. */
interface Reading {
  name: string
  /** Absent: references with any host of ECR are taken as this registry's. */
  registry: RegistryPlace | undefined
}

/**
 * Reads a file of images in use, one of: a reference on each line, with who uses it behind it; a JSON list of
 * references or of objects (`image`, or `repository` with `tag` or `digest`, and `by`); an object with such a list as
 * `uses`; what `kubectl get pods -A -o json` prints. What cannot be read is refused: a use that is overlooked is an image lost.
 */
export function parseUseFile(text: string, name: string, registry?: RegistryPlace): UseFile {
  const reading = { name, registry }
  const trimmed = text.replace(/^\ufeff/, '').trimStart()
  const found = /^[[{]/.test(trimmed) ? fromJson(trimmed, reading) : fromLines(text, reading)
  const uses = found.filter((use) => use !== undefined)
  return { uses, elsewhere: found.length - uses.length }
}

type Found = ImageUse | undefined

function fromLines(text: string, reading: Reading): Found[] {
  return text.split(/\r?\n/).flatMap((line, at) => {
    const [reference = '', ...by] = line
      .replace(/^\ufeff/, '')
      .trim()
      .split(/\s+/)
    if (reference === '' || reference.startsWith('#')) return []
    const place = `${reading.name}, line ${at + 1}`
    return [fromReference(reference, { by: by.join(' ') || place, place, what: 'file' }, reading)]
  })
}

function fromJson(text: string, reading: Reading): Found[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw unreadable(reading.name, 'It begins like JSON and is not.', cause)
  }
  if (Array.isArray(document)) return document.map((entry, at) => fromEntry(entry, at, reading))
  const { uses, items } = document as { uses?: unknown; items?: unknown }
  if (Array.isArray(uses)) return uses.map((entry, at) => fromEntry(entry, at, reading))
  if (Array.isArray(items)) return items.flatMap((pod) => fromPod(pod, reading))
  throw unreadable(reading.name, 'It is neither a list, nor has it a list as `uses` or `items`.')
}

type Members = Record<string, unknown>

function fromEntry(entry: unknown, at: number, reading: Reading): Found {
  const place = `${reading.name}, entry ${at + 1}`
  if (typeof entry === 'string') return fromReference(entry, { by: place, place, what: 'file' }, reading)
  const { image, repository, tag, digest, by, what } = (entry ?? {}) as Members
  const user = {
    by: typeof by === 'string' ? by : place,
    place,
    what: typeof what === 'string' ? what : 'file',
  }
  if (typeof image === 'string') return fromReference(image, user, reading)
  const named = { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
  if (isUse(named)) return { source: 'file', ...named, by: user.by, what: user.what }
  throw unreadable(place, 'It names no image: neither `image` nor `repository` with `tag` or `digest`.')
}

/** Both what the pod asks for and what it runs. Images of other registries are normal in a cluster. */
function fromPod(pod: unknown, reading: Reading): Found[] {
  const { metadata, spec, status } = (pod ?? {}) as { metadata?: Members; spec?: Members; status?: Members }
  const by = `pod ${metadata?.['namespace'] ?? 'default'}/${metadata?.['name'] ?? '?'}`
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((name) =>
    list(spec?.[name]),
  )
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((name) => list(status?.[name]))
  return [...containers.map(({ image }) => image), ...statuses.map(({ imageID }) => imageID)].flatMap(
    (image) => {
      // Before a container has started its id is empty; a runtime may tell a digest without a name.
      if (typeof image !== 'string' || !image.includes('/')) return []
      const reference = image.replace(/^[a-z-]+:\/\//, '')
      if (!hasHost(reference)) return [undefined]
      return [fromReference(reference, { by, place: `${reading.name}, ${by}`, what: 'pod' }, reading)]
    },
  )
}

interface User {
  by: string
  what: string
  place: string
}

function fromReference(given: string, { by, what, place }: User, { registry }: Reading): Found {
  const reference = given.replace(/^[a-z-]+:\/\//, '')
  const found = hasHost(reference) ? parseUse(reference, registry ?? placeOf(reference)) : local(reference)
  if (found === undefined) return undefined
  if (!isUse(found))
    throw unreadable(place, `Not a reference of an image: ${JSON.stringify(given.slice(0, 200))}`)
  return { source: 'file', ...found, by, what }
}

/** `shop/api:1.2` without a host is of the registry that is looked at. */
function local(reference: string): Members {
  const [path = '', digest] = reference.split('@')
  const [repository = '', tag] = path.split(':')
  if (digest !== undefined) return { repository, digest, ...(tag && { tag }) }
  return { repository, tag: tag ?? 'latest' }
}

function placeOf(reference: string): RegistryPlace {
  const [, account = '', region = ''] =
    /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(reference) ?? []
  return { account, region }
}

/** The rule of all clients: a first part with a dot or a port is a host. */
function hasHost(reference: string): boolean {
  const slash = reference.indexOf('/')
  return slash > 0 && /[.:]|^localhost$/.test(reference.slice(0, slash))
}

function isUse(
  value: Members | Pick<ImageUse, 'repository' | 'tag' | 'digest'>,
): value is Pick<ImageUse, 'repository' | 'tag' | 'digest'> {
  const { repository, tag, digest } = value
  if (typeof repository !== 'string' || !isRepositoryName(repository)) return false
  if (tag !== undefined && (typeof tag !== 'string' || !isTag(tag))) return false
  if (digest !== undefined && (typeof digest !== 'string' || !isDigest(digest))) return false
  return tag !== undefined || digest !== undefined
}

function list(value: unknown): Members[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : []
}

function unreadable(where: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('config-invalid', {
    what: `${where} is not a list of images in use.`,
    why,
    next: 'One reference on each line, such as shop/api:1.4 or shop/api@sha256:…; or a JSON list; or `kubectl get pods -A -o json`.',
    ...(cause !== undefined && { cause }),
  })
}

import { type Digest, isDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { isIndexType, manifestMediaTypes, mediaType } from './media-types.ts'
import { parseStrictJson } from './strict-json.ts'

/** Where registries and other clients stop too (ecr-facts 1.4, PutImage). */
export const maxManifestBytes = 4 * 1024 * 1024

export interface Descriptor {
  digest: Digest
  /** Absent in manifests of schema 1 only: they do not tell sizes, so ask the registry (HEAD). */
  size?: number
  mediaType: string
}

/** What a manifest refers to. The bytes are the manifest; this is a reading of them and is never written back. */
export interface Manifest {
  /** What to send as Content-Type when the bytes are put: the registry's word, else the document's. */
  mediaType: string
  config?: Descriptor
  /** Blobs beside the config, in order, repeated where the document repeats them. */
  layers: Descriptor[]
  /** Children of an index. */
  manifests: Descriptor[]
  subject?: Descriptor
  artifactType?: string
  /** Foreign layers: named by URL, not held by the registry. Never downloaded. */
  external: Descriptor[]
}

type Json = Record<string, unknown>

const foreignTypes = [
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
]
const imageConfigTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]
const schema1Types: readonly string[] = [mediaType.dockerManifest1, mediaType.dockerManifest1Signed]

/**
 * Reads a manifest strictly: sha256 digests only, sizes that are whole numbers from 0 to 2^53 - 1, no key twice,
 * not both an index and an image. Throws `registry-answer-invalid`.
 */
export function readManifest(bytes: Uint8Array, registryType: string): Manifest {
  if (bytes.byteLength > maxManifestBytes) throw invalid('it is larger than 4 MiB')
  const body = parse(bytes)
  const type = typeOf(body, registryType)
  if (schema1Types.includes(type) || body['schemaVersion'] === 1) return readSchema1(body, type)
  const parts = ['layers', 'manifests', 'blobs'].filter((name) => body[name] !== undefined)
  if (parts.length > 1) throw invalid(`it has both ${parts.join(' and ')}`)
  if (isIndexType(type) !== (parts[0] === 'manifests') && manifestMediaTypes.includes(type)) {
    throw invalid(`its content does not fit its media type ${type}`)
  }
  if (parts.length === 0 && body['config'] === undefined) throw invalid('it refers to nothing')
  return readParts(body, type)
}

function readParts(body: Json, type: string): Manifest {
  const config = body['config'] === undefined ? undefined : descriptor(body['config'], 'config')
  const subject = body['subject'] === undefined ? undefined : descriptor(body['subject'], 'subject')
  const blobs = [...list(body, 'layers'), ...list(body, 'blobs')]
  const all = blobs.map((entry, at) => ({ entry, read: descriptor(entry, `layers[${at}]`) }))
  const artifactType = artifactTypeOf(body, config)
  return {
    mediaType: type,
    ...(config && { config }),
    layers: all.filter(({ entry, read }) => !isForeign(entry, read)).map(({ read }) => read),
    manifests: list(body, 'manifests').map((entry, at) => descriptor(entry, `manifests[${at}]`)),
    ...(subject && { subject }),
    ...(artifactType && { artifactType }),
    external: all.filter(({ entry, read }) => isForeign(entry, read)).map(({ read }) => read),
  }
}

/** Docker schema 1: `fsLayers`, newest first, the same layer often many times; no config blob, no sizes. */
function readSchema1(body: Json, type: string): Manifest {
  const layers = list(body, 'fsLayers').map((entry, at) => {
    const digest = isObject(entry) ? entry['blobSum'] : undefined
    if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`fsLayers[${at}] has no sha256 digest`)
    return { digest, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }
  })
  if (layers.length === 0) throw invalid('it has no fsLayers')
  return { mediaType: type, layers, manifests: [], external: [] }
}

function parse(bytes: Uint8Array): Json {
  let body: unknown
  try {
    body = parseStrictJson(bytes)
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it is not JSON', error)
  }
  if (!isObject(body)) throw invalid('it is not a JSON object')
  return body
}

/** A type that registries use for manifests wins; a general one (application/json) gives way to the document. */
function typeOf(body: Json, registryType: string): string {
  const header = registryType.split(';')[0]?.trim().toLowerCase() ?? ''
  const own = typeof body['mediaType'] === 'string' ? body['mediaType'] : ''
  if (manifestMediaTypes.includes(header)) return header
  return own || (/^application\/vnd\./.test(header) ? header : guessType(body))
}

function guessType(body: Json): string {
  if (body['schemaVersion'] === 1)
    return 'signatures' in body ? mediaType.dockerManifest1Signed : mediaType.dockerManifest1
  return body['manifests'] === undefined ? mediaType.ociManifest : mediaType.ociIndex
}

function descriptor(entry: unknown, where: string): Descriptor {
  if (!isObject(entry)) throw invalid(`${where} is not a descriptor`)
  const { digest, size, mediaType: type } = entry as { digest?: unknown; size?: unknown; mediaType?: unknown }
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`${where} has no sha256 digest`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`${where} has no usable size`)
  }
  return { digest, size, mediaType: typeof type === 'string' ? type : 'application/octet-stream' }
}

function list(body: Json, name: string): unknown[] {
  const found = body[name]
  if (found === undefined || found === null) return []
  if (Array.isArray(found)) return found
  throw invalid(`${name} is not a list`)
}

function isForeign(entry: unknown, { mediaType: type }: Descriptor): boolean {
  const urls = isObject(entry) ? entry['urls'] : undefined
  const foreign = foreignTypes.some(
    (start) => type === start || new RegExp(`^${start.replaceAll('.', '\\.')}[.+]`).test(type),
  )
  return foreign && Array.isArray(urls) && urls.length > 0
}

/** OCI 1.1: the manifest's own, else the type of a config that is not an image's. */
function artifactTypeOf(body: Json, config: Descriptor | undefined): string | undefined {
  if (typeof body['artifactType'] === 'string' && body['artifactType']) return body['artifactType']
  return config && !imageConfigTypes.includes(config.mediaType) ? config.mediaType : undefined
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what: 'A manifest cannot be read.',
    why: `${why[0]?.toUpperCase()}${why.slice(1)}.`,
    next: 'Nothing was stored of it. Push the image again, or leave its repository out.',
    cause,
  })
}

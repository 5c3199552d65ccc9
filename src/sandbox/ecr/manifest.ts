import { isDigest } from '../../core/digest.ts'
import type { Image } from '../world.ts'
import { invalidParameter } from './errors.ts'

/** What another manifest or a blob is called inside a manifest. */
export interface ManifestPart {
  mediaType: string
  digest: string
  size: number
  /** Foreign layers: somebody else serves them, so ECR needs no blob (ecr-facts 4.3). */
  urls?: string[]
}

/** The parts of a manifest that ECR acts upon. Its bytes are kept elsewhere, untouched. */
export interface ParsedManifest {
  kind: 'image' | 'index' | 'artifact' | 'schema1'
  mediaType: string
  config?: ManifestPart
  /** Layers of an image, blobs of an artifact. */
  layers: ManifestPart[]
  /** Manifests that an index names. */
  children: ManifestPart[]
  subject?: ManifestPart
  artifactType?: string
  annotations?: Record<string, string>
}

/** Every type that ECR stores (ecr-facts 4.4). */
const kinds: Record<string, ParsedManifest['kind']> = {
  'application/vnd.oci.image.manifest.v1+json': 'image',
  'application/vnd.docker.distribution.manifest.v2+json': 'image',
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.cncf.oras.artifact.manifest.v1+json': 'artifact',
  'application/vnd.docker.distribution.manifest.v1+json': 'schema1',
  'application/vnd.docker.distribution.manifest.v1+prettyjws': 'schema1',
}

type Json = Record<string, unknown>

/** Takes a manifest apart, or refuses it. `mediaType` is what the client called it, if it did. */
export function parseManifest(bytes: Uint8Array, mediaType?: string): ParsedManifest {
  const document = parseDocument(bytes)
  const type = mediaTypeOf(document, mediaType)
  const kind = kinds[type]
  if (!kind) throw refused(`Unsupported media type: ${type}`)
  if (kind === 'schema1') return { kind, mediaType: type, layers: schema1Layers(document), children: [] }
  if (kind !== 'artifact' && document['schemaVersion'] !== 2) throw refused('schemaVersion must be 2')
  const config = kind === 'image' ? { config: part(document['config'], 'config') } : {}
  const subject = document['subject'] == null ? {} : { subject: part(document['subject'], 'subject') }
  return {
    kind,
    mediaType: type,
    ...config,
    layers: layersOf(kind, document),
    children: kind === 'index' ? parts(document['manifests'], 'manifests') : [],
    ...subject,
    ...(typeof document['artifactType'] === 'string' && { artifactType: document['artifactType'] }),
    ...(isObject(document['annotations']) && { annotations: texts(document['annotations']) }),
  }
}

const parsed = new WeakMap<Image, ParsedManifest>()

/** The parsed manifest of a stored image. A stored manifest never changes, so it is parsed once. */
export function manifestOf(image: Image): ParsedManifest {
  let manifest = parsed.get(image)
  if (!manifest) {
    manifest = parseManifest(Buffer.from(image.manifest), image.mediaType)
    parsed.set(image, manifest)
  }
  return manifest
}

const blobs = new WeakMap<ParsedManifest, readonly string[]>()

/** Every blob that must be in the repository: config and layers, foreign ones left out. */
export function blobsOf(manifest: ParsedManifest): readonly string[] {
  const known = blobs.get(manifest)
  if (known) return known
  const local = manifest.layers.filter((layer) => !layer.urls?.length)
  const all = manifest.config ? [manifest.config, ...local] : local
  const found = [...new Set(all.map((each) => each.digest))]
  blobs.set(manifest, found)
  return found
}

function parseDocument(bytes: Uint8Array): Json {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const document: unknown = JSON.parse(text)
    if (isObject(document)) return document
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw refused('Invalid JSON syntax')
}

/** The type inside the document counts; PutImage needs it from outside when it is missing (ecr-facts 4.4). */
function mediaTypeOf(document: Json, given?: string): string {
  const inside = document['mediaType']
  if (typeof inside === 'string') {
    if (given === undefined || given === inside) return inside
    throw invalidParameter('imageManifestMediaType', `The manifest says that its type is ${inside}`)
  }
  if (given !== undefined) return given
  if (document['schemaVersion'] === 1) return 'application/vnd.docker.distribution.manifest.v1+prettyjws'
  throw invalidParameter('imageManifestMediaType', 'It is required when the manifest has no mediaType')
}

function layersOf(kind: ParsedManifest['kind'], document: Json): ManifestPart[] {
  if (kind === 'image') return parts(document['layers'], 'layers')
  return kind === 'artifact' ? parts(document['blobs'] ?? [], 'blobs') : []
}

function schema1Layers(document: Json): ManifestPart[] {
  const layers = document['fsLayers']
  if (document['schemaVersion'] !== 1 || !Array.isArray(layers)) throw refused('fsLayers is required')
  return layers.map((layer: unknown) => {
    const digest = isObject(layer) ? layer['blobSum'] : undefined
    if (typeof digest !== 'string' || !isDigest(digest)) throw refused('blobSum must be a digest')
    return { mediaType: 'application/vnd.docker.container.image.rootfs.diff+x-gtar', digest, size: 0 }
  })
}

function parts(value: unknown, field: string): ManifestPart[] {
  if (!Array.isArray(value)) throw refused(`${field} must be a list`)
  return value.map((each: unknown, at) => part(each, `${field}[${at}]`))
}

function part(value: unknown, field: string): ManifestPart {
  if (!isObject(value)) throw refused(`${field} is required`)
  const { mediaType, digest, size, urls } = value
  if (typeof mediaType !== 'string' || mediaType === '') throw refused(`${field}.mediaType is required`)
  if (typeof digest !== 'string' || !isDigest(digest))
    throw refused(`${field}.digest must be a sha256 digest`)
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw refused(`${field}.size must be a size`)
  const elsewhere = Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : []
  return { mediaType, digest, size: size as number, ...(elsewhere.length > 0 && { urls: elsewhere }) }
}

function texts(value: Json): Record<string, string> {
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return Object.fromEntries(pairs)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refused(reason: string) {
  return invalidParameter('imageManifest', reason)
}

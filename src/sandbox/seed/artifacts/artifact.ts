import { createHash } from 'node:crypto'

/** Bytes with their address. */
export interface Content {
  mediaType: string
  digest: string
  bytes: Buffer
}

/** A manifest, the blobs that must be there before it, and the manifests that must be there before it. */
export interface Artifact extends Content {
  blobs: readonly Content[]
  /** Children of an index. They are stored untagged, as pushing tools do it. */
  children?: readonly Artifact[]
}

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  platform?: { architecture: string; os: string }
  artifactType?: string
  annotations?: Record<string, string>
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
export const ociIndex = 'application/vnd.oci.image.index.v1+json'
export const emptyJson = 'application/vnd.oci.empty.v1+json'

export function content(mediaType: string, bytes: Buffer): Content {
  return { mediaType, bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` }
}

export function json(mediaType: string, value: unknown): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)))
}

export function descriptorOf(part: Content): Descriptor {
  return { mediaType: part.mediaType, digest: part.digest, size: part.bytes.length }
}

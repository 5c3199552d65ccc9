import type { EcrImage } from '../ecr/images.ts'
import { isIndexType, mediaType } from '../oci/media-types.ts'
import type { ImageInventory } from './inventory.ts'

const imageConfigs = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
/** Tags that spell the digest of what they belong to: signatures before referrers existed (ecr-facts 4.7). */
const digestTag = /^sha256-[0-9a-f]{64}(\.|$)/

/**
 * Told without the manifest: by its media type, its subject, its tags, and the type of its config, which is what
 * DescribeImages calls `artifactMediaType` (ecr-facts 1.6). An image whose config type is not told is an image.
 */
export function kindOf(image: EcrImage): ImageInventory['kind'] {
  if (image.subject || image.mediaType === mediaType.orasArtifact) return 'artifact'
  if (image.tags.some((tag) => digestTag.test(tag))) return 'artifact'
  if (image.mediaType && isIndexType(image.mediaType)) return 'index'
  return image.artifactType === undefined || imageConfigs.has(image.artifactType) ? 'image' : 'artifact'
}

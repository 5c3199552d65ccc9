import type { Image, Repository } from '../world.ts'
import { manifestOf } from './manifest.ts'
import { imagesNaming } from './mentions.ts'

/** A referrer as OCI describes it in a referrers index. */
export interface Referrer {
  mediaType: string
  digest: string
  size: number
  artifactType?: string
  annotations?: Record<string, string>
}

/** Manifests whose subject is that digest; the subject itself need not exist. Archived ones only when asked for. */
export function referrersOf(
  repository: Repository,
  digest: string,
  statuses: readonly Image['status'][] = ['ACTIVE'],
): Referrer[] {
  return [...imagesNaming(repository, 'subject', digest)]
    .filter((image) => statuses.includes(image.status))
    .map(describe)
}

/** OCI: the artifact type, or else the type of the config; an index without one has none. */
function describe(image: Image): Referrer {
  const { artifactType, config, annotations } = manifestOf(image)
  const type = artifactType ?? config?.mediaType
  return {
    mediaType: image.mediaType,
    digest: image.digest,
    size: Buffer.byteLength(image.manifest),
    ...(type !== undefined && { artifactType: type }),
    ...(annotations && { annotations }),
  }
}

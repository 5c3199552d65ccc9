import { DescribeImagesCommand, type ImageDetail, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { listAll } from './pages.ts'

/** One manifest as DescribeImages shows it (ecr-facts 1.6). Times are ISO 8601. */
export interface EcrImage {
  digest: string
  tags: string[]
  /** Compressed layer bytes; for an index the largest child, not the sum. */
  bytes: number
  pushedAt: string
  lastPull?: string
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  /** When it last came back from the archive (ecr-facts 2.11). */
  activatedAt?: string
  /** When it last went into the archive. */
  archivedAt?: string
  mediaType?: string
  artifactType?: string
  /** Set when the image refers to another one. */
  subject?: string
}

export function imageCalls(ask: Ask) {
  return {
    /** Every image: untagged, archived and activating ones too, which the defaults hide (law 10; ecr-facts 2.11). */
    async describeImages(repository: string, signal?: AbortSignal): Promise<EcrImage[]> {
      const input = {
        repositoryName: repository,
        filter: { tagStatus: 'ANY', imageStatus: 'ANY' },
        maxResults: 1000,
      } as const
      const found = await listAll(
        'DescribeImages',
        (token) =>
          ask({ operation: 'DescribeImages', resource: repository, signal }, (ecr, options) =>
            ecr.send(new DescribeImagesCommand({ ...input, ...token }), options),
          ),
        (page) => page.imageDetails,
      )
      return found.filter((image) => image.imageDigest).map(imageOf)
    },

    /** `ARCHIVE` takes the image out of reach of pulls; `STANDARD` brings it back within about 20 minutes. */
    async updateImageStorageClass(
      repository: string,
      image: { digest: string; storageClass: 'ARCHIVE' | 'STANDARD' },
      signal?: AbortSignal,
    ): Promise<void> {
      const input = {
        repositoryName: repository,
        imageId: { imageDigest: image.digest },
        targetStorageClass: image.storageClass,
      }
      await ask({ operation: 'UpdateImageStorageClass', resource: repository, signal }, (ecr, options) =>
        ecr.send(new UpdateImageStorageClassCommand(input), options),
      )
    },
  }
}

export function imageOf(found: ImageDetail): EcrImage {
  return {
    digest: found.imageDigest ?? '',
    tags: found.imageTags ?? [],
    bytes: found.imageSizeInBytes ?? 0,
    pushedAt: found.imagePushedAt?.toISOString() ?? '',
    ...(found.lastRecordedPullTime && { lastPull: found.lastRecordedPullTime.toISOString() }),
    status: found.imageStatus ?? 'ACTIVE',
    ...(found.lastArchivedAt && { archivedAt: found.lastArchivedAt.toISOString() }),
    ...(found.lastActivatedAt && { activatedAt: found.lastActivatedAt.toISOString() }),
    ...(found.imageManifestMediaType && { mediaType: found.imageManifestMediaType }),
    ...(found.artifactMediaType && { artifactType: found.artifactMediaType }),
    ...(found.subjectManifestDigest && { subject: found.subjectManifestDigest }),
  }
}

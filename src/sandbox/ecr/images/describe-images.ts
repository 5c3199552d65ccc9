import type { Image, Registry, Repository } from '../../world.ts'
import { imageNotFound } from '../find-image.ts'
import { pageOf, refusePaging } from '../input/page.ts'
import { namesOf, needRepository, seconds } from '../input/repository.ts'
import { sortedKeys } from '../input/sorted-keys.ts'
import { manifestOf } from '../manifest.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import { type ImageFilter, passesStatus, passesTagged, readImageFilter } from './filter.ts'
import { readImageIds, resolveImageId } from './image-ids.ts'
import { sizeOf } from './size.ts'

/**
 * DescribeImages.
 * Assumption: the default filter hides archived images also when they are asked for by id (ecr-facts 2.11).
 */
export const describeImages: EcrOperation = (call) => {
  const repository = needRepository(call)
  const filter = readImageFilter(call.input)
  const tags = tagsByDigest(repository)
  const detail = (image: Image) => detailOf(call.registry, repository, image, tags.get(image.digest))
  if (call.input['imageIds'] != null) return { imageDetails: byIds(call, repository, filter).map(detail) }
  const images = sortedKeys(repository.images)
    .map((digest) => repository.images[digest])
    .filter((image) => image !== undefined)
    .filter((image) => passesStatus(filter, image) && passesTagged(filter, tags.has(image.digest)))
  const { items, ...rest } = pageOf(call, images, {
    operation: 'DescribeImages',
    scope: [repository.name, repository.createdAt, filter],
    default: 100,
    most: 1000,
    keyOf: (image) => image.digest,
  })
  return { imageDetails: items.map(detail), ...rest }
}

function byIds(call: EcrCall, repository: Repository, filter: ImageFilter): Image[] {
  refusePaging(call, 'imageIds')
  const images = readImageIds(call.input).map((id) => {
    const { image } = resolveImageId(repository, id)
    if (!image || !passesStatus(filter, image)) throw imageNotFound(call.registry, repository, id)
    return image
  })
  const tagged = new Set(Object.values(repository.tags))
  return [...new Set(images)].filter((image) => passesTagged(filter, tagged.has(image.digest)))
}

function tagsByDigest(repository: Repository): Map<string, string[]> {
  const result = new Map<string, string[]>()
  for (const [tag, digest] of Object.entries(repository.tags)) {
    const known = result.get(digest)
    if (known) known.push(tag)
    else result.set(digest, [tag])
  }
  return result
}

function detailOf(registry: Registry, repository: Repository, image: Image, imageTags: string[] | undefined) {
  const { artifactType, config, subject } = manifestOf(image)
  const artifactMediaType = artifactType ?? config?.mediaType
  return {
    ...namesOf(registry, repository),
    imageDigest: image.digest,
    ...(imageTags && { imageTags }),
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: seconds(image.pushedAt),
    ...scanOf(registry, image),
    imageManifestMediaType: image.mediaType,
    ...(artifactMediaType !== undefined && { artifactMediaType }),
    ...(image.lastPull !== undefined && { lastRecordedPullTime: seconds(image.lastPull) }),
    ...(subject && { subjectManifestDigest: subject.digest }),
    imageStatus: image.status,
    ...(image.archivedAt !== undefined && { lastArchivedAt: seconds(image.archivedAt) }),
    ...activationOf(image),
  }
}

function activationOf({ status, activatedAt }: Image) {
  return status === 'ACTIVATING' || activatedAt === undefined ? {} : { lastActivatedAt: seconds(activatedAt) }
}

/** Only enhanced scanning shows here: basic results are in DescribeImageScanFindings (ecr-facts 1.6). */
function scanOf(registry: Registry, { scan }: Image) {
  if (registry.scanning.scanType !== 'ENHANCED' || !scan) return {}
  const completed = scan.completedAt === undefined ? {} : { imageScanCompletedAt: seconds(scan.completedAt) }
  return {
    imageScanStatus: { status: scan.status },
    imageScanFindingsSummary: { ...completed, findingSeverityCounts: scan.severities },
  }
}

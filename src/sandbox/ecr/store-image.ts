import { digestOf } from '../../core/digest.ts'
import { isTag } from '../../core/reference.ts'
import { AwsError } from '../http.ts'
import type { Image, Registry, Repository, World } from '../world.ts'
import { addImage, setTag } from './add-image.ts'
import { invalidParameter, limitExceeded, within } from './errors.ts'
import { tagsOf } from './find-image.ts'
import { activate } from './images/activate.ts'
import { isImmutableTag } from './immutable-tag.ts'
import { requireUsableKey } from './key-usable.ts'
import { blobsOf, type ParsedManifest, parseManifest } from './manifest.ts'
import { replicate } from './replication/replicate.ts'
import { scanOnPush } from './scan-image.ts'

export interface ManifestPush {
  /** The exact manifest. It is kept as it is. */
  bytes: Uint8Array
  mediaType?: string
  tag?: string
  expectedDigest?: string
}

/** ecr-facts 1.4 and 4.10. */
const largestManifest = 4_194_304
const mostTags = 1000

/**
 * Stores a manifest under its digest, and gives or moves the tag: what both doors do (ecr-facts 4.6). Throws
 * AwsErrors with ECR's exception names, and then nothing has changed.
 * Assumption: a referrer whose subject does not exist yet is accepted.
 */
export function storeImage(
  world: World,
  registry: Registry,
  repository: Repository,
  push: ManifestPush,
): Image {
  const manifest = checkManifest(push)
  requireUsableKey(world, registry, repository)
  requireParts(registry, repository, manifest)
  const digest = digestOf(push.bytes)
  const existing = repository.images[digest]
  checkTag(repository, digest, push.tag)
  if (existing?.status === 'ACTIVE') requireChange(registry, repository, { digest, tag: push.tag })
  const image = existing ?? newImage(world, push, manifest.mediaType)
  if (!existing) addImage(repository, image)
  // Pushing an archived image again brings it back at once (ecr-facts 2.11); the push time stays the first one.
  if (image.status !== 'ACTIVE') activate(world, registry, repository, image)
  else if (!existing) scanOnPush(world, registry, repository, image)
  if (push.tag !== undefined) setTag(repository, push.tag, digest)
  replicate(world, registry, repository, { image, tags: push.tag === undefined ? [] : [push.tag] })
  return image
}

function checkManifest(push: ManifestPush): ParsedManifest {
  const { bytes, mediaType, expectedDigest } = push
  if (bytes.byteLength > largestManifest)
    throw invalidParameter(
      'imageManifest',
      `Member must have length less than or equal to ${largestManifest}`,
    )
  const manifest = parseManifest(bytes, mediaType)
  if (expectedDigest !== undefined && expectedDigest !== digestOf(bytes))
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The specified image digest '${expectedDigest}' does not match the digest of the manifest`,
    )
  return manifest
}

/** Blobs and children must be in the same repository before the manifest that names them. */
function requireParts(registry: Registry, repository: Repository, manifest: ParsedManifest): void {
  const where = within(repository.name, registry.account)
  const blobs = blobsOf(manifest).filter((digest) => !Object.hasOwn(repository.layers, digest))
  if (blobs.length > 0)
    throw new AwsError(
      'LayersNotFoundException',
      `The specified layers do not exist in ${where}: [${blobs.join(', ')}]`,
    )
  const children = manifest.children.map(({ digest }) => digest)
  const missing = children.filter((digest) => !Object.hasOwn(repository.images, digest))
  if (missing.length > 0)
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `The referenced images do not exist in ${where}: [${missing.join(', ')}]`,
    )
}

/** Users report the immutable answer even when the digest is unchanged (ecr-facts 2.3). */
function checkTag(repository: Repository, digest: string, tag: string | undefined): void {
  if (tag === undefined) return
  if (!isTag(tag)) throw invalidParameter('imageTag', 'must satisfy regular expression of image tags')
  const target = Object.hasOwn(repository.tags, tag) ? repository.tags[tag] : undefined
  const archived = target !== undefined && repository.images[target]?.status === 'ARCHIVED'
  const reactivates = archived && target === digest
  if (target !== undefined && !reactivates && isImmutableTag(repository, tag))
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`,
    )
  if (target !== digest && repository.images[digest] && tagsOf(repository, digest).length >= mostTags)
    throw limitExceeded(`The image has ${mostTags} tags already.`)
}

function requireChange(
  registry: Registry,
  repository: Repository,
  { digest, tag }: { digest: string; tag: string | undefined },
): void {
  if (tag !== undefined && repository.tags[tag] !== digest) return
  throw new AwsError(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in ${within(repository.name, registry.account)}`,
  )
}

function newImage(world: World, { bytes }: ManifestPush, mediaType: string): Image {
  return {
    digest: digestOf(bytes),
    manifest: Buffer.from(bytes).toString('utf8'),
    mediaType,
    pushedAt: world.now(),
    status: 'ACTIVE',
  }
}

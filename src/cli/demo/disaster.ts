import type { AwsContext } from '../../aws/context.ts'
import { type EcrControl, ecrControl } from '../../ecr/control.ts'
import type { EcrImage } from '../../ecr/images.ts'
import { isIndexType, manifestMediaTypes } from '../../oci/media-types.ts'

/** What was destroyed, and how it was before. */
export interface Disaster {
  repositoryDeleted: { name: string; images: number }
  tagOverwritten: { repository: string; tag: string; from: string; to: string }
  imageDeleted: { repository: string; digest: string; tags: string[] }
}

const places = {
  repository: 'platform/base',
  tag: { repository: 'shop/api', name: 'latest' },
  image: 'shop/web',
}

/** Three accidents that happen to people. They go through the ordinary API, and only ever to the sandbox. */
export async function strike(aws: AwsContext, signal: AbortSignal): Promise<Disaster> {
  const { simulated } = await aws.identity()
  if (!simulated) throw new Error('refusing to destroy anything outside the sandbox')
  const ecr = ecrControl(aws)
  try {
    const repositoryDeleted = await deleteRepository(ecr, signal)
    const tagOverwritten = await overwriteTag(ecr, signal)
    const imageDeleted = await deleteRelease(ecr, signal)
    return { repositoryDeleted, tagOverwritten, imageDeleted }
  } finally {
    ecr.close()
  }
}

async function deleteRepository(
  ecr: EcrControl,
  signal: AbortSignal,
): Promise<Disaster['repositoryDeleted']> {
  const name = places.repository
  const images = await ecr.describeImages(name, signal)
  await ecr.deleteRepository(name, signal)
  return { name, images: images.length }
}

/** `latest` goes back to an old release, as a careless pipeline does it. */
async function overwriteTag(ecr: EcrControl, signal: AbortSignal): Promise<Disaster['tagOverwritten']> {
  const { repository, name: tag } = places.tag
  const images = await ecr.describeImages(repository, signal)
  const from = needed(images.find((image) => image.tags.includes(tag)))
  const to = needed(
    images.find((image) => image.tags.length > 0 && image.digest !== from.digest && !image.subject),
  )
  const wanted = { repository, digests: [to.digest], mediaTypes: manifestMediaTypes }
  for await (const answer of ecr.batchGetImage(wanted, signal)) {
    if ('code' in answer) throw new Error(`${repository}@${to.digest}: ${answer.reason}`)
    const manifest = Buffer.from(answer.bytes).toString('utf8')
    await ecr.tagImage(repository, { tag, manifest, mediaType: answer.mediaType ?? '' }, signal)
  }
  return { repository, tag, from: from.digest, to: to.digest }
}

/** The multi-platform index of a release: its platforms stay behind without a name. */
async function deleteRelease(ecr: EcrControl, signal: AbortSignal): Promise<Disaster['imageDeleted']> {
  const repository = places.image
  const images = await ecr.describeImages(repository, signal)
  const { digest, tags } = needed(
    images.find((image) => isIndexType(image.mediaType ?? '') && image.tags.length > 0),
  )
  await ecr.deleteImage(repository, digest, signal)
  return { repository, digest, tags }
}

function needed(image: EcrImage | undefined): EcrImage {
  if (!image) throw new Error('the demo seed lacks an image that the story needs')
  return image
}

import type { Image, Repository } from '../world.ts'
import { blobsOf, manifestOf } from './manifest.ts'

/**
 * Who names what: for a digest, the images whose manifest mentions it as child, subject or blob. Kept so that
 * questions about one image do not read every manifest of the repository. A manifest never changes, so an entry
 * is true as long as its image exists, which is looked at when it is used; `storeImage` adds new ones.
 */
interface Mentions {
  child: Map<string, Set<string>>
  subject: Map<string, Set<string>>
  blob: Map<string, Set<string>>
}

const known = new WeakMap<Repository['images'], Mentions>()

/** Images that name the digest in that role, whatever their status; one by one, for a layer may have thousands. */
export function* imagesNaming(
  repository: Repository,
  role: keyof Mentions,
  digest: string,
): Generator<Image, void, void> {
  for (const each of mentionsOf(repository)[role].get(digest) ?? []) {
    const image = repository.images[each]
    if (image) yield image
  }
}

/** To be called for every image that is added to a repository. */
export function noteMentions(repository: Repository, image: Image): void {
  const mentions = known.get(repository.images)
  if (mentions) note(mentions, image)
}

function mentionsOf({ images }: Repository): Mentions {
  const there = known.get(images)
  if (there) return there
  const mentions: Mentions = { child: new Map(), subject: new Map(), blob: new Map() }
  for (const image of Object.values(images)) note(mentions, image)
  known.set(images, mentions)
  return mentions
}

function note({ child, subject, blob }: Mentions, image: Image): void {
  const manifest = manifestOf(image)
  for (const { digest } of manifest.children) add(child, digest, image)
  for (const digest of blobsOf(manifest)) add(blob, digest, image)
  if (manifest.subject) add(subject, manifest.subject.digest, image)
}

function add(map: Map<string, Set<string>>, digest: string, image: Image): void {
  const naming = map.get(digest)
  if (naming) naming.add(image.digest)
  else map.set(digest, new Set([image.digest]))
}

import type { Image, Registry, Repository, World } from '../../world.ts'
import { addImage, setTag } from '../add-image.ts'
import { activate } from '../images/activate.ts'
import { isImmutableTag } from '../immutable-tag.ts'
import { blobsOf, manifestOf } from '../manifest.ts'
import { scanOnPush } from '../scan-image.ts'
import type { ReplicationJob } from './job.ts'

interface Sides {
  registry: Registry
  target: Repository
  source: Repository
}

/** Puts an image into the destination: what an index names first, then itself, then the tag. */
export function receive(world: World, sides: Sides, { digest, tag }: ReplicationJob): void {
  bring(world, sides, digest)
  if (tag !== undefined) give(sides.target, tag, digest)
}

/** Assumption: children that are not there yet come along, so that the index can be pulled. */
function bring(world: World, sides: Sides, digest: string): void {
  const { registry, target, source } = sides
  const image = source.images[digest]
  if (!image) return
  const there = target.images[digest]
  // What is archived at the destination comes back.
  if (there && there.status !== 'ACTIVE') activate(world, registry, target, there)
  if (there) return
  const manifest = manifestOf(image)
  for (const child of manifest.children) bring(world, sides, child.digest)
  for (const blob of blobsOf(manifest)) {
    const layer = source.layers[blob]
    if (layer && !Object.hasOwn(target.layers, blob)) target.layers[blob] = { ...layer, addedAt: world.now() }
  }
  const { manifest: text, mediaType } = image
  const copy: Image = { digest, manifest: text, mediaType, pushedAt: world.now(), status: 'ACTIVE' }
  addImage(target, copy)
  scanOnPush(world, registry, target, copy)
}

/** A tag that is immutable and taken stays where it is: the image arrives without it (ecr-facts 2.3). */
function give(target: Repository, tag: string, digest: string): void {
  const taken = Object.hasOwn(target.tags, tag) && target.tags[tag] !== digest
  if (!taken || !isImmutableTag(target, tag)) setTag(target, tag, digest)
}

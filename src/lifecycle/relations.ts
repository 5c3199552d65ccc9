import type { LifecycleImage } from './image.ts'

/** Who belongs to whom among the images of one repository, by digest. */
export interface Relations {
  byDigest: ReadonlyMap<string, LifecycleImage>
  /** Indexes that hold a digest, as far as their children are known. */
  parentsOf(digest: string): readonly LifecycleImage[]
  /** What refers to a digest: signatures, bills of materials, attestations. */
  referrersOf(digest: string): readonly LifecycleImage[]
  /** Indexes whose children no listing tells. */
  opaque: readonly LifecycleImage[]
}

export function relationsOf(images: readonly LifecycleImage[]): Relations {
  const parents = new Map<string, LifecycleImage[]>()
  const referrers = new Map<string, LifecycleImage[]>()
  for (const image of images) {
    for (const child of image.children ?? []) add(parents, child, image)
    if (image.subject !== undefined) add(referrers, image.subject, image)
  }
  return {
    byDigest: new Map(images.map((image) => [image.digest, image])),
    parentsOf: (digest) => parents.get(digest) ?? [],
    referrersOf: (digest) => referrers.get(digest) ?? [],
    opaque: images.filter(({ kind, children }) => kind === 'index' && children === undefined),
  }
}

function add(map: Map<string, LifecycleImage[]>, key: string, image: LifecycleImage): void {
  const list = map.get(key)
  if (list) list.push(image)
  else map.set(key, [image])
}

/** It may be a child of an index that does not tell its children: untagged, and nothing that refers to another. */
export function perhapsChild(image: LifecycleImage, { opaque, parentsOf }: Relations): boolean {
  if (image.tags.length > 0 || image.subject !== undefined || image.kind === 'artifact') return false
  if (parentsOf(image.digest).length > 0) return false
  return opaque.some(({ digest }) => digest !== image.digest)
}

/**
 * The index in the repository that keeps its child, if any (ecr-facts 3.2, point 11). One that is there when the run
 * starts guards, even when the same run takes it. Assumption: an archived index still guards its children against
 * expiry, not against being archived.
 */
export function guardOf(
  image: LifecycleImage,
  action: 'expire' | 'transition',
  { parentsOf }: Relations,
): LifecycleImage | undefined {
  return parentsOf(image.digest).find(({ status }) => status !== 'ARCHIVED' || action === 'expire')
}

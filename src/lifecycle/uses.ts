import type { LifecycleImage } from './image.ts'

/** Who runs an image of the repository: by tag, by digest, or both. `ImageUse` of an inventory is one. */
export interface ImageUser {
  tag?: string
  digest?: string
  by: string
}

/** Answers who runs an image: by its digest, or by a tag that it has now (whoever starts again gets that one). */
export function usersOf(uses: readonly ImageUser[]): (image: LifecycleImage) => string[] {
  const by = new Map<string, Set<string>>()
  for (const use of uses) {
    for (const key of [use.digest, use.tag]) {
      if (key !== undefined) by.set(key, (by.get(key) ?? new Set()).add(use.by))
    }
  }
  return ({ digest, tags }) => [...new Set([digest, ...tags].flatMap((key) => [...(by.get(key) ?? [])]))]
}

/** Uses whose image is not in the list: it is gone already, or the list is not of this repository. */
export function missingUses(uses: readonly ImageUser[], images: readonly LifecycleImage[]): ImageUser[] {
  const known = new Set(images.flatMap(({ digest, tags }) => [digest, ...tags]))
  return uses.filter(
    ({ tag, digest }) =>
      (digest === undefined || !known.has(digest)) && (tag === undefined || !known.has(tag)),
  )
}

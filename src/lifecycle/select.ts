import { matchesGlob } from '../core/glob.ts'
import { ageStart, classOf, day, type LifecycleImage, orderTime } from './image.ts'
import type { LifecycleRule } from './policy.ts'

/** Whether the rule looks at the image at all: its class and its tags (ecr-facts 3.1). */
export function identifies(rule: LifecycleRule, image: LifecycleImage): boolean {
  if (classOf(image) !== rule.storageClass) return false
  if (rule.tagStatus === 'any') return true
  if (rule.tagStatus === 'untagged') return image.tags.length === 0
  return matchesLists(rule, image.tags)
}

/** Entries of a list are joined by AND. A pattern without `*` is one exact tag (ecr-facts 3.1, inferred there). */
function matchesLists({ tagLists = {} }: LifecycleRule, tags: readonly string[]): boolean {
  const { patterns = [], prefixes = [] } = tagLists
  if (tags.length === 0 || patterns.length + prefixes.length === 0) return false
  return (
    patterns.every((pattern) => tags.some((tag) => matchesGlob(pattern, tag))) &&
    prefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix)))
  )
}

/** Newest first. Equal times: by digest, so that an answer is always the same; ECR's own order is not known. */
export function newestFirst(images: readonly LifecycleImage[]): LifecycleImage[] {
  const keyed = images.map((image) => ({ image, time: orderTime(image) }))
  keyed.sort((a, b) => (a.time === b.time ? (a.image.digest < b.image.digest ? -1 : 1) : b.time - a.time))
  return keyed.map(({ image }) => image)
}

/** What the rule alone would take of the images that it looks at, whatever the other rules say. */
export function wouldTake(
  rule: LifecycleRule,
  identified: readonly LifecycleImage[],
  now: number,
): LifecycleImage[] {
  const { countType, count } = rule
  if (countType === 'imageCountMoreThan') return newestFirst(identified).slice(count)
  return identified.filter((image) => {
    const start = ageStart(image, countType)
    return start !== undefined && now - start > count * day
  })
}

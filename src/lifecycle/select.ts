import { matchesGlob } from '../core/glob.ts'
import { ageStart, classOf, day, type LifecycleImage, orderTime } from './image.ts'
import type { LifecycleRule } from './policy.ts'

type Test<T> = (value: T) => boolean

/** Tells whether the rule looks at an image at all: its class and its tags (ecr-facts 3.1). */
export function selectorOf(rule: LifecycleRule): Test<LifecycleImage> {
  const fits = tagTest(rule)
  return (image) => classOf(image) === rule.storageClass && fits(image.tags)
}

function tagTest({ tagStatus, tagLists = {} }: LifecycleRule): Test<readonly string[]> {
  if (tagStatus === 'any') return () => true
  if (tagStatus === 'untagged') return (tags) => tags.length === 0
  const { patterns = [], prefixes = [] } = tagLists
  const entries = [...patterns.map(patternTest), ...prefixes.map(prefixTest)]
  // Entries of a list are joined by AND.
  return (tags) => entries.length > 0 && entries.every((fits) => tags.some(fits))
}

/** Without a `*` it is one exact tag (ecr-facts 3.1, inferred there). Most patterns are `something*`. */
function patternTest(pattern: string): Test<string> {
  const star = pattern.indexOf('*')
  if (star >= 0 && star === pattern.length - 1) return prefixTest(pattern.slice(0, star))
  return (tag) => matchesGlob(pattern, tag)
}

function prefixTest(prefix: string): Test<string> {
  return (tag) => tag.startsWith(prefix)
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

import { ageStart, day, type LifecycleImage, orderTime } from './image.ts'
import type { LifecycleRule } from './policy.ts'
import { guardOf, type Relations, relationsOf } from './relations.ts'
import { selectorOf } from './select.ts'
import { type ImageUser, usersOf } from './uses.ts'

/** An image that must stay, and whether a policy can ever take it. */
export interface Safety {
  image: LifecycleImage
  users: string[]
  safe: boolean
  /** The first rule that looks at the image: no other can ever act on it. */
  rule?: LifecycleRule
  /** When an unsafe one would go, ISO; the past means at once. Absent: not known. */
  goesAt?: string
}

/**
 * For each image in use: can the policy take it, today or on any later day, as long as nothing more is pushed or
 * tagged? Needs no calendar. Only the first rule that looks at an image can act on it. A rule by age takes it some day.
 * A rule by count does not when fewer than N others are as new: with nothing pushed they only become fewer. Equal times
 * count against the image. An index that is safe keeps its children. Whether referrers and children are counted is
 * not known (ecr-facts 3.2); counting them, as here, can only make an answer worse.
 */
export function proveSafe(
  policy: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
  inUse: readonly ImageUser[],
): Safety[] {
  const rules = [...policy].sort((a, b) => a.priority - b.priority)
  const scene: Scene = {
    selectors: rules.map((rule) => ({ rule, looksAt: selectorOf(rule) })),
    relations: relationsOf(images),
    times: timesOf(rules, images),
    open: new Set(),
  }
  const users = usersOf(inUse)
  const used = images.filter((image) => users(image).length > 0)
  const parents = used.flatMap(({ digest }) => scene.relations.parentsOf(digest))
  return [...new Set([...used, ...parents])].map((image) => ({
    image,
    users: users(image),
    ...judge(image, scene),
  }))
}

interface Scene {
  /** By priority. */
  selectors: readonly { rule: LifecycleRule; looksAt: (image: LifecycleImage) => boolean }[]
  relations: Relations
  /** For each rule that counts: the times of the images that it looks at, newest first. */
  times: ReadonlyMap<LifecycleRule, number[]>
  /** Digests being judged: content that claims to hold or to refer to itself ends here. */
  open: Set<string>
}

type Judged = Omit<Safety, 'image' | 'users'>

function judge(image: LifecycleImage, scene: Scene): Judged {
  if (scene.open.has(image.digest)) return { safe: false }
  scene.open.add(image.digest)
  const own = judgeAlone(image, scene)
  const subject = image.subject === undefined ? undefined : scene.relations.byDigest.get(image.subject)
  const followed = subject && own.safe ? judge(subject, scene) : own
  scene.open.delete(image.digest)
  return followed.safe ? own : followed
}

function judgeAlone(given: LifecycleImage, scene: Scene): Judged {
  const image = settled(given)
  const rule = scene.selectors.find(({ looksAt }) => looksAt(image))?.rule
  if (!rule) return { safe: true }
  if (rule.countType === 'imageCountMoreThan' && asNew(image, rule, scene) <= rule.count)
    return { safe: true, rule }
  const guard = guardOf(given, rule.action, scene.relations)
  if (guard && judge(guard, scene).safe) return { safe: true, rule }
  return { safe: false, rule, ...goingAt(image, rule) }
}

/** How many images that the rule looks at are as new or newer, itself included. */
function asNew(image: LifecycleImage, rule: LifecycleRule, { times }: Scene): number {
  const own = orderTime(image)
  const list = times.get(rule) ?? []
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? 0) >= own) low = middle + 1
    else high = middle
  }
  return low
}

function timesOf(
  rules: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
): Map<LifecycleRule, number[]> {
  const all = images.map(settled)
  const counting = rules.filter(({ countType }) => countType === 'imageCountMoreThan')
  return new Map(
    counting.map((rule) => {
      const times = all.filter(selectorOf(rule)).map(orderTime)
      return [rule, times.sort((a, b) => (a === b ? 0 : b - a))]
    }),
  )
}

/** One that is coming back from the archive will be the newest of all, at a time that is not known yet. */
function settled(image: LifecycleImage): LifecycleImage {
  return image.status === 'ACTIVATING' ? { ...image, status: 'ACTIVE', activatedAt: 'not yet' } : image
}

function goingAt(image: LifecycleImage, { countType, count }: LifecycleRule): { goesAt?: string } {
  if (countType === 'imageCountMoreThan') return {}
  const start = ageStart(image, countType)
  const time = new Date((start ?? Number.NaN) + count * day)
  return Number.isNaN(time.getTime()) ? {} : { goesAt: time.toISOString() }
}

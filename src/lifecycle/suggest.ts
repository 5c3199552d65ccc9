import { plural } from '../core/bytes.ts'
import { isTag } from '../core/reference.ts'
import { goalRules, type SuggestGoals } from './goals.ts'
import type { LifecycleImage } from './image.ts'
import { lintLifecycle } from './lint.ts'
import type { LifecycleRule } from './policy.ts'
import { proveSafe, type Safety } from './prove.ts'
import { relationsOf } from './relations.ts'
import { type Simulation, simulate } from './simulate.ts'
import type { ImageUser } from './uses.ts'
import { ruleWords } from './words.ts'
import { type DraftRule, policyDocument } from './write.ts'

export interface SuggestRequest {
  goals: SuggestGoals
  images: readonly LifecycleImage[]
  inUse: readonly ImageUser[]
  now: Date
  /** A shield for every tag in use, also where the image is among the newest today. */
  shieldAll?: boolean
}

/** A rule that cannot be written without taking something that is in use. */
export interface Refusal {
  /** The goal, as the option that asked for it. */
  goal: string
  why: string
  /** Digests of the images in the way. */
  images: string[]
}

export interface Suggestion {
  /** The policy as JSON; absent when a goal was refused. */
  text?: string
  rules: { rule: LifecycleRule; words: string; goal: string }[]
  refused: Refusal[]
  /** Every image in use, and why it stays. */
  safety: Safety[]
  /** Under which conditions it is proven that nothing in use is ever taken. */
  conditions: string[]
  /** What the policy would do today. */
  simulation?: Simulation
}

/** No repository holds so many images with one tag (there is one): a rule that only shields (ecr-facts 3.4, L12). */
export const shieldCount = 9999

/**
 * Writes a policy for the goals that keeps every image in use, today and on any later day, as long as nothing more is
 * pushed or tagged (`proveSafe`). Images that a goal would take are shielded by a rule for their tag. What cannot be
 * shielded, because it has no tag or there is no room for more rules, refuses the goal: no policy is written then.
 */
export function suggest(request: SuggestRequest): Suggestion {
  const { images, inUse, now } = request
  const draft = goalRules(request.goals, { sparesUntagged: usesUntagged(request) })
  const shields = shieldsFor(draft, request)
  const all = [...shields, ...draft].map(({ goal, rule }, at) => ({
    goal,
    rule: { ...rule, priority: at + 1 },
  }))
  const rules = all.map(({ rule }) => rule)
  const safety = proveSafe(rules, images, inUse)
  const refused = [...unsafe(all, safety), ...unwritable(all, policyDocument(all))]
  const found = {
    rules: all.map(({ rule, goal }) => ({ rule, words: ruleWords(rule), goal })),
    refused,
    safety,
    conditions: conditionsOf(request, safety),
  }
  if (refused.length > 0) return found
  return { ...found, text: policyDocument(all), simulation: simulate(rules, images, { now, inUse }) }
}

/** Then no rule may look at untagged images beyond what was asked for. */
function usesUntagged({ images, inUse }: SuggestRequest): boolean {
  return proveSafe([], images, inUse).some(({ image }) => image.tags.length === 0)
}

function shieldsFor(draft: readonly DraftRule[], { images, inUse, shieldAll }: SuggestRequest): DraftRule[] {
  const rules = draft.map(({ rule }, at) => ({ ...rule, priority: at + 1 }))
  const lists = new Set(draft.map(({ rule }) => rule.tagLists?.patterns?.join()))
  const wanted = proveSafe(rules, images, inUse).filter(
    ({ safe, rule, image }) => (!safe || (shieldAll && rule)) && image.status !== 'ARCHIVED',
  )
  const tags = wanted.flatMap(({ image }) => shieldTags(image, inUse).slice(0, shieldAll ? undefined : 1))
  return [...new Set(tags)].filter((tag) => !lists.has(tag)).map(shield)
}

/** The tags by which the image is used come first: such a shield goes on protecting whatever has the tag later. */
export function shieldTags({ tags }: LifecycleImage, inUse: readonly ImageUser[]): string[] {
  const known = new Set(inUse.map(({ tag }) => tag))
  // A saved inventory may say anything; what is no tag is no pattern either.
  const real = tags.filter(isTag)
  const used = real.filter((tag) => known.has(tag))
  return used.length > 0 ? used : real.slice(0, 1)
}

/** Takes nothing itself, and keeps every later rule from the images with this tag. */
export function shield(tag: string): DraftRule {
  const rule = {
    tagStatus: 'tagged',
    tagLists: { patterns: [tag] },
    storageClass: 'standard',
    countType: 'imageCountMoreThan',
    count: shieldCount,
    action: 'expire',
  } as const
  return { goal: 'shield', rule: { ...rule, tagLists: { patterns: [tag] } } }
}

function unsafe(all: readonly { rule: LifecycleRule; goal: string }[], safety: readonly Safety[]): Refusal[] {
  const lost = safety.filter(({ safe }) => !safe)
  return [...new Set(all.map(({ goal }) => goal))].flatMap((goal) => {
    const own = lost.filter(({ rule }) => all.some((each) => each.goal === goal && each.rule === rule))
    const [first] = own
    if (!first) return []
    const { image, users } = first
    const by = users[0] ?? 'what a child of it is used by'
    const reason =
      image.status === 'ARCHIVED'
        ? 'an archived image cannot be shielded: rules for the archive can only expire'
        : image.tags.length === 0
          ? 'an image without a tag cannot be shielded'
          : 'its tag has a rule already'
    const why = `${plural(own.length, 'image')} in use would be taken, such as ${image.tags[0] ?? image.digest} (${by}); ${reason}.`
    return [{ goal, why, images: own.map((each) => each.image.digest) }]
  })
}

/** What ECR would refuse, and goals that would be written but never act. */
function unwritable(all: readonly { goal: string }[], text: string): Refusal[] {
  const shields = all.filter(({ goal }) => goal === 'shield').length
  return lintLifecycle(text).findings.flatMap(({ code, severity, path, text: why }) => {
    if (code === 'too-many-rules' || code === 'text-too-long') {
      const room = `${shields} of the rules shield images in use: keep more releases, and fewer need one.`
      return [{ goal: 'the whole policy', why: `${why} ${room}`, images: [] }]
    }
    if (severity !== 'error' && code !== 'never-acts' && code !== 'never-matches') return []
    const goal = all[Number(/^rules\[(\d+)\]/.exec(path)?.[1])]?.goal ?? 'the whole policy'
    // A shield may be idle: two tags of one image, or a release rule that keeps it as well.
    return goal === 'shield' && severity !== 'error' ? [] : [{ goal, why, images: [] }]
  })
}

function conditionsOf({ images, inUse }: SuggestRequest, safety: readonly Safety[]): string[] {
  const { opaque } = relationsOf(images)
  const used = safety.length
  const conditions = [
    'Nothing more is pushed or tagged; after a deployment, ask again.',
    'Nothing else runs an image: EKS, EC2 and other accounts are known from --in-use only.',
  ]
  if (inUse.length === 0) conditions.push('Nothing was said to be in use: nothing is shielded.')
  if (used > 0 && opaque.length > 0)
    conditions.push(
      `ECR keeps the children of ${plural(opaque.length, 'index', 'indexes')} for as long as they are there, as documented; a listing does not tell which those are.`,
    )
  if (images.some(({ subject }) => safety.some(({ image }) => image.digest === subject)))
    conditions.push(
      'Images in use have signatures or other referrers. Whether a rule for untagged images takes those alone is not documented: preview the policy in ECR first.',
    )
  return conditions
}

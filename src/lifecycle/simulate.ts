import type { LifecycleImage } from './image.ts'
import type { LifecycleRule } from './policy.ts'
import { guardOf, perhapsChild, type Relations, relationsOf } from './relations.ts'
import { selectorOf, wouldTake } from './select.ts'
import { type ImageUser, usersOf } from './uses.ts'
import { type LifecycleWarning, warningsOf } from './warnings.ts'
import { whyWords } from './why.ts'
import { ruleWords } from './words.ts'

export interface SimulateOptions {
  now: Date
  /** Who runs which image of this repository, by tag or digest. */
  inUse?: readonly ImageUser[]
}

export type Outcome = 'kept' | 'expired' | 'archived'

/**
 * Why an image has its outcome. `not-identified`: no rule looks at it. `spared`: the first rule that looks at it does
 * not take it. `shielded`: a later rule would take it, but an earlier one looked at it first. `held`: an index has it.
 */
export type Reason = 'not-identified' | 'spared' | 'shielded' | 'held' | 'rule' | 'follows-subject'

export interface ImageVerdict {
  image: LifecycleImage
  outcome: Outcome
  reason: Reason
  /** Priority of the rule that takes the image, or that decides that it stays. */
  rule?: number
  /** Priority of the rule that would have taken a shielded image. */
  shieldedFrom?: number
  /** The index that holds it, or the subject that it follows. */
  because?: string
  /** Taken only if it is no child of an index whose children no listing tells. */
  unlessChild?: true
  /** One sentence. */
  why: string
  users: string[]
}

export interface RuleOutcome {
  rule: LifecycleRule
  words: string
  /** How many images it looks at, would take alone, takes; and of those it would: shielded, held by an index. */
  identified: number
  wouldTake: number
  taken: number
  shielded: number
  held: number
  /** Priorities of the rules that shield from it. */
  shieldedBy: number[]
}

export interface Simulation {
  at: string
  images: ImageVerdict[]
  rules: RuleOutcome[]
  warnings: LifecycleWarning[]
}

/**
 * What one run of the policy at `now` would do with the images of one repository (ecr-facts 3.2). Every rule is
 * evaluated as if it were alone; then, by priority, an image goes with the first rule that looks at it or with none.
 * Pure: nothing is asked and nothing is changed. A run of ECR follows within 24 hours.
 *
 * Assumptions (ecr-facts 3.2): referrers and children of indexes count like any untagged image; images of equal time
 * are in the order of their digests.
 */
export function simulate(
  policy: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
  options: SimulateOptions,
): Simulation {
  const { relations, sights, first, decided } = run(policy, images, options.now)
  const users = usersOf(options.inUse ?? [])
  const verdicts = decided.map((verdict) => ({
    ...verdict,
    why: whyWords(verdict, sights),
    users: users(verdict.image),
  }))
  const rules = sights.map((sight) => outcomeOf(sight, verdicts, first))
  const warnings = warningsOf({ verdicts, rules, sights, relations, inUse: options.inUse ?? [] })
  return { at: options.now.toISOString(), images: verdicts, rules, warnings }
}

/** As `simulate`, and no more than what becomes of each image: for ten thousand repositories at once. */
export function decisionsOf(
  policy: readonly LifecycleRule[],
  images: readonly LifecycleImage[],
  now: Date,
): readonly Decision[] {
  return run(policy, images, now).decided
}

function run(policy: readonly LifecycleRule[], images: readonly LifecycleImage[], now: Date) {
  const relations = relationsOf(images)
  const sights = [...policy]
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => sightOf(rule, images, now.getTime()))
  const first = firstSights(sights)
  return {
    relations,
    sights,
    first,
    decided: followSubjects(decide(images, { sights, first }, relations), relations),
  }
}

/** One rule, alone: the images that it looks at, and of those the ones that it would take. */
export interface Sight {
  rule: LifecycleRule
  identified: ReadonlySet<LifecycleImage>
  wouldTake: ReadonlySet<LifecycleImage>
}

function sightOf(rule: LifecycleRule, images: readonly LifecycleImage[], now: number): Sight {
  const identified = images.filter(selectorOf(rule))
  return { rule, identified: new Set(identified), wouldTake: new Set(wouldTake(rule, identified, now)) }
}

export type Decision = Omit<ImageVerdict, 'why' | 'users'>

/** The first rule that looks at an image: no other can act on it. */
type FirstSights = ReadonlyMap<LifecycleImage, Sight>

function firstSights(sights: readonly Sight[]): FirstSights {
  const first = new Map<LifecycleImage, Sight>()
  for (const sight of sights) {
    for (const image of sight.identified) if (!first.has(image)) first.set(image, sight)
  }
  return first
}

function decide(
  images: readonly LifecycleImage[],
  { sights, first: firsts }: { sights: readonly Sight[]; first: FirstSights },
  relations: Relations,
): Decision[] {
  return images.map((image) => {
    const first = firsts.get(image)
    if (!first) return { image, outcome: 'kept', reason: 'not-identified' }
    const { priority, action } = first.rule
    if (first.wouldTake.has(image))
      return taken(image, first.rule, guardOf(image, action, relations), relations)
    const from = sights.find(({ wouldTake }) => wouldTake.has(image))?.rule.priority
    if (from === undefined) return { image, outcome: 'kept', reason: 'spared', rule: priority }
    return { image, outcome: 'kept', reason: 'shielded', rule: priority, shieldedFrom: from }
  })
}

function taken(
  image: LifecycleImage,
  { priority, action }: LifecycleRule,
  guard: LifecycleImage | undefined,
  relations: Relations,
): Decision {
  if (guard) return { image, outcome: 'kept', reason: 'held', rule: priority, because: guard.digest }
  return {
    image,
    outcome: action === 'expire' ? 'expired' : 'archived',
    reason: 'rule',
    rule: priority,
    ...(perhapsChild(image, relations) && { unlessChild: true }),
  }
}

/** Referrers go where their subject goes, within 24 hours, and theirs with them (ecr-facts 3.2, point 12). */
function followSubjects(decisions: readonly Decision[], relations: Relations): Decision[] {
  const byDigest = new Map(decisions.map((decision) => [decision.image.digest, decision]))
  const open = decisions.filter(({ outcome }) => outcome !== 'kept')
  for (let subject = open.pop(); subject; subject = open.pop()) {
    for (const referrer of relations.referrersOf(subject.image.digest)) {
      if (!follows(byDigest.get(referrer.digest), subject)) continue
      const { outcome, rule, image } = subject
      const decision: Decision = {
        image: referrer,
        outcome,
        reason: 'follows-subject',
        because: image.digest,
      }
      if (rule !== undefined) decision.rule = rule
      byDigest.set(referrer.digest, decision)
      open.push(decision)
    }
  }
  return decisions.map((decision) => byDigest.get(decision.image.digest) ?? decision)
}

/** What a rule takes by itself goes by that rule. An archived referrer has nothing left to be archived. */
function follows(referrer: Decision | undefined, subject: Decision): boolean {
  if (referrer?.outcome !== 'kept' || referrer === subject) return false
  return subject.outcome === 'expired' || referrer.image.status === 'ACTIVE'
}

function outcomeOf(
  { rule, identified, wouldTake }: Sight,
  verdicts: readonly ImageVerdict[],
  first: FirstSights,
): RuleOutcome {
  const own = verdicts.filter((verdict) => verdict.rule === rule.priority)
  const shields = [...wouldTake].flatMap((image) => {
    const by = first.get(image)?.rule.priority ?? rule.priority
    return by === rule.priority ? [] : [by]
  })
  return {
    rule,
    words: ruleWords(rule),
    identified: identified.size,
    wouldTake: wouldTake.size,
    taken: own.filter(({ reason }) => reason === 'rule').length,
    shielded: shields.length,
    held: own.filter(({ reason }) => reason === 'held').length,
    shieldedBy: [...new Set(shields)].sort((a, b) => a - b),
  }
}

import { plural } from '../../core/bytes.ts'
import { shortDigest } from '../../core/digest.ts'
import type { LifecycleImage } from '../../lifecycle/image.ts'
import { lintLifecycle } from '../../lifecycle/lint.ts'
import { parseLifecycle } from '../../lifecycle/parse.ts'
import type { LifecycleRule } from '../../lifecycle/policy.ts'
import { proveSafe, type Safety } from '../../lifecycle/prove.ts'
import { shield, shieldTags } from '../../lifecycle/suggest.ts'
import type { ImageUser } from '../../lifecycle/uses.ts'
import { type DraftRule, policyDocument } from '../../lifecycle/write.ts'

/** What a policy must be proven against. */
export interface Scene {
  images: readonly LifecycleImage[]
  inUse: readonly ImageUser[]
  /** What else may run is not known, and why. */
  missing?: string
}

/** A policy's text, null for none; or why it cannot be had, and the images in use that are in the way. */
export type Merged = { text: string | null } | { why: string; inTheWay: readonly LifecycleImage[] }

/** A rule as it is written; what is not touched is written back as it was read. */
interface RuleDocument {
  rulePriority: number
  selection: { tagStatus: string; storageClass?: string }
}

/**
 * The same policy with a rule that expires untagged images by their age, unless a rule looks at them already. It comes
 * after all rules but those for `any`, which ECR wants last (ecr-facts 3.1).
 */
export function withUntaggedRule(text: string | null, days: number, scene: Scene): Merged {
  const read = readRules(text)
  if ('why' in read) return read
  const { rules, documents } = read
  const looks = ({ tagStatus, storageClass }: LifecycleRule) =>
    tagStatus !== 'tagged' && storageClass === 'standard'
  if (rules.some(looks)) return { text }
  if (scene.missing !== undefined && scene.images.some(({ tags }) => tags.length === 0))
    return { why: `Whether untagged images here are in use is not known: ${scene.missing}.`, inTheWay: [] }
  const last = documents.filter(({ selection }) => selection.tagStatus === 'any')
  const others = documents.filter((one) => !last.includes(one))
  const at = Math.max(0, ...others.map(({ rulePriority }) => rulePriority)) + 1
  const made = documentOf({ goal: 'drop-untagged-after', rule: untagged(days) }, at)
  return proven(rules, [...others, made, ...movedBehind(last, at)], scene)
}

/** The same policy with a rule in front for each image in use that it would take, today or on any later day. */
export function withShields(text: string | null, scene: Scene): Merged {
  const read = readRules(text)
  if ('why' in read) return read
  const { rules, documents } = read
  const lost = proveSafe(rules, scene.images, scene.inUse).filter(({ safe }) => !safe)
  if (lost.length === 0) return { text }
  const tags = lost.flatMap(({ image }) => shieldTags(image, scene.inUse).slice(0, 1))
  const known = new Set(rules.map(({ tagLists }) => tagLists?.patterns?.join()))
  const wanted = [...new Set(tags)].filter((tag) => !known.has(tag))
  const shields = wanted.map((tag, at) => documentOf(shield(tag), at + 1))
  const all = [...shields, ...movedBehind(documents, shields.length)]
  return proven([], all, scene)
}

/** The same policy without rules that can never act, whatever images there are: they look at nothing that is theirs. */
export function withoutIdleRules(text: string | null): Merged {
  const read = readRules(text)
  if ('why' in read || text === null) return read
  const idle = new Set(
    lintLifecycle(text).findings.flatMap(({ code, path }) =>
      code === 'never-acts' || code === 'never-matches' ? [Number(/^rules\[(\d+)\]/.exec(path)?.[1])] : [],
    ),
  )
  if (idle.size === 0) return { text }
  const rest = read.documents.filter((_, at) => !idle.has(at))
  return { text: rest.length > 0 ? written(rest) : null }
}

type Read = { rules: LifecycleRule[]; documents: RuleDocument[]; text: string | null }

function readRules(text: string | null): Read | { why: string; inTheWay: [] } {
  if (text === null) return { rules: [], documents: [], text }
  const parsed = parseLifecycle(text)
  if ('unreadable' in parsed)
    return { why: `${parsed.unreadable[0]?.toUpperCase()}${parsed.unreadable.slice(1)}.`, inTheWay: [] }
  if (parsed.strange.length > 0) {
    const members = parsed.strange.slice(0, 3).join(', ')
    return { why: `The policy has members that are not known here: ${members}.`, inTheWay: [] }
  }
  const { rules: documents } = JSON.parse(text) as { rules: RuleDocument[] }
  return { rules: parsed.rules, documents, text }
}

function untagged(count: number): DraftRule['rule'] {
  const rule = { tagStatus: 'untagged', countType: 'sinceImagePushed', count } as const
  return { ...rule, storageClass: 'standard', action: 'expire' }
}

function documentOf({ goal, rule }: DraftRule, priority: number): RuleDocument {
  const text = policyDocument([{ goal, rule: { ...rule, priority } }])
  const { rules } = JSON.parse(text) as { rules: [RuleDocument] }
  return rules[0]
}

/** Priorities above the given one, in the same order; left alone where they are already. */
function movedBehind(documents: readonly RuleDocument[], priority: number): RuleDocument[] {
  const lowest = Math.min(...documents.map(({ rulePriority }) => rulePriority))
  const by = Math.max(0, priority + 1 - lowest)
  return documents.map((one) => ({ ...one, rulePriority: one.rulePriority + by }))
}

/** What ECR would take, and what takes no image in use that the old rules keep. */
function proven(old: readonly LifecycleRule[], documents: readonly RuleDocument[], scene: Scene): Merged {
  const text = written(documents)
  const error = lintLifecycle(text).findings.find(({ severity }) => severity === 'error')
  if (error) return { why: `ECR would refuse the merged policy: ${error.text}`, inTheWay: [] }
  const parsed = parseLifecycle(text)
  const rules = 'rules' in parsed ? parsed.rules : []
  const safeBefore = new Set(
    proveSafe(old, scene.images, scene.inUse).flatMap(({ safe, image }) => (safe ? [image.digest] : [])),
  )
  const lost = proveSafe(rules, scene.images, scene.inUse).filter(
    ({ safe, image }) => !safe && safeBefore.has(image.digest),
  )
  const [first] = lost
  if (!first) return { text }
  return { why: lostWords(first, lost.length), inTheWay: lost.map(({ image }) => image) }
}

function lostWords({ image, users }: Safety, count: number): string {
  const name = image.tags[0] ?? `the untagged ${shortDigest(image.digest)}`
  const by = users[0] === undefined ? '' : `, which ${users[0]} uses`
  return `It would take ${plural(count, 'image')} in use, such as ${name}${by}.`
}

function written(rules: readonly RuleDocument[]): string {
  return `${JSON.stringify({ rules }, null, 2)}\n`
}

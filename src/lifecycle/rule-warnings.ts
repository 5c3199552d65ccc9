import { plural } from '../core/bytes.ts'
import { classOf, orderTime } from './image.ts'
import { perhapsChild } from './relations.ts'
import { newestFirst } from './select.ts'
import type { RuleOutcome, Sight } from './simulate.ts'
import type { LifecycleWarning, Simulated } from './warnings.ts'

const digestTag = /^sha256-[0-9a-f]{64}(\.|$)/

/** Warnings about rules: which do nothing, which do all, which count what nobody thinks of. */
export function ruleWarnings(simulated: Simulated): LifecycleWarning[] {
  return [
    ...takesEverything(simulated),
    ...simulated.rules.flatMap(idle),
    ...untaggedUncovered(simulated),
    ...simulated.sights.flatMap((sight) => [
      ...countedParts(sight, simulated),
      ...signatures(sight),
      ...tie(sight),
    ]),
  ]
}

function takesEverything({ verdicts }: Simulated): LifecycleWarning[] {
  const standard = verdicts.filter(({ image }) => classOf(image) === 'standard')
  if (standard.length === 0 || standard.some(({ outcome }) => outcome === 'kept')) return []
  const text = `Every image that can be pulled would go: ${standard.length === 1 ? 'the only one' : `all ${standard.length}`}.`
  return [
    { code: 'takes-everything', severity: 'danger', text, images: standard.map(({ image }) => image.digest) },
  ]
}

function idle({ rule, identified, wouldTake, shielded, shieldedBy, words }: RuleOutcome): LifecycleWarning[] {
  const { priority } = rule
  if (identified === 0) {
    const text = `Rule ${priority} (${words}) looks at no image that is here today.`
    return [{ code: 'matches-nothing', severity: 'notice', text, rule: priority, images: [] }]
  }
  if (shielded === 0) return []
  const by = `${shieldedBy.length === 1 ? 'rule' : 'rules'} ${shieldedBy.join(', ')}`
  const some = shielded === wouldTake ? 'All' : `${shielded} of the`
  const text = `${some} ${plural(wouldTake, 'image')} that rule ${priority} (${words}) would take ${shielded === 1 && wouldTake > 1 ? 'is' : 'are'} out of its reach: ${by} looked first.`
  return [{ code: 'shielded', severity: 'notice', text, rule: priority, images: [] }]
}

function untaggedUncovered({ verdicts }: Simulated): LifecycleWarning[] {
  const open = verdicts.filter(
    ({ image, reason }) =>
      reason === 'not-identified' && image.status === 'ACTIVE' && image.tags.length === 0 && !image.subject,
  )
  if (open.length === 0) return []
  const text = `${plural(open.length, 'untagged image')} that no rule looks at: such images pile up.`
  return [
    { code: 'untagged-uncovered', severity: 'notice', text, images: open.map(({ image }) => image.digest) },
  ]
}

/** "Keep 2" is two manifests: an index takes one place and each of its children another (ecr-facts 3.4, L14). */
function countedParts({ rule, identified }: Sight, { relations }: Simulated): LifecycleWarning[] {
  if (rule.countType !== 'imageCountMoreThan') return []
  const parts = [...identified].filter(
    (image) =>
      image.subject !== undefined ||
      relations.parentsOf(image.digest).length > 0 ||
      perhapsChild(image, relations),
  )
  if (parts.length === 0) return []
  const text = `Rule ${rule.priority} keeps ${plural(rule.count, 'manifest')}, not as many releases: ${plural(parts.length, 'place')} may be taken by children of indexes and by referrers.`
  const images = parts.map(({ digest }) => digest)
  return [{ code: 'count-includes-parts', severity: 'notice', text, rule: rule.priority, images }]
}

/** Signatures from before referrers are ordinary tagged images to a rule (ecr-facts 3.2). */
function signatures({ rule, identified }: Sight): LifecycleWarning[] {
  const found = [...identified].filter(({ tags }) => tags.some((tag) => digestTag.test(tag)))
  if (found.length === 0) return []
  const text = `Rule ${rule.priority} looks at ${plural(found.length, 'signature')} with tags such as sha256-….sig as at any image: they take places in a count, and go by their own age.`
  const images = found.map(({ digest }) => digest)
  return [{ code: 'signature-tags', severity: 'notice', text, rule: rule.priority, images }]
}

function tie({ rule, identified }: Sight): LifecycleWarning[] {
  if (rule.countType !== 'imageCountMoreThan') return []
  const [last, next] = newestFirst([...identified]).slice(rule.count - 1, rule.count + 1)
  if (!last || !next || orderTime(last) !== orderTime(next)) return []
  const text = `Rule ${rule.priority} has to choose between images of the same time; which of them ECR keeps is not documented.`
  return [{ code: 'tie', severity: 'notice', text, rule: rule.priority, images: [last.digest, next.digest] }]
}

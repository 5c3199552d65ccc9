import { plural } from '../core/bytes.ts'
import { imageWarnings } from './image-warnings.ts'
import type { Relations } from './relations.ts'
import { ruleWarnings } from './rule-warnings.ts'
import type { ImageVerdict, RuleOutcome, Sight } from './simulate.ts'
import { type ImageUser, missingUses } from './uses.ts'

export type LifecycleWarningCode =
  | 'in-use-taken'
  | 'in-use-child'
  | 'in-use-referrer'
  | 'in-use-missing'
  | 'children-freed'
  | 'children-unknown'
  | 'referrer-alone'
  | 'referrers-follow'
  | 'matches-nothing'
  | 'shielded'
  | 'untagged-uncovered'
  | 'takes-everything'
  | 'count-includes-parts'
  | 'signature-tags'
  | 'tie'
  | 'time-unknown'

export interface LifecycleWarning {
  code: LifecycleWarningCode
  /** `danger`: something would be lost that is needed, or probably is. */
  severity: 'danger' | 'notice'
  text: string
  /** Priority of the rule that it is about. */
  rule?: number
  /** Digests. */
  images: string[]
}

export interface Simulated {
  verdicts: readonly ImageVerdict[]
  rules: readonly RuleOutcome[]
  sights: readonly Sight[]
  relations: Relations
  inUse: readonly ImageUser[]
}

/** What a person should know before the policy is put; dangers first. */
export function warningsOf(simulated: Simulated): LifecycleWarning[] {
  const all = [...imageWarnings(simulated), ...missing(simulated), ...ruleWarnings(simulated)]
  return [
    ...all.filter(({ severity }) => severity === 'danger'),
    ...all.filter(({ severity }) => severity !== 'danger'),
  ]
}

function missing({ inUse, verdicts }: Simulated): LifecycleWarning[] {
  const gone = missingUses(
    inUse,
    verdicts.map(({ image }) => image),
  )
  if (gone.length === 0) return []
  const [first] = gone
  const text = `${plural(gone.length, 'use')} of images that are not in the repository, such as ${first?.tag ?? first?.digest} by ${first?.by}.`
  return [{ code: 'in-use-missing', severity: 'danger', text, images: [] }]
}

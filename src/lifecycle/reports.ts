import type { LintFinding } from './findings.ts'
import type { RepositorySimulation } from './repository.ts'
import type { Outcome } from './simulate.ts'
import type { Refusal, Suggestion } from './suggest.ts'
import type { LifecycleWarning } from './warnings.ts'

/** Where the images were looked at, and what of their use is not known. */
export interface LookedAt {
  registry: string
  simulated: boolean
  /** What could not be asked: images that only it runs are taken for unused. */
  inUseNotKnown: string[]
}

export interface LintDocument {
  schema: 'holdfast.lifecycle-lint/1'
  registry?: string
  simulated?: boolean
  policies: { source: string; accepted: boolean; findings: LintFinding[] }[]
  unknown: { source: string; reason: string }[]
}

export interface SimulationReport extends LookedAt {
  schema: 'holdfast.lifecycle-simulation/1'
  at: string
  repositories: RepositorySimulation[]
}

export interface SuggestionReport extends LookedAt {
  schema: 'holdfast.lifecycle-suggestion/1'
  repository: string
  /** The text to put; null when it was refused. */
  policy: string | null
  rules: { priority: number; words: string; goal: string }[]
  refused: Refusal[]
  inUse: UseOutcome[]
  conditions: string[]
  /** What would go today. */
  today: { digest: string; tags: readonly string[]; outcome: Outcome; rule?: number }[]
  cautions: LifecycleWarning[]
}

export interface UseOutcome {
  digest: string
  tags: readonly string[]
  users: string[]
  safe: boolean
  /** Priority of the rule that looks at it first. */
  rule?: number
  goesAt?: string
}

export function suggestionReport(
  where: LookedAt,
  repository: string,
  suggestion: Suggestion,
): SuggestionReport {
  const { text, rules, refused, safety, conditions, simulation } = suggestion
  const gone = simulation?.images.filter(({ outcome }) => outcome !== 'kept') ?? []
  return {
    schema: 'holdfast.lifecycle-suggestion/1',
    ...where,
    repository,
    policy: text ?? null,
    rules: rules.map(({ rule, words, goal }) => ({ priority: rule.priority, words, goal })),
    refused,
    inUse: safety.map(({ image, users, safe, rule, goesAt }) => ({
      digest: image.digest,
      tags: image.tags,
      users,
      safe,
      ...(rule && { rule: rule.priority }),
      ...(goesAt && { goesAt }),
    })),
    conditions,
    today: gone.map(({ image, outcome, rule }) => ({
      digest: image.digest,
      tags: image.tags,
      outcome,
      ...(rule !== undefined && { rule }),
    })),
    cautions: simulation?.warnings ?? [],
  }
}

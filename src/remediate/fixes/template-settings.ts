import { coversEverything, releaseFilter } from '../../controls/exclusion-filters.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { policyDocument } from '../../lifecycle/write.ts'
import type { Baseline } from '../baseline.ts'
import type { Json } from '../call.ts'
import type { TemplateState } from '../kinds/creation-template.ts'

export type Scenario = 'PULL_THROUGH_CACHE' | 'REPLICATION' | 'CREATE_ON_PUSH'

/** A template with nothing but what it is for; `null` becomes one. */
export function appliedFor(state: TemplateState | null, scenario: Scenario): TemplateState {
  const before = (state?.['appliedFor'] ?? []) as string[]
  return before.includes(scenario) && state ? state : { ...state, appliedFor: [...before, scenario] }
}

/** With a rule for untagged images, unless it has a policy. */
export function withLifecycle(state: TemplateState, { lifecycle }: Baseline): TemplateState {
  if ('lifecyclePolicy' in state) return state
  const text = policyDocument([
    {
      goal: 'drop-untagged-after',
      rule: {
        ...{ priority: 1, tagStatus: 'untagged', storageClass: 'standard', action: 'expire' },
        ...{ countType: 'sinceImagePushed', count: lifecycle.untaggedDays },
      },
    },
  ])
  return { ...state, lifecyclePolicy: text }
}

/** With tags that stay, unless they do; a cache has to follow its upstream (ecr-facts 2.3). */
export function withTags(state: TemplateState, { tagMutability }: Baseline): TemplateState {
  const scenarios = (state['appliedFor'] ?? []) as string[]
  if (scenarios.every((scenario) => scenario === 'PULL_THROUGH_CACHE')) return state
  const { imageTagMutability: mode, imageTagMutabilityExclusionFilters: had, ...rest } = state
  const now = ((had ?? []) as { filter: string }[]).map(({ filter }) => filter)
  const isNarrow = (filter: string) => !coversEverything(filter) && !releaseFilter([filter], [])
  const keeps = mode === 'IMMUTABLE' || (mode === 'IMMUTABLE_WITH_EXCLUSION' && now.every(isNarrow))
  if (keeps) return state
  const kept = mode === 'IMMUTABLE_WITH_EXCLUSION' ? now : []
  const asked = tagMutability.mode === 'IMMUTABLE_WITH_EXCLUSION' ? tagMutability.exclusions : []
  const filters = [...new Set([...kept, ...asked])].filter(isNarrow).slice(0, 5)
  if (filters.length === 0) return { ...rest, imageTagMutability: 'IMMUTABLE' }
  return {
    ...rest,
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: 'WILDCARD', filter })),
  }
}

/** With the key of the baseline, unless it has a customer's own that works. Needs a role (ecr-facts 2.8). */
export function withKey(
  state: TemplateState,
  { encryption, templates }: Baseline,
  keys: Inventory['keys'],
): TemplateState {
  const { kmsKey } = (state['encryptionConfiguration'] ?? {}) as { kmsKey?: string }
  const known = kmsKey !== undefined && Object.hasOwn(keys, kmsKey) ? keys[kmsKey] : undefined
  const isOurs = known && 'ok' in known && known.ok.manager === 'CUSTOMER' && known.ok.state === 'Enabled'
  const role = state['customRoleArn'] ?? templates.role
  if (isOurs || encryption.kmsKey === undefined || role === undefined) return state
  const encryptionConfiguration: Json = { encryptionType: 'KMS', kmsKey: encryption.kmsKey }
  return { ...state, encryptionConfiguration, customRoleArn: role }
}

/** Lines of holdfast.yaml that a template with a key lacks. */
export function missingForKey({ encryption, templates }: Baseline): string | undefined {
  const lines = [
    ...(encryption.kmsKey === undefined ? ['encryption: {kmsKey: <ARN of a key>}'] : []),
    ...(templates.role === undefined ? ['templates: {role: <ARN of a role that ECR may assume>}'] : []),
  ]
  return lines.length > 0 ? `In holdfast.yaml: baseline: {${lines.join(', ')}}` : undefined
}

import { repositoryArn } from '../core/arn.ts'
import { isRegistryWide } from './action-scope.ts'
import { grantedActions } from './actions.ts'
import { withoutWildcards } from './chosen-values.ts'
import type { Ground } from './grant.ts'
import type { Statement } from './policy.ts'

export interface Registry {
  account: string
  partition: string
  region: string
}

interface Repository {
  arn: string
  tags?: Record<string, string> | undefined
}

/** A repository's policy says nothing of what is about no repository (ecr-facts 6.3). */
export function repositoryGround(registry: Registry, { arn, tags }: Repository): Ground {
  const actions = (statement: Statement) =>
    actionsOf(statement).filter((action) => !isRegistryWide(action.toLowerCase()))
  const alike = `repository ${registry.partition} ${registry.account} ${registry.region}`
  return { ...placeOf(registry), actions, tags, resources: () => [arn], alike }
}

/** Every action of ECR (ecr-facts 2.10), on repositories that the statement names. */
export function registryGround(registry: Registry): Ground {
  return {
    ...placeOf(registry),
    actions: actionsOf,
    resources: ({ resources }) => {
      const unnamed = repositoryArn(registry, 'zz-none/zz-none')
      return resources.not
        ? [unnamed]
        : resources.list.slice(0, mostResources).map((one) => nameOf(one, unnamed))
    },
  }
}

const mostResources = 10

const placeOf = ({ account, partition }: Registry) => ({ account, partition })

/** A repository whose ARN the pattern fits. */
function nameOf(pattern: string, unnamed: string): string {
  const whole = unnamed.split(':')
  const sections = pattern
    .split(':')
    .map((section, at) => (section === '*' ? (whole[at] ?? section) : section))
  return sections.length === 6 ? withoutWildcards(sections.join(':')) : unnamed
}

/** Those that are known, and what the statement calls by a name that is not known here. */
function actionsOf({ actions }: Statement): readonly string[] {
  const { names, unlisted } = grantedActions(actions)
  return [...names.map((name) => `ecr:${name}`), ...unlisted.map(withoutWildcards)]
}

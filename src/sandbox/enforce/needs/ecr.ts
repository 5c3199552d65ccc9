import { repositoryArn } from '../../../core/arn.ts'
import { listOf } from '../../policy-match.ts'
import type { Need } from '../decide.ts'
import { type Asked, textIn, textsIn } from './asked.ts'
import { ecrExtras } from './ecr-extras.ts'
import { tagAdditions } from './tags.ts'

/** Actions that are on no repository (ecr-facts 6.1). */
const ofTheRegistry = new Set(
  `DescribePullThroughCacheRules ListPullTimeUpdateExclusions DescribeRegistry DescribeRepositoryCreationTemplates
  GetAccountSetting GetAuthorizationToken GetRegistryPolicy GetRegistryScanningConfiguration GetSigningConfiguration
  ValidatePullThroughCacheRule CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule
  DeleteRepositoryCreationTemplate DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion PutAccountSetting
  PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration
  RegisterPullTimeUpdateExclusion UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate PutRegistryPolicy
  DeleteRegistryPolicy`.split(/\s+/),
)

/** The few operations that are not called as the action that allows them. */
const renamed: Record<string, string> = { ListImageReferrers: 'BatchGetImage' }

/** The action on every repository that is named, and what some settings need beside it. */
export function ecrNeeds(asked: Asked): Need[] {
  const { operation, input } = asked
  const action = `ecr:${renamed[operation] ?? operation}`
  const additions = { ...tagAdditions(asked), values: settingIn(input) }
  const own = repositoriesOf(asked).map((resource) => ({ action, resource, additions }))
  return [...own, ...ecrExtras(asked, own[0]?.resource ?? '*')]
}

function settingIn(input: Asked['input']): Record<string, string[]> {
  const name = textIn(input, 'name')
  return { 'ecr:accountsetting': name === undefined ? [] : [name] }
}

/** ARNs; who names no repository asks for all of them. */
export function repositoriesOf({ caller, operation, input }: Asked): string[] {
  if (ofTheRegistry.has(operation)) return ['*']
  const arn = textIn(input, 'resourceArn')
  if (arn?.startsWith('arn:')) return [arn]
  const account = textIn(input, 'registryId') ?? caller.account
  const names = [...listOf(input['repositoryName']), ...textsIn(input, 'repositoryNames')].filter(
    (name): name is string => typeof name === 'string' && name !== '',
  )
  return (names.length === 0 ? ['*'] : names).map((name) =>
    repositoryArn({ account, region: caller.region }, name),
  )
}

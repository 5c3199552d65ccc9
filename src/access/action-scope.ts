/**
 * Actions that are about the registry and no repository: only `Resource: "*"` reaches them, and they always mean the
 * caller's own registry (ecr-facts 6.1).
 */
const registryWide = new Set(
  `DescribePullThroughCacheRules ListPullTimeUpdateExclusions DescribeRegistry DescribeRepositoryCreationTemplates
   GetAccountSetting GetAuthorizationToken GetRegistryPolicy GetRegistryScanningConfiguration
   GetSigningConfiguration ValidatePullThroughCacheRule CreatePullThroughCacheRule CreateRepositoryCreationTemplate
   DeletePullThroughCacheRule DeleteRepositoryCreationTemplate DeleteSigningConfiguration
   DeregisterPullTimeUpdateExclusion PutAccountSetting PutRegistryScanningConfiguration PutReplicationConfiguration
   PutSigningConfiguration RegisterPullTimeUpdateExclusion UpdatePullThroughCacheRule
   UpdateRepositoryCreationTemplate PutRegistryPolicy DeleteRegistryPolicy`
    .split(/\s+/)
    .map((name) => `ecr:${name}`.toLowerCase()),
)

/** Takes the action in lower case, as everything here. */
export function isRegistryWide(action: string): boolean {
  return registryWide.has(action)
}

/** What a registry policy of the first scope is about; anything else in it is without effect (ecr-facts 2.10). */
const firstScope = new Set(['ecr:replicateimage', 'ecr:batchimportupstreamimage', 'ecr:createrepository'])

export function isOfFirstScope(action: string): boolean {
  return firstScope.has(action)
}

const tagging = new Set(['ecr:createrepository', 'ecr:tagresource', 'ecr:untagresource'])

const remembered = new Map<string, readonly string[]>()

/**
 * Beginnings of condition keys that no request for this action has (ecr-facts 6.2). Other services: not known here.
 * The same list for actions that are alike in this.
 */
export function keysWithout(action: string): readonly string[] {
  if (!action.startsWith('ecr:')) return unknownService
  const without: string[] = []
  if (!tagging.has(action)) without.push('aws:requesttag/', 'aws:tagkeys')
  if (!action.endsWith('accountsetting')) without.push('ecr:accountsetting')
  if (isRegistryWide(action) || action === 'ecr:createrepository')
    without.push('aws:resourcetag/', 'ecr:resourcetag/')
  const key = without.join()
  const found = remembered.get(key) ?? without
  remembered.set(key, found)
  return found
}

const unknownService: readonly string[] = []

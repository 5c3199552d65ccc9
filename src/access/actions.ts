import type { Selection } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/** What an action lets somebody do, in the words of people. */
export type Ability = 'read' | 'pull' | 'push' | 'create' | 'delete' | 'configure' | 'set-policy'

/** All ECR actions (ecr-facts 6.1). */
const abilities: Record<Ability, string> = {
  read: `DescribeImages ListImages DescribePullThroughCacheRules ListPullTimeUpdateExclusions
    BatchCheckLayerAvailability BatchGetRepositoryScanningConfiguration DescribeImageReplicationStatus
    DescribeImageScanFindings DescribeImageSigningStatus DescribeRepositories GetImageCopyStatus
    GetLifecyclePolicy GetLifecyclePolicyPreview GetRepositoryPolicy ListTagsForResource DescribeRegistry
    DescribeRepositoryCreationTemplates GetAccountSetting GetAuthorizationToken GetRegistryPolicy
    GetRegistryScanningConfiguration GetSigningConfiguration ValidatePullThroughCacheRule
    StartImageScan StartLifecyclePolicyPreview`,
  // An import brings what the registry's own upstream has, so it is a pull that takes a detour.
  pull: 'BatchGetImage GetDownloadUrlForLayer BatchImportUpstreamImage',
  push: 'PutImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload ReplicateImage',
  create: 'CreateRepository',
  // An archived image cannot be pulled.
  delete: 'BatchDeleteImage DeleteRepository UpdateImageStorageClass',
  configure: `PutLifecyclePolicy DeleteLifecyclePolicy PutImageTagMutability PutImageScanningConfiguration
    TagResource UntagResource CreatePullThroughCacheRule CreateRepositoryCreationTemplate
    DeletePullThroughCacheRule DeleteRepositoryCreationTemplate DeleteSigningConfiguration
    DeregisterPullTimeUpdateExclusion PutAccountSetting PutRegistryScanningConfiguration
    PutReplicationConfiguration PutSigningConfiguration RegisterPullTimeUpdateExclusion
    UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate`,
  'set-policy': 'SetRepositoryPolicy DeleteRepositoryPolicy PutRegistryPolicy DeleteRegistryPolicy',
}

const byName = new Map(
  (Object.keys(abilities) as Ability[]).flatMap((ability) =>
    abilities[ability].split(/\s+/).map((name) => [`ecr:${name}`.toLowerCase(), { name, ability }] as const),
  ),
)

export interface GrantedActions {
  /** Names of known actions, without the prefix. */
  names: string[]
  abilities: Set<Ability>
  /** Patterns of ECR that match no action known here: newer ones, or mistakes. */
  unlisted: string[]
}

/** The ECR actions that a selection covers. Names are compared without regard to case, as IAM does. */
export function grantedActions({ not, list }: Selection<string>): GrantedActions {
  const patterns = list.map((pattern) => pattern.toLowerCase())
  const covers = (action: string) => patterns.some((pattern) => matchesWildcard(pattern, action))
  const known = [...byName].filter(([action]) => covers(action) !== not).map(([, action]) => action)
  const isUnlisted = (pattern: string) =>
    pattern.toLowerCase().startsWith('ecr:') &&
    ![...byName.keys()].some((action) => matchesWildcard(pattern.toLowerCase(), action))
  return {
    names: known.map(({ name }) => name),
    abilities: new Set(known.map(({ ability }) => ability)),
    unlisted: not ? [] : list.filter(isUnlisted),
  }
}

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

interface Action {
  name: string
  ability: Ability
  /** `ecr:putimage`: IAM compares without regard to case. */
  key: string
}

const known: readonly Action[] = (Object.keys(abilities) as Ability[]).flatMap((ability) =>
  abilities[ability].split(/\s+/).map((name) => ({ name, ability, key: `ecr:${name}`.toLowerCase() })),
)

const byName = new Map(known.map(({ name, ability }) => [name, ability]))

/** With the prefix, as AWS writes them. */
export const actionNames: readonly string[] = known.map(({ name }) => `ecr:${name}`)

/** Of a name without the prefix. */
export function abilityOf(name: string): Ability | undefined {
  return byName.get(name)
}

/** Takes a name without the prefix. Making repositories and tagging them does no harm to what is there. */
export function isChange(name: string): boolean {
  const ability = byName.get(name)
  const isTagging = name === 'TagResource' || name === 'UntagResource'
  return (
    !isTagging && ability !== undefined && ['push', 'delete', 'configure', 'set-policy'].includes(ability)
  )
}

export interface GrantedActions {
  /** Names of known actions, without the prefix. */
  names: readonly string[]
  /** The same, for the question whether one is among them. */
  named: ReadonlySet<string>
  abilities: ReadonlySet<Ability>
  /** Patterns of ECR that match no action known here: newer ones, or mistakes. */
  unlisted: readonly string[]
}

const mostRemembered = 1000
const granted = new Map<string, GrantedActions>()

/** The ECR actions that a selection covers. Remembered: ten thousand policies are written with the same few lists. */
export function grantedActions(selection: Selection<string>): GrantedActions {
  // No action holds a line break, so that two lists never read alike.
  const text = `${selection.not}\n${selection.list.join('\n')}`
  const before = granted.get(text)
  if (before) return before
  if (granted.size >= mostRemembered) granted.clear()
  const found = workOut(selection)
  granted.set(text, found)
  return found
}

function workOut({ not, list }: Selection<string>): GrantedActions {
  const matches = list.map((pattern) => ({ pattern, actions: actionsLike(pattern.toLowerCase()) }))
  const matched = new Set(matches.flatMap(({ actions }) => actions))
  const granted = not ? known.filter((action) => !matched.has(action)) : [...matched]
  const isUnlisted = (pattern: string) => pattern.toLowerCase().startsWith('ecr:')
  const names = granted.map(({ name }) => name)
  return {
    names,
    named: new Set(names),
    abilities: new Set(granted.map(({ ability }) => ability)),
    unlisted: not
      ? []
      : matches
          .filter(({ actions }) => actions.length === 0)
          .map(({ pattern }) => pattern)
          .filter(isUnlisted),
  }
}

const remembered = new Map<string, readonly Action[]>()

/** Remembered, since ten thousand policies are written with the same few patterns. */
function actionsLike(pattern: string): readonly Action[] {
  const before = remembered.get(pattern)
  if (before) return before
  if (remembered.size >= mostRemembered) remembered.clear()
  const found = known.filter(({ key }) => matchesWildcard(pattern, key))
  remembered.set(pattern, found)
  return found
}

import type { Permission } from '../../aws/permissions.ts'
import type { PolicyAsk } from './ask.ts'

/** What a written policy is for. */
export const policyKinds = ['pull', 'push', 'release', 'admin', 'audit', 'backup', 'restore'] as const

export type WrittenFor = (typeof policyKinds)[number]

/** Those of them that are about commands of Holdfast. */
export type HoldfastJob = Extract<WrittenFor, 'audit' | 'backup' | 'restore'>

/**
 * On what actions are given. `repositories`: those that match; `all-repositories`: DescribeRepositories without a name
 * needs `repository/*`; `registry`: ECR offers `*` only; `keys`: KMS keys, which ECR asks for on behalf of the caller
 * when `viaEcr`; `neighbours`: other services, as a whole.
 */
export type GrantPlace = 'repositories' | 'all-repositories' | 'registry' | 'keys' | 'neighbours'

export interface PolicyGrant {
  actions: readonly string[]
  on: GrantPlace
  viaEcr?: boolean
}

export interface KindSpec {
  grants: readonly PolicyGrant[]
  /** What it is for, and what it leaves out on purpose. */
  means: readonly string[]
  /** What somebody who hands it out should know. */
  warns?: readonly string[]
}

const token: PolicyGrant = { actions: ['ecr:GetAuthorizationToken'], on: 'registry' }
const onRepositories = (...actions: string[]): PolicyGrant => ({ actions, on: 'repositories' })

/** ecr-facts 6.5. */
const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const push = [
  ...['ecr:BatchCheckLayerAvailability', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart'],
  ...['ecr:CompleteLayerUpload', 'ecr:PutImage'],
]
const gate = ['ecr:DescribeImages', 'ecr:ListImages', 'ecr:DescribeImageScanFindings']
const admin = [
  ...['ecr:CreateRepository', 'ecr:DeleteRepository', 'ecr:DescribeRepositories', 'ecr:DescribeImages'],
  ...['ecr:ListImages', 'ecr:GetRepositoryPolicy', 'ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy'],
  ...['ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy', 'ecr:DeleteLifecyclePolicy'],
  ...['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview', 'ecr:PutImageTagMutability'],
  ...['ecr:PutImageScanningConfiguration', 'ecr:BatchGetRepositoryScanningConfiguration'],
  ...['ecr:ListTagsForResource', 'ecr:TagResource', 'ecr:UntagResource'],
]

/** What a command of Holdfast calls, and nothing else. */
function grantsOf(job: HoldfastJob, permissions: readonly Permission[]): PolicyGrant[] {
  const at = (scope: string) => permissions.filter((one) => one.scope === scope).map(({ action }) => action)
  const listing = job === 'restore' ? [] : ['ecr:DescribeRepositories']
  const grants: PolicyGrant[] = [
    { actions: at('registry'), on: 'registry' },
    { actions: listing, on: 'all-repositories' },
    onRepositories(...at('repository').filter((action) => !listing.includes(action))),
    // A restore asks no key itself: ECR does, when it makes a repository (ecr-facts 7).
    { actions: at('account'), on: 'keys', ...(job === 'restore' && { viaEcr: true }) },
    { actions: at('neighbour'), on: 'neighbours' },
  ]
  return grants.filter(({ actions }) => actions.length > 0)
}

const forPeople: Record<Exclude<WrittenFor, HoldfastJob>, KindSpec> = {
  pull: {
    grants: [token, onRepositories(...pull)],
    means: [
      'pull: manifests and layers. It lists nothing, and does not fetch from the upstream of a pull-through rule',
    ],
  },
  push: {
    grants: [token, onRepositories(...push, 'ecr:BatchGetImage')],
    means: [
      'push: layers, manifests and tags, with the check which layers are there already. Clients look at a manifest before they push it (ecr:BatchGetImage); layers cannot be downloaded',
    ],
    warns: [
      'Where the registry mounts layers from other repositories (BLOB_MOUNTING), a push that mounts also needs ecr:GetDownloadUrlForLayer on the source; without, the layer is sent.',
      'Permissions cannot tell tags apart: a push may move any tag that is not immutable.',
    ],
  },
  release: {
    grants: [token, onRepositories(...push, ...pull, ...gate)],
    means: [
      'release: push and pull, list images and tags, and read scan findings to hold a release back. It deletes nothing and changes no setting',
    ],
    warns: ['Permissions cannot tell tags apart: a release may move any tag that is not immutable.'],
  },
  admin: {
    grants: [onRepositories(...admin)],
    means: [
      'admin: create, delete, tag and set up these repositories: policy, lifecycle, mutability, scanning. It pulls and pushes nothing, and no setting of the registry can be changed',
    ],
    warns: [
      'Whoever may set the policy of a repository may let anybody in, themselves too: that is a way to pull and push.',
      'Deleting a repository by force, and a lifecycle policy, delete images.',
    ],
  },
}

const forHoldfast: Record<HoldfastJob, Omit<KindSpec, 'grants'>> = {
  audit: {
    means: [
      'audit: what `holdfast audit` and `holdfast inventory` read. It pulls nothing and changes nothing',
    ],
  },
  backup: {
    means: [
      'backup: what `holdfast backup` reads. `--restore-archived` also needs ecr:UpdateImageStorageClass; the vault in S3 has a policy of its own',
    ],
  },
  restore: {
    means: [
      'restore: what `holdfast restore` does to these repositories. `--registry-settings` needs more (docs/permissions.md)',
    ],
    warns: ['Keys are given only for what ECR asks of them on behalf of the caller (kms:ViaService).'],
  },
}

/** What was asked for, in actions. */
export function kindOf({ kind, permissions }: Pick<PolicyAsk, 'kind' | 'permissions'>): KindSpec {
  if (kind !== 'audit' && kind !== 'backup' && kind !== 'restore') return forPeople[kind]
  return { ...forHoldfast[kind], grants: grantsOf(kind, permissions[kind]) }
}

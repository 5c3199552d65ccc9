/** What people ask for, in ECR's actions. */
export type Need = 'pull' | 'push' | 'delete' | 'configure' | 'read-policy'

export interface NeededActions {
  actions: readonly string[]
  /** All are needed to do it; otherwise each does a part of it. */
  all: boolean
  /**
   * So many of the first are the need itself. The rest are reads that it takes as well: whoever has nothing else has no
   * part of it. Absent: all of them.
   */
  own?: number
}

/** ecr-facts 6.1 and 6.5. A token is asked for apart: it is no repository's, and the API works without. */
export const needs: Record<Need, NeededActions> = {
  pull: { actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], all: true },
  push: {
    actions: [
      ...['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'],
      'ecr:BatchCheckLayerAvailability',
    ],
    all: true,
    own: 4,
  },
  // An archived image cannot be pulled.
  delete: {
    actions: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository', 'ecr:UpdateImageStorageClass'],
    all: false,
  },
  configure: {
    actions: [
      ...['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy', 'ecr:PutLifecyclePolicy'],
      ...['ecr:DeleteLifecyclePolicy', 'ecr:PutImageTagMutability', 'ecr:PutImageScanningConfiguration'],
      ...['ecr:TagResource', 'ecr:UntagResource'],
    ],
    all: false,
  },
  'read-policy': { actions: ['ecr:GetRepositoryPolicy'], all: true },
}

export const allNeeds = Object.keys(needs) as readonly Need[]

/** Of a need, or of one action of IAM. */
export function neededActions(asked: string): NeededActions {
  return isNeed(asked) ? needs[asked] : { actions: [asked], all: true }
}

export function isNeed(asked: string): asked is Need {
  return Object.hasOwn(needs, asked)
}

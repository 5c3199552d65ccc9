import { permissions } from '../../aws/permissions.ts'
import type { Need } from '../call.ts'
import type { Target } from '../kind.ts'
import { ofRepository } from '../kinds/repository.ts'
import type { Place } from '../place.ts'
import type { Encryption } from './encryption.ts'

/** A backup lists the whole registry, and reads what its snapshots always have. */
export function copyNeeds(target: Target, place: Place): Need[] {
  const asked = permissions.backup.map(({ action, scope }): Need => {
    const whole = scope === 'registry' || action === 'ecr:DescribeRepositories'
    return whole ? { action, resource: '*' } : ofRepository(action, target, place)
  })
  return [...asked, ofRepository('ecr:UpdateImageStorageClass', target, place)]
}

const rebuilding = [
  ...['CreateRepository', 'TagResource', 'UntagResource', 'SetRepositoryPolicy', 'PutLifecyclePolicy'],
  ...['PutImageTagMutability', 'PutImageScanningConfiguration', 'BatchCheckLayerAvailability'],
  ...['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage'],
]

export function rebuildNeeds(target: Target, place: Place): Need[] {
  return rebuilding.map((name) => ofRepository(`ecr:${name}`, target, place))
}

/** ECR asks KMS in the caller's name (ecr-facts 7). */
export function keyNeeds({ kmsKey }: Encryption): Need[] {
  return kmsKey === undefined
    ? []
    : ['kms:DescribeKey', 'kms:CreateGrant'].map((action) => ({ action, resource: kmsKey }))
}

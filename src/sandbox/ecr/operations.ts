import { batchGetImage } from './images/batch-get-image.ts'
import { batchDeleteImage } from './images/delete-images.ts'
import { describeImages } from './images/describe-images.ts'
import { listImages } from './images/list-images.ts'
import { listImageReferrers } from './images/list-referrers.ts'
import { putImage } from './images/put-image.ts'
import { describeImageReplicationStatus } from './images/replication-status.ts'
import { describeImageScanFindings, startImageScan } from './images/scan-findings.ts'
import { updateImageStorageClass } from './images/storage-class.ts'
import { readText } from './input/read.ts'
import { batchCheckLayerAvailability } from './layers/availability.ts'
import { getDownloadUrlForLayer } from './layers/download-url.ts'
import { completeLayerUpload, initiateLayerUpload, uploadLayerPart } from './layers/upload.ts'
import type { EcrOperation } from './operation.ts'
import { getAccountSetting, putAccountSetting } from './registry/account-settings.ts'
import { getAuthorizationToken } from './registry/authorization.ts'
import {
  deregisterPullTimeUpdateExclusion,
  listPullTimeUpdateExclusions,
  registerPullTimeUpdateExclusion,
} from './registry/exclusions.ts'
import {
  createPullThroughCacheRule,
  deletePullThroughCacheRule,
  describePullThroughCacheRules,
  updatePullThroughCacheRule,
} from './registry/pull-through.ts'
import { deleteRegistryPolicy, getRegistryPolicy, putRegistryPolicy } from './registry/registry-policy.ts'
import { describeRegistry, putReplicationConfiguration } from './registry/replication.ts'
import {
  batchGetRepositoryScanningConfiguration,
  getRegistryScanningConfiguration,
  putImageScanningConfiguration,
  putRegistryScanningConfiguration,
} from './registry/scanning.ts'
import {
  deleteSigningConfiguration,
  getSigningConfiguration,
  putSigningConfiguration,
} from './registry/signing.ts'
import {
  createRepositoryCreationTemplate,
  deleteRepositoryCreationTemplate,
  describeRepositoryCreationTemplates,
  updateRepositoryCreationTemplate,
} from './registry/templates.ts'
import {
  describeReplicationBackfillResults,
  listReplicationBackfills,
  startReplicationBackfill,
  stopReplicationBackfill,
} from './replication/backfill.ts'
import { createRepository } from './repositories/create-repository.ts'
import { deleteRepository } from './repositories/delete-repository.ts'
import { describeRepositories } from './repositories/describe-repositories.ts'
import {
  deleteLifecyclePolicy,
  getLifecyclePolicy,
  putLifecyclePolicy,
} from './repositories/lifecycle-policy.ts'
import { putImageTagMutability } from './repositories/mutability.ts'
import {
  deleteRepositoryPolicy,
  getRepositoryPolicy,
  setRepositoryPolicy,
} from './repositories/repository-policy.ts'
import { listTagsForResource, tagResource, untagResource } from './repositories/tags.ts'

export { knownEcrOperations } from './known-operations.ts'

const all: Record<string, EcrOperation> = {
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  BatchDeleteImage: batchDeleteImage,
  BatchGetImage: batchGetImage,
  BatchGetRepositoryScanningConfiguration: batchGetRepositoryScanningConfiguration,
  CompleteLayerUpload: completeLayerUpload,
  CreatePullThroughCacheRule: createPullThroughCacheRule,
  CreateRepository: createRepository,
  CreateRepositoryCreationTemplate: createRepositoryCreationTemplate,
  DeleteLifecyclePolicy: deleteLifecyclePolicy,
  DeletePullThroughCacheRule: deletePullThroughCacheRule,
  DeleteRegistryPolicy: deleteRegistryPolicy,
  DeleteRepository: deleteRepository,
  DeleteRepositoryCreationTemplate: deleteRepositoryCreationTemplate,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  DeleteSigningConfiguration: deleteSigningConfiguration,
  DeregisterPullTimeUpdateExclusion: deregisterPullTimeUpdateExclusion,
  DescribeImageReplicationStatus: describeImageReplicationStatus,
  DescribeImageScanFindings: describeImageScanFindings,
  DescribeImages: describeImages,
  DescribePullThroughCacheRules: describePullThroughCacheRules,
  DescribeRegistry: describeRegistry,
  DescribeReplicationBackfillResults: describeReplicationBackfillResults,
  DescribeRepositories: describeRepositories,
  DescribeRepositoryCreationTemplates: describeRepositoryCreationTemplates,
  GetAccountSetting: getAccountSetting,
  GetAuthorizationToken: getAuthorizationToken,
  GetDownloadUrlForLayer: getDownloadUrlForLayer,
  GetLifecyclePolicy: getLifecyclePolicy,
  GetRegistryPolicy: getRegistryPolicy,
  GetRegistryScanningConfiguration: getRegistryScanningConfiguration,
  GetRepositoryPolicy: getRepositoryPolicy,
  GetSigningConfiguration: getSigningConfiguration,
  InitiateLayerUpload: initiateLayerUpload,
  ListImageReferrers: listImageReferrers,
  ListImages: listImages,
  ListPullTimeUpdateExclusions: listPullTimeUpdateExclusions,
  ListReplicationBackfills: listReplicationBackfills,
  ListTagsForResource: listTagsForResource,
  PutAccountSetting: putAccountSetting,
  PutImage: putImage,
  PutImageScanningConfiguration: putImageScanningConfiguration,
  PutImageTagMutability: putImageTagMutability,
  PutLifecyclePolicy: putLifecyclePolicy,
  PutRegistryPolicy: putRegistryPolicy,
  PutRegistryScanningConfiguration: putRegistryScanningConfiguration,
  PutReplicationConfiguration: putReplicationConfiguration,
  PutSigningConfiguration: putSigningConfiguration,
  RegisterPullTimeUpdateExclusion: registerPullTimeUpdateExclusion,
  SetRepositoryPolicy: setRepositoryPolicy,
  StartImageScan: startImageScan,
  StartReplicationBackfill: startReplicationBackfill,
  StopReplicationBackfill: stopReplicationBackfill,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateImageStorageClass: updateImageStorageClass,
  UpdatePullThroughCacheRule: updatePullThroughCacheRule,
  UpdateRepositoryCreationTemplate: updateRepositoryCreationTemplate,
  UploadLayerPart: uploadLayerPart,
}

/** Every operation that the sandbox has, by its name on the wire. */
export const ecrOperations: Record<string, EcrOperation> = Object.fromEntries(
  Object.entries(all).map(([name, operation]) => [name, checkingRegistryId(operation)]),
)

function checkingRegistryId(operation: EcrOperation): EcrOperation {
  return async (call) => {
    readText(call.input, 'registryId', { pattern: /^[0-9]{12}$/ })
    return await operation(call)
  }
}

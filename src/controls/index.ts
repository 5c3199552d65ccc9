import { alarmDangerousChanges } from './alarm-dangerous-changes/control.ts'
import { alarmFailedCalls } from './alarm-failed-calls/control.ts'
import { alarmScanFindings } from './alarm-scan-findings/control.ts'
import { cleanUpFunction } from './clean-up-function/control.ts'
import { cloudtrailRecords } from './cloudtrail-records/control.ts'
import { conditionsRestrict } from './conditions-restrict/control.ts'
import type { Control } from './control.ts'
import { creationTemplates } from './creation-templates/control.ts'
import { crossAccountPush } from './cross-account-push/control.ts'
import { crossAccountTrusted } from './cross-account-trusted/control.ts'
import { danglingPrincipals } from './dangling-principals/control.ts'
import { enhancedScanning } from './enhanced-scanning/control.ts'
import { findingsOverdue } from './findings-overdue/control.ts'
import { iamLeastPrivilege } from './iam-least-privilege/control.ts'
import { imageSecrets } from './image-secrets/control.ts'
import { imageSigning } from './image-signing/control.ts'
import { inventoryComplete } from './inventory-complete/control.ts'
import { kmsCustomerKey } from './kms-customer-key/control.ts'
import { kmsEncryption } from './kms-encryption/control.ts'
import { kmsKeyAllowed } from './kms-key-allowed/control.ts'
import { kmsKeyCare } from './kms-key-care/control.ts'
import { kmsKeyPlace } from './kms-key-place/control.ts'
import { latestImageScanned } from './latest-image-scanned/control.ts'
import { lifecyclePresent } from './lifecycle-present/control.ts'
import { lifecycleSafe } from './lifecycle-safe/control.ts'
import { mfaForWriters } from './mfa-for-writers/control.ts'
import { ownerTag } from './owner-tag/control.ts'
import { policyNetworkGuard } from './policy-network-guard/control.ts'
import { policyWildcardActions } from './policy-wildcard-actions/control.ts'
import { publicRepositories } from './public-repositories/control.ts'
import { pullThroughRules } from './pull-through-rules/control.ts'
import { registryPolicyPublic } from './registry-policy-public/control.ts'
import { replicationConfigured } from './replication-configured/control.ts'
import { repositoryPolicyPresent } from './repository-policy-present/control.ts'
import { repositoryPolicyPublic } from './repository-policy-public/control.ts'
import { repositorySize } from './repository-size/control.ts'
import { repositoryUnused } from './repository-unused/control.ts'
import { scanningEffective } from './scanning-effective/control.ts'
import { tagImmutability } from './tag-immutability/control.ts'
import { untaggedStale } from './untagged-stale/control.ts'
import { vpcEndpoints } from './vpc-endpoints/control.ts'

/** Every control, the gravest first. The order is the order of reports. */
export const controls: readonly Control[] = [
  registryPolicyPublic,
  repositoryPolicyPublic,
  crossAccountPush,
  imageSecrets,
  crossAccountTrusted,
  conditionsRestrict,
  policyWildcardActions,
  iamLeastPrivilege,
  mfaForWriters,
  scanningEffective,
  findingsOverdue,
  latestImageScanned,
  enhancedScanning,
  tagImmutability,
  imageSigning,
  pullThroughRules,
  creationTemplates,
  policyNetworkGuard,
  kmsKeyAllowed,
  cloudtrailRecords,
  alarmDangerousChanges,
  alarmFailedCalls,
  alarmScanFindings,
  vpcEndpoints,
  kmsKeyCare,
  kmsCustomerKey,
  kmsEncryption,
  lifecycleSafe,
  lifecyclePresent,
  untaggedStale,
  repositoryUnused,
  replicationConfigured,
  repositoryPolicyPresent,
  danglingPrincipals,
  publicRepositories,
  ownerTag,
  kmsKeyPlace,
  repositorySize,
  cleanUpFunction,
  inventoryComplete,
]

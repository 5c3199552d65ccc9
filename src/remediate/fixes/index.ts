import type { Fix } from '../fix.ts'
import { alarmDangerousChanges } from './alarm-dangerous-changes.ts'
import { alarmFailedCalls } from './alarm-failed-calls.ts'
import { alarmScanFindings } from './alarm-scan-findings.ts'
import { cleanUpFunction } from './clean-up-function.ts'
import { cloudtrailRecords } from './cloudtrail-records.ts'
import { conditionsRestrict } from './conditions-restrict.ts'
import { creationTemplates } from './creation-templates.ts'
import { crossAccountPush } from './cross-account-push.ts'
import { crossAccountTrusted } from './cross-account-trusted.ts'
import { danglingPrincipals } from './dangling-principals.ts'
import { enhancedScanning } from './enhanced-scanning.ts'
import { findingsOverdue } from './findings-overdue.ts'
import { iamLeastPrivilege } from './iam-least-privilege.ts'
import { imageSecrets } from './image-secrets.ts'
import { imageSigning } from './image-signing.ts'
import { kmsCustomerKey } from './kms-customer-key.ts'
import { kmsEncryption } from './kms-encryption.ts'
import { kmsKeyAllowed } from './kms-key-allowed.ts'
import { kmsKeyCare } from './kms-key-care.ts'
import { kmsKeyPlace } from './kms-key-place.ts'
import { latestImageScanned } from './latest-image-scanned.ts'
import { lifecyclePresent } from './lifecycle-present.ts'
import { lifecycleSafe } from './lifecycle-safe.ts'
import { mfaForWriters } from './mfa-for-writers.ts'
import { ownerTag } from './owner-tag.ts'
import { policyNetworkGuard } from './policy-network-guard.ts'
import { policyWildcardActions } from './policy-wildcard-actions.ts'
import { publicRepositories } from './public-repositories.ts'
import { pullThroughRules } from './pull-through-rules.ts'
import { registryPolicyPublic } from './registry-policy-public.ts'
import { replicationConfigured } from './replication-configured.ts'
import { repositoryPolicyPresent } from './repository-policy-present.ts'
import { repositoryPolicyPublic } from './repository-policy-public.ts'
import { repositorySize } from './repository-size.ts'
import { repositoryUnused } from './repository-unused.ts'
import { scanningEffective } from './scanning-effective.ts'
import { tagImmutability } from './tag-immutability.ts'
import { untaggedStale } from './untagged-stale.ts'
import { vpcEndpoints } from './vpc-endpoints.ts'

/** By control, in the order of the controls. */
export const fixes: readonly Fix[] = [
  registryPolicyPublic,
  repositoryPolicyPublic,
  crossAccountPush,
  crossAccountTrusted,
  conditionsRestrict,
  policyWildcardActions,
  danglingPrincipals,
  policyNetworkGuard,
  repositoryPolicyPresent,
  imageSecrets,
  scanningEffective,
  findingsOverdue,
  latestImageScanned,
  enhancedScanning,
  tagImmutability,
  imageSigning,
  pullThroughRules,
  creationTemplates,
  lifecycleSafe,
  lifecyclePresent,
  untaggedStale,
  publicRepositories,
  ownerTag,
  repositorySize,
  repositoryUnused,
  replicationConfigured,
  cloudtrailRecords,
  alarmDangerousChanges,
  alarmFailedCalls,
  alarmScanFindings,
  cleanUpFunction,
  kmsKeyCare,
  iamLeastPrivilege,
  mfaForWriters,
  vpcEndpoints,
  kmsKeyAllowed,
  kmsCustomerKey,
  kmsEncryption,
  kmsKeyPlace,
]

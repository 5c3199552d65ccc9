import type { Kind } from '../kind.ts'
import { accountSetting } from './account-setting.ts'
import { alarm } from './alarm.ts'
import { bucketPublicAccessBlock } from './bucket-public-access-block.ts'
import { creationTemplate } from './creation-template.ts'
import { eventRule } from './event-rule.ts'
import { eventTargets } from './event-targets.ts'
import { functionFailures } from './function-failures.ts'
import { inlinePolicy } from './inline-policy.ts'
import { kmsKeyPolicy } from './kms-key-policy.ts'
import { kmsKeyState } from './kms-key-state.ts'
import { kmsRotation } from './kms-rotation.ts'
import { lifecyclePolicy } from './lifecycle-policy.ts'
import { logGroup } from './log-group.ts'
import { logRetention } from './log-retention.ts'
import { managedPolicy } from './managed-policy.ts'
import { metricFilter } from './metric-filter.ts'
import { policyAttachment } from './policy-attachment.ts'
import { pullTimeExclusion } from './pull-time-exclusion.ts'
import { registryPolicy } from './registry-policy.ts'
import { registryScanning } from './registry-scanning.ts'
import { replication } from './replication.ts'
import { repositoryEncryption } from './repository-encryption.ts'
import { repositoryPolicy } from './repository-policy.ts'
import { repositoryRetired } from './repository-retired.ts'
import { repositoryTags } from './repository-tags.ts'
import { scanOnPush } from './scan-on-push.ts'
import { signingConfiguration } from './signing-configuration.ts'
import { subscription } from './subscription.ts'
import { tagMutability } from './tag-mutability.ts'
import { topic } from './topic.ts'
import { trail } from './trail.ts'
import { trailLogging } from './trail-logging.ts'
import { trailSelectors } from './trail-selectors.ts'
import { vpcEndpointPolicy } from './vpc-endpoint-policy.ts'

/** In the order in which an apply goes through them; a rollback goes the other way. */
export const kinds: readonly Kind[] = [
  accountSetting,
  pullTimeExclusion,
  registryScanning,
  scanOnPush,
  signingConfiguration,
  creationTemplate,
  tagMutability,
  repositoryTags,
  registryPolicy,
  replication,
  repositoryPolicy,
  lifecyclePolicy,
  repositoryEncryption,
  repositoryRetired,
  logGroup,
  logRetention,
  bucketPublicAccessBlock,
  topic,
  subscription,
  metricFilter,
  alarm,
  eventRule,
  eventTargets,
  kmsKeyState,
  kmsRotation,
  kmsKeyPolicy,
  // After the policy of the key that encrypts what they write.
  trail,
  trailSelectors,
  trailLogging,
  vpcEndpointPolicy,
  // Last, as they may take from whoever applies the plan.
  managedPolicy,
  inlinePolicy,
  policyAttachment,
  // After the policy by which the function may write there.
  functionFailures,
].map((kind) => kind as unknown as Kind)

export function kindOf(name: string): Kind | undefined {
  return kinds.find((kind) => kind.name === name)
}

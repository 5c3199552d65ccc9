import { dangerousChanges } from '../../controls/alarm-dangerous-changes/control.ts'
import type { Fix } from '../fix.ts'
import { byRule } from '../watching/by-rule.ts'
import { proposeHearing } from '../watching/hearing.ts'

/** Calls that are rare, and whose harm can be undone only while it is early (ecr-facts 5.2). */
const calls = [
  ...['DeleteRepository', 'BatchDeleteImage', 'UpdateImageStorageClass'],
  ...['PutLifecyclePolicy', 'DeleteLifecyclePolicy'],
  ...['SetRepositoryPolicy', 'DeleteRepositoryPolicy', 'PutRegistryPolicy', 'DeleteRegistryPolicy'],
  ...['PutImageTagMutability', 'PutImageScanningConfiguration', 'PutRegistryScanningConfiguration'],
  ...['PutSigningConfiguration', 'DeleteSigningConfiguration', 'PutAccountSetting'],
  ...['PutReplicationConfiguration', 'CreatePullThroughCacheRule', 'UpdatePullThroughCacheRule'],
  ...['CreateRepositoryCreationTemplate', 'UpdateRepositoryCreationTemplate'],
  'RegisterPullTimeUpdateExclusion',
  ...['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy'],
]

const rule = {
  name: 'holdfast-registry-changes',
  description: 'Deletes, opened policies, scanning switched off, keys disabled',
  pattern: {
    source: ['aws.ecr', 'aws.kms'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: ['ecr.amazonaws.com', 'kms.amazonaws.com'], eventName: calls },
  },
  why: 'Whoever listens to the topic hears of deletes, changed policies, changed scanning and disabled keys.',
  warnings: ['Each such call is a message: where a pipeline makes them all day, narrow the rule afterwards.'],
}

export const alarmDangerousChanges: Fix = {
  control: 'alarm-dangerous-changes',
  propose: (context) => {
    const samples = dangerousChanges(context.inventory.registry)
    for (const finding of context.findings)
      proposeHearing(context, { finding, samples, listen: byRule(context, samples, rule) })
  },
}

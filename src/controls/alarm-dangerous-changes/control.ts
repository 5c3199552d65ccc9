import { apiCall, imageDeleted, type Place, type Sample } from '../../events/samples.ts'
import type { RegistryControl } from '../control.ts'
import { judgeWatch } from '../watch-verdict.ts'

export const alarmDangerousChanges: RegistryControl = {
  id: 'alarm-dangerous-changes',
  title: 'Somebody hears of deletes, opened policies, scanning switched off and keys disabled',
  severity: 'medium',
  why: 'What an intruder does to a registry is done with calls that are rare, and can be undone only while it is early.',
  needs: [
    'ecr:DescribeRepositories',
    'cloudtrail:DescribeTrails',
    'logs:DescribeMetricFilters',
    'cloudwatch:DescribeAlarms',
    'sns:ListSubscriptionsByTopic',
    'events:ListRules',
    'events:ListTargetsByRule',
  ],
  mappings: [
    { framework: 'NIST 800-53', ids: ['AU-6', 'CM-3', 'SI-4', 'SI-4(5)'] },
    { framework: 'PCI DSS 4.0.1', ids: ['10.4.1', '10.7.2', '11.5.2'] },
    { framework: 'SOC 2', ids: ['CC7.2', 'CC7.3', 'CC8.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.16', 'A.8.32'] },
  ],
  fix: 'Make an EventBridge rule, or a metric filter with an alarm, for these calls, with a topic that somebody reads.',
  scope: 'registry',
  judge: (inventory) => judgeWatch(inventory, dangerousChanges(inventory.registry)),
}

/** One or two of each group of ecr-facts 5.2. */
export function dangerousChanges(place: Place): Sample[] {
  return [
    apiCall(place, 'deleted repositories', { name: 'DeleteRepository' }),
    imageDeleted(place),
    apiCall(place, 'changed lifecycle policies', { name: 'PutLifecyclePolicy' }),
    apiCall(place, 'changed policies', { name: 'SetRepositoryPolicy' }),
    apiCall(place, 'changed policies', { name: 'PutRegistryPolicy' }),
    apiCall(place, 'changed scanning', { name: 'PutRegistryScanningConfiguration' }),
    apiCall(place, 'disabled keys', { name: 'DisableKey', service: 'kms' }),
    apiCall(place, 'keys that are to be deleted', { name: 'ScheduleKeyDeletion', service: 'kms' }),
  ]
}

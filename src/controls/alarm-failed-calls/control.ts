import { apiCall, type Place, type Sample } from '../../events/samples.ts'
import type { RegistryControl } from '../control.ts'
import { judgeWatch } from '../watch-verdict.ts'

export const alarmFailedCalls: RegistryControl = {
  id: 'alarm-failed-calls',
  title: 'Somebody hears of denied calls to the registry',
  severity: 'medium',
  why: 'An intruder who tries what the stolen credentials allow is seen only by the denials that this causes.',
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
    { framework: 'NIST 800-53', ids: ['AU-6', 'SI-4', 'SI-4(5)'] },
    { framework: 'PCI DSS 4.0.1', ids: ['10.4.1'] },
    { framework: 'SOC 2', ids: ['CC7.2', 'CC7.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.16'] },
  ],
  fix: 'Count denied ECR calls with a metric filter on the log group of a trail, and alarm on one in five minutes.',
  scope: 'registry',
  judge: (inventory) => judgeWatch(inventory, deniedCalls(inventory.registry)),
}

/** ECR says either of the two (ecr-facts 5.2), for a read as for a write. */
export function deniedCalls(place: Place): Sample[] {
  const what = 'denied calls'
  return [
    apiCall(place, what, { name: 'BatchDeleteImage', denied: 'AccessDenied' }),
    apiCall(place, what, { name: 'PutImage', denied: 'AccessDeniedException' }),
    apiCall(place, what, { name: 'BatchGetImage', denied: 'AccessDenied' }),
  ]
}

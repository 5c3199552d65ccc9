import { seriousFindings } from '../../events/samples.ts'
import { type RegistryControl, unknown } from '../control.ts'
import { judgeWatch } from '../watch-verdict.ts'

export const alarmScanFindings: RegistryControl = {
  id: 'alarm-scan-findings',
  title: 'Somebody hears of serious scan findings',
  severity: 'medium',
  why: 'A scan that nobody reads protects nobody.',
  needs: [
    'ecr:DescribeRepositories',
    'ecr:GetRegistryScanningConfiguration',
    'events:ListRules',
    'events:ListTargetsByRule',
    'sns:ListSubscriptionsByTopic',
  ],
  mappings: [
    { framework: 'NIST 800-53', ids: ['RA-5', 'SI-4', 'SI-4(5)'] },
    { framework: 'NIST 800-190', ids: ['4.1.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.1'] },
    { framework: 'SOC 2', ids: ['CC7.1', 'CC7.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.8', 'A.8.16'] },
  ],
  fix: 'Make an EventBridge rule for the scan events of your kind of scanning, with a topic that somebody reads.',
  scope: 'registry',
  judge: (inventory) => {
    // Basic and enhanced scanning send different events (ecr-facts 5.1).
    const { registry, scanning } = inventory
    if ('error' in scanning) return unknown(scanning.error)
    return judgeWatch(inventory, [seriousFindings(registry, scanning.ok.scanType)])
  },
}

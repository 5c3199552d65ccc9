import { seriousFindings } from '../../events/samples.ts'
import { type RegistryControl, unknown } from '../control.ts'
import { judgeWatch } from '../watch-verdict.ts'

export const alarmScanFindings: RegistryControl = {
  id: 'alarm-scan-findings',
  title: 'Somebody hears of serious scan findings',
  severity: 'medium',
  why: 'A scan that nobody reads protects nobody.',
  needs: [
    'ecr:GetRegistryScanningConfiguration',
    'events:ListRules',
    'events:ListTargetsByRule',
    'sns:ListSubscriptionsByTopic',
  ],
  mappings: [{ framework: 'NIST 800-53', ids: ['RA-5', 'SI-4'] }],
  fix: 'Make an EventBridge rule for the scan events of your kind of scanning, with a topic that somebody reads.',
  scope: 'registry',
  judge: (inventory) => {
    // Basic and enhanced scanning send different events (ecr-facts 5.1).
    const { registry, scanning } = inventory
    if ('error' in scanning) return unknown(scanning.error)
    return judgeWatch(inventory, [seriousFindings(registry, scanning.ok.scanType)])
  },
}

import { seriousFindings } from '../../events/samples.ts'
import type { Fix } from '../fix.ts'
import { byRule, type NewRule } from '../watching/by-rule.ts'
import { proposeHearing } from '../watching/hearing.ts'

type ScanType = 'BASIC' | 'ENHANCED'

const counted = (severity: string) => ({ 'finding-severity-counts': { [severity]: [{ numeric: ['>', 0] }] } })
const why = 'Whoever listens to the topic hears of critical and high findings.'
const description = 'Critical and high findings of image scans'

/** The two send different events (ecr-facts 5.1). */
const rules: Record<ScanType, NewRule> = {
  BASIC: {
    ...{ name: 'holdfast-scan-findings', description, why },
    pattern: {
      source: ['aws.ecr'],
      'detail-type': ['ECR Image Scan'],
      detail: { $or: [counted('CRITICAL'), counted('HIGH')] },
    },
  },
  ENHANCED: {
    ...{ name: 'holdfast-inspector-findings', description, why },
    pattern: {
      source: ['aws.inspector2'],
      'detail-type': ['Inspector2 Finding'],
      detail: {
        severity: ['CRITICAL', 'HIGH'],
        status: ['ACTIVE'],
        resources: { type: ['AWS_ECR_CONTAINER_IMAGE'] },
      },
    },
    warnings: ['Each finding is a message of its own, and the first scan may have many.'],
  },
}

export const alarmScanFindings: Fix = {
  control: 'alarm-scan-findings',
  propose: (context) => {
    const { inventory, findings, baseline } = context
    const { scanning, registry } = inventory
    if ('error' in scanning) return
    // A plan that switches to the other kind must not silence what it repairs.
    const kinds = new Set<ScanType>([
      scanning.ok.scanType,
      ...(baseline.scanning.type === 'ENHANCED' ? (['ENHANCED'] as const) : []),
    ])
    for (const finding of findings)
      for (const kind of kinds) {
        const samples = [seriousFindings(registry, kind)]
        proposeHearing(context, { finding, samples, listen: byRule(context, samples, rules[kind]) })
      }
  },
}

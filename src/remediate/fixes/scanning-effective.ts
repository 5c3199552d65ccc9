import type { Fix } from '../fix.ts'
import { registryScanning } from '../kinds/registry-scanning.ts'
import { scanOnPush } from '../kinds/scan-on-push.ts'
import { filtersFor, mostFilters, namesOf, scannedLike, withFilters } from './scanning-rules.ts'

/**
 * By a rule of the registry, which is where ECR wants it. The old flag of a repository only where the rule is full and
 * the flag still counts: under basic scanning (ecr-facts 2.6).
 */
export const scanningEffective: Fix = {
  control: 'scanning-effective',
  propose: ({ inventory, findings, baseline, draft }) => {
    const names = namesOf(findings)
    const lacking = scannedLike(inventory, (frequency) => frequency === 'MANUAL')
    const filters = filtersFor(
      names,
      lacking.filter(({ byFlag }) => !byFlag).map(({ name }) => name),
    )
    const why = 'What is pushed is scanned for vulnerabilities from then on; images that are there are not.'
    if (isFull(inventory.scanning, filters)) {
      for (const name of names) draft.change(scanOnPush, name, () => ({ scanOnPush: true }), { why })
      return
    }
    draft.change(
      registryScanning,
      'registry',
      (state) => {
        if (!state) return state
        const frequency = state.scanType === 'ENHANCED' ? baseline.scanning.frequency : 'SCAN_ON_PUSH'
        return withFilters(state, frequency, filters)
      },
      { why, ...warningsOf(inventory.scanning, filters) },
    )
  },
}

type Scanning = Parameters<typeof scanningEffective.propose>[0]['inventory']['scanning']

function isFull(scanning: Scanning, filters: readonly string[]): boolean {
  if ('error' in scanning || scanning.ok.scanType !== 'BASIC') return false
  const there = scanning.ok.rules.reduce((sum, rule) => sum + rule.filters.length, 0)
  return there + filters.length > mostFilters
}

function warningsOf(scanning: Scanning, filters: readonly string[]) {
  if ('error' in scanning || scanning.ok.scanType !== 'ENHANCED') return {}
  const which = filters.includes('*') ? 'every repository' : 'these repositories'
  return { warnings: [`Amazon Inspector is paid for each image that it scans, and would scan ${which}.`] }
}

import { expect, test } from 'vitest'
import type { Registry, Repository } from '../world.ts'
import { effectiveScanning, matchesScanningFilter } from './scanning-filters.ts'

const names = ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo', 'team/prod/x', 'other']

/** The table of ecr-facts 2.6. */
test.each([
  ['prod', ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo', 'team/prod/x']],
  ['*prod', ['prod', 'repo-prod']],
  ['prod*', ['prod', 'prod-repo', 'prodrepo']],
  ['*prod*', ['prod', 'repo-prod', 'prod-repo', 'repo-prod-repo', 'prodrepo', 'team/prod/x']],
  ['prod*repo', ['prod-repo', 'prodrepo']],
  ['*', names],
  ['team/*', ['team/prod/x']],
  ['p.od', []],
])('%s', (filter, expected) => {
  expect(names.filter((name) => matchesScanningFilter(filter, name))).toEqual(expected)
})

const rule = (scanFrequency: string, ...filters: string[]) => ({
  scanFrequency,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
})

test.each([
  ['BASIC', false, [], 'MANUAL', []],
  ['BASIC', true, [], 'SCAN_ON_PUSH', []],
  ['BASIC', false, [rule('SCAN_ON_PUSH', 'other', 'pro*', 'prod')], 'SCAN_ON_PUSH', ['pro*', 'prod']],
  ['ENHANCED', true, [], 'MANUAL', []],
  [
    'ENHANCED',
    false,
    [rule('SCAN_ON_PUSH', '*'), rule('CONTINUOUS_SCAN', 'prod')],
    'CONTINUOUS_SCAN',
    ['prod'],
  ],
  [
    'ENHANCED',
    false,
    [rule('CONTINUOUS_SCAN', 'prod'), rule('SCAN_ON_PUSH', '*')],
    'CONTINUOUS_SCAN',
    ['prod'],
  ],
  ['ENHANCED', false, [rule('CONTINUOUS_SCAN', 'x'), rule('SCAN_ON_PUSH', '*')], 'SCAN_ON_PUSH', ['*']],
] as const)('%s, flag %s, %j: %s', (...row) => {
  const [scanType, scanOnPush, rules, scanFrequency, filters] = row
  const registry = { scanning: { scanType, rules } } as unknown as Registry
  const effective = effectiveScanning(registry, { name: 'prod', scanOnPush } as Repository)
  expect(effective.scanFrequency).toBe(scanFrequency)
  expect(effective.scanOnPush).toBe(scanFrequency !== 'MANUAL')
  expect(effective.appliedScanFilters.map(({ filter }) => filter)).toEqual(filters)
})

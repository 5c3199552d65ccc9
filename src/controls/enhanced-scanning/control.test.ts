import { expect, test } from 'vitest'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { denied, inventory, repository, settings } from '../inventory.fixture.ts'
import { enhancedScanning } from './control.ts'

const by = (frequency: string, ...filters: string[]) => ({ ok: { frequency, filters } })
const basic: Inventory['scanning'] = { ok: { scanType: 'BASIC', rules: [] } }
const enhanced: Inventory['scanning'] = { ok: { scanType: 'ENHANCED', rules: [] } }
const scan = (status: string, letter = 'b') => ({
  digest: `sha256:${letter.repeat(64)}`,
  status,
  severities: {},
})

interface Case {
  effective: RepositoryInventory['effectiveScanning']
  scanning?: Inventory['scanning']
  flag?: boolean
  latest?: RepositoryInventory['latestScan']
  deployed?: RepositoryInventory['deployedScans']
  status: string
  words: string
}

// Not applicable does not happen: scanning is for every repository, empty or not.
test.each<Case>([
  { effective: by('CONTINUOUS_SCAN', '*'), status: 'pass', words: 'continuously by Amazon Inspector' },
  { effective: by('CONTINUOUS_SCAN'), scanning: denied, status: 'pass', words: 'continuously' },
  {
    effective: by('SCAN_ON_PUSH'),
    status: 'fail',
    words: 'Amazon Inspector scans an image only when it is pushed',
  },
  { effective: by('SCAN_ON_PUSH'), scanning: basic, status: 'fail', words: 'never again (basic scanning).' },
  { effective: by('SCAN_ON_PUSH'), scanning: denied, status: 'fail', words: 'never again.' },
  // The repository's old flag is for basic scanning on push only.
  { effective: by('MANUAL'), scanning: basic, flag: true, status: 'fail', words: 'let alone continuously' },
  { effective: by('MANUAL'), status: 'fail', words: 'no filter of enhanced scanning' },
  { effective: by('MANUAL'), scanning: denied, status: 'fail', words: 'Not scanned' },
  { effective: by('HOURLY'), status: 'unknown', words: '"HOURLY" is not known here' },
  { effective: denied, status: 'unknown', words: 'AccessDenied' },
  {
    effective: by('CONTINUOUS_SCAN'),
    latest: { ok: scan('SCAN_ELIGIBILITY_EXPIRED') },
    status: 'fail',
    words: 'but bbbbbbbbbbbb no longer',
  },
  {
    effective: by('CONTINUOUS_SCAN'),
    deployed: { ok: [scan('ACTIVE', 'c'), scan('SCAN_ELIGIBILITY_EXPIRED', 'd')] },
    status: 'fail',
    words: 'but dddddddddddd no longer',
  },
  { effective: by('CONTINUOUS_SCAN'), deployed: denied, status: 'unknown', words: 'AccessDenied' },
  { effective: by('CONTINUOUS_SCAN'), latest: { ok: null }, status: 'pass', words: 'continuously' },
])('$status: $words', ({ effective, scanning = enhanced, flag = false, ...rest }) => {
  const verdict = enhancedScanning.judge(
    repository({
      effectiveScanning: effective,
      scanOnPush: flag,
      latestScan: rest.latest ?? { ok: scan('ACTIVE') },
      deployedScans: rest.deployed ?? { ok: [] },
    }),
    inventory({ scanning }),
    settings(),
  )
  expect(verdict.reason).toContain(rest.words)
  expect(verdict.status).toBe(rest.status)
})

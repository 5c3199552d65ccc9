import { expect, test } from 'vitest'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { denied, inventory, repository, settings } from '../inventory.fixture.ts'
import { scanningEffective } from './control.ts'

const by = (frequency: string, ...filters: string[]) => ({ ok: { frequency, filters } })
const basic: Inventory['scanning'] = { ok: { scanType: 'BASIC', rules: [] } }
const enhanced: Inventory['scanning'] = { ok: { scanType: 'ENHANCED', rules: [] } }

interface Case {
  effective: RepositoryInventory['effectiveScanning']
  flag?: boolean
  scanning?: Inventory['scanning']
  status: string
  words: string
}

test.each<Case>([
  {
    effective: by('SCAN_ON_PUSH', 'shop/*'),
    status: 'pass',
    words: "on push: the registry's filter shop/* matches",
  },
  {
    effective: by('CONTINUOUS_SCAN', '*', 'shop'),
    scanning: enhanced,
    status: 'pass',
    words: 'filters * and shop match',
  },
  { effective: by('SCAN_ON_PUSH'), flag: true, status: 'pass', words: 'own old flag' },
  { effective: by('SCAN_ON_PUSH'), status: 'pass', words: 'names no filter' },
  { effective: by('MANUAL'), status: 'fail', words: 'no filter of the registry matches' },
  { effective: by('MANUAL'), scanning: enhanced, status: 'fail', words: 'no filter of enhanced scanning' },
  { effective: by('MANUAL'), scanning: denied, status: 'fail', words: 'Not scanned' },
  { effective: by('MANUAL'), flag: true, status: 'pass', words: 'own old flag' },
  { effective: by('MANUAL'), flag: true, scanning: enhanced, status: 'fail', words: 'flag has no effect' },
  { effective: by('MANUAL'), flag: true, scanning: denied, status: 'unknown', words: 'AccessDenied' },
  { effective: denied, flag: true, status: 'unknown', words: 'AccessDenied' },
])('$status: $words', ({ effective, flag = false, scanning = basic, status, words }) => {
  const judged = scanningEffective.judge(
    repository({ effectiveScanning: effective, scanOnPush: flag }),
    inventory({ scanning }),
    settings(),
  )
  expect(judged.reason).toContain(words)
  expect(judged.status).toBe(status)
})

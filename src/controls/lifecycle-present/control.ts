import { plural } from '../../core/bytes.ts'
import { fail, pass, type RepositoryControl, unknown } from '../control.ts'
import { readLifecycle } from '../lifecycle-text.ts'

export const lifecyclePresent: RepositoryControl = {
  id: 'lifecycle-present',
  title: 'A lifecycle policy decides what becomes of old images',
  severity: 'low',
  why: 'Old images pile up: they cost money, and outdated ones with known holes stay ready to be pulled.',
  needs: ['ecr:GetLifecyclePolicy'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.3'] },
    { framework: 'NIST 800-53', ids: ['CA-9(1)', 'CM-2', 'CM-2(2)'] },
    { framework: 'NIST 800-190', ids: ['4.2.2'] },
    { framework: 'PCI DSS 4.0.1', ids: ['3.2.1'] },
    { framework: 'SOC 2', ids: ['C1.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.10'] },
  ],
  fix: 'Put a lifecycle policy; back up first, and preview it: it deletes.',
  scope: 'repository',
  judge: ({ lifecyclePolicy }) => {
    if ('error' in lifecyclePolicy) return unknown(lifecyclePolicy.error)
    if (lifecyclePolicy.ok === null) return fail('No lifecycle policy: images stay for ever.')
    const parsed = readLifecycle(lifecyclePolicy.ok)
    if ('unreadable' in parsed) return fail(`There is a policy, but ${parsed.unreadable}.`)
    return pass(`${plural(parsed.rules.length, 'rule')}.`, { rules: parsed.rules.length })
  },
}

import { shortDigest } from '../../core/digest.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { fail, pass, type RepositoryControl, unknown } from '../control.ts'
import { join } from '../grant-words.ts'
import { scansOf } from '../scans.ts'
import { useActions } from '../uses.ts'

export const enhancedScanning: RepositoryControl = {
  id: 'enhanced-scanning',
  title: 'Images are scanned again whenever a new vulnerability becomes known',
  severity: 'medium',
  why: 'A scan on push knows the holes of that day; those of the years in which the image runs stay unseen.',
  needs: [
    'ecr:BatchGetRepositoryScanningConfiguration',
    'ecr:GetRegistryScanningConfiguration',
    'ecr:DescribeImageScanFindings',
    ...useActions,
  ],
  mappings: [
    { framework: 'FSBP', ids: ['Inspector.2'] },
    { framework: 'NIST 800-53', ids: ['RA-5', 'SI-2'] },
    { framework: 'NIST 800-190', ids: ['4.1.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.1', '11.3.1'] },
    { framework: 'SOC 2', ids: ['CC7.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.8'] },
  ],
  fix: 'Switch the registry to enhanced scanning, with continuous scanning for the repository.',
  scope: 'repository',
  judge: (repository, inventory) => {
    const { scanning } = inventory
    const { effectiveScanning } = repository
    if ('error' in effectiveScanning) return unknown(effectiveScanning.error)
    const { frequency, filters } = effectiveScanning.ok
    const evidence = { frequency, filters: filters.slice(0, 20), ...typeOf(scanning) }
    if (frequency === 'SCAN_ON_PUSH') return fail(onPushWords(scanning), evidence)
    if (frequency === 'MANUAL') return fail(manualWords(scanning), evidence)
    if (frequency !== 'CONTINUOUS_SCAN') {
      const reason = `Not judged: the frequency ${JSON.stringify(frequency)} is not known here.`
      return { status: 'unknown', reason, evidence }
    }
    const { scans, missing } = scansOf(repository, inventory)
    const expired = scans.filter(({ status }) => status === 'SCAN_ELIGIBILITY_EXPIRED')
    if (expired.length > 0) {
      const names = join(expired.slice(0, 3).map(({ digest }) => shortDigest(digest)))
      return fail(`Scanned continuously, but ${names} no longer: too old for the scan duration.`, evidence)
    }
    // Whether one has run out is not known without them.
    return missing ? unknown(missing) : pass('Scanned continuously by Amazon Inspector.', evidence)
  },
}

function typeOf(scanning: Inventory['scanning']): { scanType?: string } {
  return 'ok' in scanning ? { scanType: scanning.ok.scanType } : {}
}

function onPushWords(scanning: Inventory['scanning']): string {
  const type = typeOf(scanning).scanType
  if (type === 'ENHANCED') return 'Amazon Inspector scans an image only when it is pushed, and never again.'
  const basic = type === 'BASIC' ? ' (basic scanning)' : ''
  return `An image is scanned only when it is pushed, and never again${basic}.`
}

function manualWords(scanning: Inventory['scanning']): string {
  const { scanType } = typeOf(scanning)
  if (scanType === 'ENHANCED') return 'Not scanned: no filter of enhanced scanning matches the repository.'
  return 'Not scanned by any rule of the registry, let alone continuously.'
}

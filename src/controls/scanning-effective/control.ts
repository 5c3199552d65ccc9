import type { RegistryScanning } from '../../inventory/inventory.ts'
import { fail, pass, type RepositoryControl, unknown } from '../control.ts'
import { join } from '../grant-words.ts'

export const scanningEffective: RepositoryControl = {
  id: 'scanning-effective',
  title: 'Images are scanned for vulnerabilities when they are pushed',
  severity: 'high',
  why: 'Known holes go into production unnoticed, and nobody learns of those that become known later.',
  needs: ['ecr:BatchGetRepositoryScanningConfiguration', 'ecr:GetRegistryScanningConfiguration'],
  mappings: [
    { framework: 'FSBP', ids: ['ECR.1'] },
    { framework: 'CIS EKS', ids: ['5.1.1'] },
    { framework: 'NIST 800-53', ids: ['RA-5'] },
    { framework: 'NIST 800-190', ids: ['4.1.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.2.3', '6.2.4', '6.3.1', '11.3.1'] },
    { framework: 'SOC 2', ids: ['CC7.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.8'] },
  ],
  fix: 'Add the repository to a scanning rule of the registry, such as the filter * with scan on push.',
  scope: 'repository',
  judge: ({ effectiveScanning, scanOnPush }, { scanning }) => {
    if ('error' in effectiveScanning) return unknown(effectiveScanning.error)
    const { frequency, filters } = effectiveScanning.ok
    const evidence = { frequency, filters, scanOnPush }
    const scans = frequencies.get(frequency)
    if (scans) return pass(`${scans}: ${becauseOf(filters, scanOnPush)}.`, evidence)
    if (!scanOnPush) return fail(notScanned(scanning), evidence)
    // ECR does not say how its own flag and its answer go together (ecr-facts 2.6).
    // Assumption: under BASIC the flag counts when no rule matches; under ENHANCED it never does.
    if ('error' in scanning) return unknown(scanning.error)
    if (scanning.ok.scanType === 'BASIC') return pass(`Scanned on push: ${becauseOf([], true)}.`, evidence)
    return fail("Not scanned: under enhanced scanning the repository's own flag has no effect.", evidence)
  },
}

const frequencies = new Map([
  ['SCAN_ON_PUSH', 'Scanned on push'],
  ['CONTINUOUS_SCAN', 'Scanned continuously'],
])

function becauseOf(filters: string[], flag: boolean): string {
  if (filters.length === 1) return `the registry's filter ${filters[0]} matches`
  if (filters.length > 1) return `the registry's filters ${join(filters)} match`
  return flag ? "by the repository's own old flag; no filter of the registry matches" : 'ECR names no filter'
}

function notScanned(scanning: { ok: RegistryScanning } | { error: unknown }): string {
  const type = 'ok' in scanning ? scanning.ok.scanType : undefined
  if (type === 'ENHANCED') return 'Not scanned: no filter of enhanced scanning matches the repository.'
  return 'Not scanned on push: no filter of the registry matches; only scans started by hand.'
}

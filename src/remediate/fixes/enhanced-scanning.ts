import type { Fix, FixContext } from '../fix.ts'
import { type RegistryScanningState, registryScanning } from '../kinds/registry-scanning.ts'
import { filtersFor, namesOf, scannedLike, withFilters } from './scanning-rules.ts'

/** Costs money, so only where the baseline asks for it. */
export const enhancedScanning: Fix = {
  control: 'enhanced-scanning',
  propose: (context) => {
    const { findings, baseline, draft } = context
    const { type, frequency } = baseline.scanning
    const isContinuous = ({ evidence }: (typeof findings)[number]) =>
      evidence?.['frequency'] === 'CONTINUOUS_SCAN'
    for (const { resource } of findings.filter(isContinuous)) tooOld(resource, context)
    const others = findings.filter((finding) => !isContinuous(finding))
    if (type === 'ENHANCED' && frequency === 'CONTINUOUS_SCAN') scanContinuously(namesOf(others), context)
    else
      for (const { resource } of others)
        draft.leave({
          resource,
          reason: 'Enhanced scanning is done by Amazon Inspector and paid for, so it must be wished for.',
          next: 'In holdfast.yaml: baseline: {scanning: {type: ENHANCED, frequency: CONTINUOUS_SCAN}}',
        })
  },
}

function tooOld(resource: string, { draft, inventory }: FixContext): void {
  draft.byHand({
    resource,
    why: 'Amazon Inspector scans an image for a limited time after its push or its last use, and that is over here.',
    instructions: [
      `aws inspector2 update-configuration --region ${inventory.registry.region} --ecr-configuration rescanDuration=LIFETIME`,
      'Or build the image anew, push it and deploy it.',
    ],
  })
}

function scanContinuously(names: readonly string[], { inventory, draft }: FixContext): void {
  if (names.length === 0) return
  const lacking = scannedLike(inventory, (frequency) => frequency !== 'CONTINUOUS_SCAN')
  const filters = filtersFor(
    names,
    lacking.map(({ name }) => name),
  )
  // Under enhanced scanning the flag of a repository counts no more (ecr-facts 2.6).
  const flagged = lacking.filter(({ name, byFlag }) => byFlag && !names.includes(name))
  const byFlag = flagged.map(({ name }) => `${name}*`)
  draft.change(registryScanning, 'registry', (state) => state && switched(state, filters, byFlag), {
    why: 'Amazon Inspector scans images again whenever a vulnerability becomes known.',
    warnings: [
      'Amazon Inspector is paid for each image that it scans.',
      'Results of basic scanning are out of reach until it is switched back.',
      'At first Inspector takes only images that were pushed within the last 14 days.',
    ],
  })
}

function switched(
  state: RegistryScanningState,
  filters: readonly string[],
  byFlag: readonly string[],
): RegistryScanningState {
  const enhanced = { ...state, scanType: 'ENHANCED' }
  const kept = state.scanType === 'BASIC' ? withFilters(enhanced, 'SCAN_ON_PUSH', byFlag) : enhanced
  return withFilters(kept, 'CONTINUOUS_SCAN', filters)
}

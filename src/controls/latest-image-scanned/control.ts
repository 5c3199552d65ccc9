import type { LatestScan, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, unknown, type Verdict } from '../control.ts'
import { dateOf } from '../days.ts'
import { imageWords, isFinished, scansOf } from '../scans.ts'
import { useActions } from '../uses.ts'

export const latestImageScanned: RepositoryControl = {
  id: 'latest-image-scanned',
  title: 'The newest image and those in use have a finished scan',
  severity: 'medium',
  why: 'A scanning rule alone proves nothing: without a result nobody knows what is in the image that runs.',
  needs: ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings', ...useActions],
  mappings: [
    { framework: 'NIST 800-53', ids: ['RA-5'] },
    { framework: 'NIST 800-190', ids: ['4.1.1'] },
    { framework: 'PCI DSS 4.0.1', ids: ['6.3.1', '11.3.1'] },
    { framework: 'SOC 2', ids: ['CC7.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.8'] },
  ],
  fix: 'Start a scan of the image by hand (basic scanning), or push it again under a rule that scans on push.',
  scope: 'repository',
  judge: (repository, inventory) => {
    const { scans, missing } = scansOf(repository, inventory)
    const judged = scans.map((scan) => judgeScan(scan, repository))
    const worst = judged.find(({ status }) => status === 'fail')
    if (worst) return withOthers(worst, judged)
    if (missing) return unknown(missing)
    const [newest] = judged
    if (!newest) return notApplicable(whyNone(repository))
    const open = judged.find(({ status }) => status === 'unknown')
    const scanned = judged.filter(({ status }) => status === 'pass')
    return open ?? (scanned[0] ? allScanned(scanned[0], scanned.length) : newest)
  },
}

/** And how many more have none. */
function withOthers(worst: Verdict, judged: readonly Verdict[]): Verdict {
  const more = judged.filter(({ status }) => status === 'fail').length - 1
  return more > 0 ? { ...worst, reason: `${worst.reason} The same goes for ${more} more in use.` } : worst
}

function allScanned(first: Verdict, count: number): Verdict {
  return count > 1 ? { ...first, reason: `${first.reason} Scanned in all: ${count}.` } : first
}

function judgeScan(scan: LatestScan, repository: RepositoryInventory): Verdict {
  const image = imageWords(scan, repository)
  const evidence = { ...scan }
  if (isFinished(scan)) {
    const when = scan.completedAt ? ` on ${dateOf(scan.completedAt)}` : ''
    return pass(`${image} was scanned${when}: ${severityWords(scan)}.`, evidence)
  }
  const wrong = failures.get(scan.status)
  if (wrong) return fail(`${image} ${wrong}.`, evidence)
  const inapplicable = cannotBe.get(scan.status)
  if (inapplicable) return notApplicable(`${image} ${inapplicable}.`)
  return { status: 'unknown', reason: `The scan of ${image} is not finished: ${scan.status}.`, evidence }
}

const failures = new Map([
  ['NONE', 'was never scanned'],
  ['FAILED', 'has a scan that failed'],
  ['SCAN_ELIGIBILITY_EXPIRED', 'is no longer scanned: too old for continuous scanning'],
  ['FINDINGS_UNAVAILABLE', 'has no findings any more'],
  ['LIMIT_EXCEEDED', 'was not scanned: the quota of scans was used up'],
])

const cannotBe = new Map([
  ['UNSUPPORTED_IMAGE', 'is of a kind that ECR cannot scan'],
  ['IMAGE_ARCHIVED', 'is archived, and archived images are not scanned'],
])

const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED']

function severityWords({ severities }: LatestScan): string {
  const found = order.filter((severity) => (severities[severity] ?? 0) > 0)
  if (found.length === 0) return 'no findings'
  return found.map((severity) => `${severities[severity]} ${severity}`).join(', ')
}

function whyNone({ images }: RepositoryInventory): string {
  if ('error' in images || images.ok.length === 0) return 'The repository is empty.'
  const archived = images.ok.some(({ kind, status }) => kind !== 'artifact' && status !== 'ACTIVE')
  return archived ? 'Every image is archived.' : 'It holds no container image, only other artifacts.'
}

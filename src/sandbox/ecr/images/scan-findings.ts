import { AwsError } from '../../http.ts'
import type { Image, Registry, Repository } from '../../world.ts'
import { limitExceeded, within } from '../errors.ts'
import { compareKeys, pageOf } from '../input/page.ts'
import { namesOf, needRepository, seconds } from '../input/repository.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import { isScannable, scanNow } from '../scan-image.ts'
import { needImage } from './image-ids.ts'

const day = 24 * 60 * 60 * 1000

type Scan = NonNullable<Image['scan']>

/** StartImageScan: basic only, once per image and day, a scan on push counted (ecr-facts 2.6). */
export const startImageScan: EcrOperation = (call) => {
  const { world, registry } = call
  const repository = needRepository(call)
  const { id, image } = needImage(registry, repository, call.input)
  if (registry.scanning.scanType === 'ENHANCED')
    throw new AwsError('ValidationException', 'This feature is disabled')
  if (image.status !== 'ACTIVE')
    throw new AwsError('ImageArchivedException', 'An archived image cannot be scanned.')
  if (!isScannable(image)) throw new AwsError('UnsupportedImageTypeException', 'The image cannot be scanned.')
  if ((image.scan?.completedAt ?? Number.NEGATIVE_INFINITY) > world.now() - day)
    throw limitExceeded('The scan quota per image has been exceeded. Wait and try again.')
  if (image.scan) image.scan.completedAt = world.now()
  else scanNow(world, image)
  const imageScanStatus = { status: 'IN_PROGRESS' }
  return { ...namesOf(registry, repository), imageId: id, imageScanStatus }
}

export const describeImageScanFindings: EcrOperation = (call) => {
  const { registry } = call
  const repository = needRepository(call)
  const { id, image } = needImage(registry, repository, call.input)
  const names = { ...namesOf(registry, repository), imageId: id }
  if (image.status !== 'ACTIVE') return { ...names, imageScanStatus: { status: 'IMAGE_ARCHIVED' } }
  if (!image.scan) throw neverScanned(registry, repository, image)
  const { items, ...rest } = pageOfFindings(call, repository, { image, scan: image.scan })
  const description = 'The scan was completed successfully.'
  return {
    ...names,
    imageScanStatus: { status: image.scan.status, description },
    imageScanFindings: findingsOf(image.scan, items),
    ...rest,
  }
}

function pageOfFindings(
  call: EcrCall,
  repository: Repository,
  { image, scan }: { image: Image; scan: Scan },
) {
  const numbered = scan.findings.map((finding, at) => ({ finding, key: String(at).padStart(6, '0') }))
  const { items, ...rest } = pageOf(
    call,
    numbered.sort((a, b) => compareKeys(a.key, b.key)),
    {
      operation: 'DescribeImageScanFindings',
      scope: [repository.name, repository.createdAt, image.digest, scan.completedAt],
      default: 100,
      most: 1000,
      keyOf: ({ key }) => key,
    },
  )
  return { items: items.map(({ finding }) => finding), ...rest }
}

/** Basic findings have a name, enhanced ones an ARN. */
function findingsOf(scan: Scan, page: unknown[]) {
  const enhanced = page.filter((finding) => !isBasic(finding))
  const when = scan.completedAt === undefined ? undefined : seconds(scan.completedAt)
  return {
    ...(when !== undefined && { imageScanCompletedAt: when, vulnerabilitySourceUpdatedAt: when }),
    findingSeverityCounts: scan.severities,
    findings: page.filter(isBasic),
    ...(enhanced.length > 0 && { enhancedFindings: enhanced }),
  }
}

function isBasic(finding: unknown): boolean {
  return typeof finding === 'object' && finding !== null && 'name' in finding
}

function neverScanned(registry: Registry, repository: Repository, image: Image): AwsError {
  return new AwsError(
    'ScanNotFoundException',
    `Image scan does not exist for the image with '{imageDigest:'${image.digest}'}' in ${within(repository.name, registry.account)}`,
  )
}

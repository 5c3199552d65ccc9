import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import { type Answer, call, codeOf } from '../call.fixture.ts'
import { indexOf, makeWorld, plantImage, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
let imageId: { imageDigest: string }
let text: string
const repositoryName = 'team/app'
const day = 24 * 60 * 60 * 1000
const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, { repositoryName, imageId, ...input })
const image = () => fixture.repository(repositoryName).images[imageId.imageDigest]!

beforeEach(async () => {
  fixture = await makeWorld()
  await call(fixture, 'CreateRepository', { repositoryName })
  text = await plantImage(fixture.world, fixture.repository(repositoryName))
  imageId = { imageDigest: digestOf(text) }
})
afterEach(() => fixture.dispose())

const push = () => ask('PutImage', { imageManifest: text })

test('a manual scan finds nothing, once a day', async () => {
  await push()
  expect(await codeOf(ask('DescribeImageScanFindings'))).toBe('ScanNotFoundException')
  expect(await ask('StartImageScan')).toMatchObject({ imageId, imageScanStatus: { status: 'IN_PROGRESS' } })
  const answer = await ask('DescribeImageScanFindings')
  expect(answer.imageScanStatus.status).toBe('COMPLETE')
  expect(answer.imageScanFindings).toMatchObject({ findings: [], findingSeverityCounts: {} })
  fixture.pass(day - 1)
  expect(await codeOf(ask('StartImageScan'))).toBe('LimitExceededException')
  fixture.pass(1)
  await ask('StartImageScan')
})

test('a scan on push counts for the day, through the flag or through the registry', async () => {
  await call(fixture, 'PutImageScanningConfiguration', {
    repositoryName,
    imageScanningConfiguration: { scanOnPush: true },
  })
  await push()
  expect(await codeOf(ask('StartImageScan'))).toBe('LimitExceededException')
  expect((await ask('DescribeImageScanFindings')).imageScanStatus.status).toBe('COMPLETE')
  expect((await ask('DescribeImages')).imageDetails[0]).not.toHaveProperty('imageScanStatus')
})

test('seeded findings come in pages and survive another scan', async () => {
  await push()
  const findings = Array.from({ length: 250 }, (_, at) => ({ name: `F-${at}`, severity: 'HIGH' }))
  image().scan = { status: 'COMPLETE', completedAt: 1000, severities: { HIGH: 250 }, findings }
  const seen: Answer[] = []
  let nextToken: string | undefined
  do {
    const page = await ask('DescribeImageScanFindings', nextToken === undefined ? {} : { nextToken })
    expect(page.imageScanFindings.findingSeverityCounts).toEqual({ HIGH: 250 })
    seen.push(...page.imageScanFindings.findings)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  expect(seen).toEqual(findings)
  await ask('StartImageScan')
  expect(image().scan?.findings).toHaveLength(250)
})

test('what cannot be scanned', async () => {
  await push()
  const index = indexOf([text])
  await ask('PutImage', { imageManifest: index })
  expect(await codeOf(ask('StartImageScan', { imageId: { imageDigest: digestOf(index) } }))).toBe(
    'UnsupportedImageTypeException',
  )
  expect(await codeOf(ask('StartImageScan', { imageId: { imageTag: 'nope' } }))).toBe(
    'ImageNotFoundException',
  )
  image().status = 'ARCHIVED'
  expect(await codeOf(ask('StartImageScan'))).toBe('ImageArchivedException')
  expect((await ask('DescribeImageScanFindings')).imageScanStatus.status).toBe('IMAGE_ARCHIVED')
})

test('enhanced scanning takes no manual scans and shows its summary with the image', async () => {
  const repositoryFilters = [{ filter: 'team', filterType: 'WILDCARD' }]
  await call(fixture, 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters }],
  })
  await push()
  expect(await codeOf(ask('StartImageScan'))).toBe('ValidationException')
  const [detail] = (await ask('DescribeImages')).imageDetails
  expect(detail.imageScanFindingsSummary.findingSeverityCounts).toEqual({})
})

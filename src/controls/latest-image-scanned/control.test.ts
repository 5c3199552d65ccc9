import { expect, test } from 'vitest'
import { denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { latestImageScanned } from './control.ts'

const digest = `sha256:${'c'.repeat(64)}`
const judge = (changes: Parameters<typeof repository>[0]) =>
  latestImageScanned.judge(repository(changes), inventory(), settings())
const scan = (status: string, severities = {}) => ({ latestScan: { ok: { digest, status, severities } } })

test.each([
  ['COMPLETE', 'pass'],
  ['ACTIVE', 'pass'],
  ['NONE', 'fail'],
  ['FAILED', 'fail'],
  ['SCAN_ELIGIBILITY_EXPIRED', 'fail'],
  ['FINDINGS_UNAVAILABLE', 'fail'],
  ['LIMIT_EXCEEDED', 'fail'],
  ['IN_PROGRESS', 'unknown'],
  ['PENDING', 'unknown'],
  ['SOMETHING_NEW', 'unknown'],
  ['UNSUPPORTED_IMAGE', 'not-applicable'],
  ['IMAGE_ARCHIVED', 'not-applicable'],
])('%s: %s', (status, expected) => {
  const verdict = judge(scan(status))
  expect(verdict.status).toBe(expected)
  expect(verdict.reason).toContain('cccccccccccc')
})

test('what was found is named and does not decide', () => {
  const latestScan = {
    ok: {
      digest,
      status: 'COMPLETE',
      completedAt: '2026-05-30T01:02:03Z',
      severities: { LOW: 4, CRITICAL: 1 },
    },
  }
  expect(judge({ latestScan })).toMatchObject({
    status: 'pass',
    reason: 'cccccccccccc was scanned on 2026-05-30: 1 CRITICAL, 4 LOW.',
  })
})

test.each([
  ['The repository is empty.', []],
  ['Every image is archived.', [image({ status: 'ARCHIVED' }), image({ kind: 'artifact' })]],
  ['It holds no container image, only other artifacts.', [image({ kind: 'artifact' })]],
])('nothing to scan: %s', (reason, images) => {
  const verdict = judge({ latestScan: { ok: null }, images: { ok: images } })
  expect(verdict).toMatchObject({ status: 'not-applicable', reason })
})

test('no answer is no pass', () => {
  expect(judge({ latestScan: denied }).status).toBe('unknown')
})

const running = (letter: string, status: string) => ({
  digest: `sha256:${letter.repeat(64)}`,
  status,
  severities: {},
})

test.each<[string, string, string[], string, string]>([
  ['all scanned', 'COMPLETE', ['COMPLETE', 'ACTIVE'], 'pass', 'Scanned in all: 3.'],
  [
    'one in use is not',
    'COMPLETE',
    ['COMPLETE', 'NONE'],
    'fail',
    'eeeeeeeeeeee, which is in use, was never scanned.',
  ],
  ['two are not', 'FAILED', ['NONE'], 'fail', 'a scan that failed. The same goes for 1 more in use.'],
  ['one is being scanned', 'COMPLETE', ['IN_PROGRESS'], 'unknown', 'dddddddddddd, which is in use,'],
  ['one cannot be scanned', 'COMPLETE', ['UNSUPPORTED_IMAGE'], 'pass', 'cccccccccccc was scanned'],
  ['the newest cannot be scanned', 'UNSUPPORTED_IMAGE', ['COMPLETE'], 'pass', 'dddddddddddd'],
  ['an archived one in use', 'COMPLETE', ['IMAGE_ARCHIVED'], 'pass', 'cccccccccccc'],
])('in use: %s', (_name, newest, deployed, status, words) => {
  const deployedScans = { ok: deployed.map((one, at) => running('def'.charAt(at), one)) }
  const verdict = judge({ ...scan(newest), deployedScans })
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('a scan that is missing for certain counts, whatever else is unknown', () => {
  expect(judge({ ...scan('NONE'), deployedScans: denied }).status).toBe('fail')
  expect(judge({ ...scan('COMPLETE'), deployedScans: denied }).status).toBe('unknown')
  expect(judge({ latestScan: denied, deployedScans: { ok: [running('d', 'NONE')] } }).status).toBe('fail')
  expect(judge({ latestScan: { ok: null }, deployedScans: denied }).status).toBe('unknown')
})

test('who runs images is not known: the newest alone is no pass', () => {
  const of = (latestScan: Parameters<typeof repository>[0]) =>
    latestImageScanned.judge(repository(latestScan), inventory({ uses: { ecs: denied } }), settings()).status
  expect(of(scan('COMPLETE'))).toBe('unknown')
  expect(of(scan('NONE'))).toBe('fail')
  expect(of({ latestScan: { ok: null } })).toBe('not-applicable')
})

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

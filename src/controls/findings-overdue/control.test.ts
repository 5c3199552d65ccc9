import { expect, test } from 'vitest'
import type { LatestScan, RepositoryInventory } from '../../inventory/inventory.ts'
import { daysAgo, denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { findingsOverdue } from './control.ts'

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`
const scan = (severities: Record<string, number>, changes: Partial<LatestScan> = {}): LatestScan => ({
  ...{ digest: digestOf('c'), status: 'COMPLETE', completedAt: daysAgo(1), severities },
  ...changes,
})
const enhanced = (severities: Record<string, number>, since: Record<string, number>, more = {}) =>
  scan(severities, {
    status: 'ACTIVE',
    openSince: Object.fromEntries(Object.entries(since).map(([severity, days]) => [severity, daysAgo(days)])),
    ...more,
  })
const pushed = (days: number, letter = 'c') => image({ digest: digestOf(letter), pushedAt: daysAgo(days) })
const judge = (changes: Partial<RepositoryInventory>, within = { critical: 14, high: 30 }) =>
  findingsOverdue.judge(repository(changes), inventory(), settings({ fixWithinDays: within }))

interface Case {
  is: string
  latest: LatestScan
  images?: RepositoryInventory['images']
  status: string
  severity?: string
  words: string
}

test.each<Case>([
  {
    is: 'nothing found',
    latest: scan({}),
    status: 'pass',
    words: 'No critical or high finding in 1 scanned image.',
  },
  {
    is: 'only lesser ones',
    latest: scan({ MEDIUM: 9, LOW: 3 }),
    status: 'pass',
    words: 'No critical or high',
  },
  {
    is: 'the last day',
    latest: enhanced({ CRITICAL: 1 }, { CRITICAL: 14 }),
    status: 'pass',
    words: '1 serious finding in 1 scanned image within the time; 0 days left.',
  },
  {
    is: 'the day after',
    latest: enhanced({ CRITICAL: 1 }, { CRITICAL: 15 }),
    status: 'fail',
    severity: 'critical',
    words: '1 CRITICAL in cccccccccccc, open for 15 days, since 2026-05-17; 14 days are allowed.',
  },
  { is: 'high', latest: enhanced({ HIGH: 2 }, { HIGH: 31 }), status: 'fail', words: '2 HIGH' },
  {
    is: 'high, in time',
    latest: enhanced({ HIGH: 2 }, { HIGH: 30 }),
    status: 'pass',
    words: '2 serious findings',
  },
  {
    is: 'both',
    latest: enhanced({ CRITICAL: 1, HIGH: 4 }, { CRITICAL: 40, HIGH: 40 }),
    status: 'fail',
    severity: 'critical',
    words: 'Overdue as well: 4.',
  },
  // An old image whose finding became known lately is not late, when Inspector says so.
  {
    is: 'an old image, a new finding',
    latest: enhanced({ CRITICAL: 1 }, { CRITICAL: 2 }),
    images: { ok: [pushed(300)] },
    status: 'pass',
    words: '12 days left',
  },
  {
    is: 'basic, pushed long ago',
    latest: scan({ HIGH: 1 }),
    images: { ok: [pushed(40)] },
    status: 'fail',
    words: 'open for up to 40 days: counted from the push on 2026-04-22, since basic scanning does not say',
  },
  {
    is: 'basic, pushed lately',
    latest: scan({ HIGH: 1 }),
    images: { ok: [pushed(29)] },
    status: 'pass',
    words: '1 day left',
  },
  {
    is: 'no push time, but an old scan',
    latest: scan({ HIGH: 1 }, { completedAt: daysAgo(31) }),
    images: denied,
    status: 'fail',
    words: '31 days at least, since the scan',
  },
  {
    is: 'no time at all',
    latest: { digest: digestOf('c'), status: 'COMPLETE', severities: { HIGH: 1 } },
    images: denied,
    status: 'unknown',
    words: 'AccessDenied',
  },
  {
    is: 'times that cannot be read',
    latest: scan({ HIGH: 1 }),
    images: { ok: [image({ digest: digestOf('c'), pushedAt: 'yesterday' })] },
    status: 'unknown',
    words: 'since when 1 HIGH in cccccccccccc are open',
  },
  {
    is: 'more findings than were read, none of them late',
    latest: enhanced({ HIGH: 6000 }, { HIGH: 2 }, { openSinceOfSome: true }),
    status: 'unknown',
    words: 'not known in full',
  },
  {
    is: 'more findings than were read, one of them late',
    latest: enhanced({ HIGH: 6000 }, { HIGH: 200 }, { openSinceOfSome: true }),
    status: 'fail',
    words: '6000 HIGH',
  },
  {
    is: 'never scanned',
    latest: scan({}, { status: 'NONE' }),
    status: 'not-applicable',
    words: 'latest-image-scanned',
  },
  {
    is: 'hostile counts',
    latest: scan({ HIGH: Number.NaN, CRITICAL: -1 }),
    status: 'pass',
    words: 'No critical',
  },
])('$is: $status', ({ latest, images = { ok: [pushed(5)] }, status, severity, words }) => {
  const verdict = judge({ latestScan: { ok: latest }, images })
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
  expect(verdict.severity).toBe(severity)
})

test('the scan of yesterday is no proof that a finding is old, when the push cannot be looked up', () => {
  const verdict = judge({ latestScan: { ok: scan({ HIGH: 1 }) }, images: denied })
  expect(verdict.status).toBe('unknown')
})

test('images in use count like the newest', () => {
  const inUse = scan({ CRITICAL: 3 }, { digest: digestOf('d') })
  const verdict = judge({
    latestScan: { ok: scan({}) },
    deployedScans: { ok: [inUse] },
    images: { ok: [pushed(1), pushed(90, 'd')] },
  })
  expect(verdict).toMatchObject({ status: 'fail', severity: 'critical' })
  expect(verdict.reason).toContain('3 CRITICAL in dddddddddddd, which is in use, open for up to 90 days')
})

test('what is certainly overdue counts whatever else is unknown; a pass needs every scan', () => {
  const late = { ok: enhanced({ CRITICAL: 1 }, { CRITICAL: 90 }) }
  expect(judge({ latestScan: late, deployedScans: denied }).status).toBe('fail')
  expect(judge({ latestScan: { ok: scan({}) }, deployedScans: denied }).status).toBe('unknown')
  expect(judge({ latestScan: denied }).status).toBe('unknown')
  expect(judge({ latestScan: { ok: null } })).toMatchObject({
    status: 'not-applicable',
    reason: 'No image here can be scanned.',
  })
})

test('the days are the ones of holdfast.yaml', () => {
  const latestScan = { ok: enhanced({ CRITICAL: 1 }, { CRITICAL: 15 }) }
  expect(judge({ latestScan }, { critical: 15, high: 30 }).status).toBe('pass')
  expect(judge({ latestScan }, { critical: 1, high: 1 }).reason).toContain('1 day is allowed')
})

import { expect, onTestFinished, test } from 'vitest'
import { ecrControl } from './control.ts'
import { fakeEcr } from './fake-ecr.fixture.ts'

interface Found {
  severity?: string
  status?: string
  firstObservedAt?: number
}

const seconds = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000
const finding = (severity: string, day: string, status?: string): Found => ({
  severity,
  firstObservedAt: seconds(day),
  ...(status && { status }),
})

async function read(pages: Found[][], counts: Record<string, number>, basic = false) {
  const fake = await fakeEcr(({ input }) => {
    const at = Number(input['nextToken'] ?? 0)
    const list = pages[at] ?? []
    const page = input['maxResults'] === 1 ? list.slice(0, 1) : list
    return {
      imageScanStatus: { status: basic ? 'COMPLETE' : 'ACTIVE' },
      imageScanFindings: {
        findingSeverityCounts: counts,
        ...(basic
          ? { findings: page.map(({ severity }) => ({ name: 'x', severity })) }
          : { enhancedFindings: page }),
      },
      ...(at + 1 < pages.length && { nextToken: String(at + 1) }),
    }
  })
  const ecr = ecrControl(fake.aws)
  onTestFinished(async () => {
    ecr.close()
    await fake.close()
  })
  const { openSince, openSinceOfSome } = await ecr.describeImageScanFindings('a/b', 'sha256:x')
  return { openSince, openSinceOfSome, requests: fake.calls.length }
}

test('the oldest open finding of each serious severity counts, over all pages', async () => {
  const pages = [
    [finding('HIGH', '2026-05-03'), finding('CRITICAL', '2026-05-09'), finding('LOW', '2024-01-01')],
    [
      finding('HIGH', '2026-05-01'),
      finding('HIGH', '2026-04-01', 'CLOSED'),
      finding('HIGH', '2026-04-02', 'SUPPRESSED'),
    ],
  ]
  expect(await read(pages, { HIGH: 2, CRITICAL: 1, LOW: 1 })).toEqual({
    openSince: { HIGH: '2026-05-01T00:00:00.000Z', CRITICAL: '2026-05-09T00:00:00.000Z' },
    openSinceOfSome: undefined,
    requests: 3,
  })
})

test('without serious findings, and for basic ones, nothing more is asked', async () => {
  const nothing = { openSince: undefined, openSinceOfSome: undefined, requests: 1 }
  expect(await read([[finding('LOW', '2024-01-01')]], { LOW: 1 })).toEqual(nothing)
  expect(await read([[]], {})).toEqual(nothing)
  expect(await read([[finding('HIGH', '2024-01-01')]], { HIGH: 1 }, true)).toEqual(nothing)
})

test('findings that are no longer open, or have no time, say nothing', async () => {
  const pages = [[finding('HIGH', '2024-01-01', 'CLOSED'), { severity: 'HIGH' }]]
  expect(await read(pages, { HIGH: 1 })).toMatchObject({ openSince: {}, requests: 2 })
})

test('no more than five pages are read, and the rest is said to be open', async () => {
  const pages = Array.from({ length: 9 }, (_, at) => [finding('HIGH', `2026-05-${20 - at}`)])
  expect(await read(pages, { HIGH: 9 })).toEqual({
    openSince: { HIGH: '2026-05-16T00:00:00.000Z' },
    openSinceOfSome: true,
    requests: 6,
  })
})

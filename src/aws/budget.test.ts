import { expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { Budget } from './budget.ts'
import { operationOf, type SentRequest } from './operation.ts'
import { parseSections } from './profile.ts'

async function secondsFor(
  count: number,
  operation: string,
  budget: (clock: ReturnType<typeof jumpingClock>) => Budget,
) {
  const clock = jumpingClock()
  const made = budget(clock)
  const began = clock.now().getTime()
  for (let n = 0; n < count; n++) await made.take(operation)
  return (clock.now().getTime() - began) / 1000
}

test.each([
  ['ecr:DescribeImages', 1025, 40],
  ['ecr:BatchGetImage', 10_500, 20],
  ['ecr:GetDownloadUrlForLayer', 8250, 10],
  ['s3:PutObject', 5000, 0],
  ['sts:GetCallerIdentity', 5000, 0],
])('%s: %i requests take about %i seconds, the first second is free', async (operation, count, seconds) => {
  const took = await secondsFor(count, operation, (clock) => new Budget(clock))
  expect(took).toBeCloseTo(seconds, 0)
})

test('throttling halves the rate, good answers win it back, never more than allowed', () => {
  const budget = new Budget(jumpingClock())
  expect(budget.rateOf('ecr:DescribeImages')).toBe(25)
  budget.throttled('ecr:DescribeImages')
  expect(budget.rateOf('ecr:DescribeImages')).toBe(12.5)
  for (let n = 0; n < 100; n++) budget.throttled('ecr:DescribeImages')
  expect(budget.rateOf('ecr:DescribeImages')).toBe(0.5)
  for (let n = 0; n < 100_000; n++) budget.answered('ecr:DescribeImages')
  expect(budget.rateOf('ecr:DescribeImages')).toBe(25)
  expect(budget.rateOf('ecr:ListImages')).toBe(25)
})

test.each<[string | undefined, number]>([
  ['2', 2],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
  ['86400', 60],
  ['999999999', 60],
  ['Fri, 31 Dec 2100 23:59:59 GMT', 60],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', 0],
  ['-5', 0],
  ['1e9', 0],
  [undefined, 0],
])('Retry-After %s: everybody who wants the same waits %i seconds, once', async (asked, seconds) => {
  for (const operation of ['ecr:DescribeImages', 's3:PutObject']) {
    const clock = jumpingClock()
    const budget = new Budget(clock, { unlimited: true })
    const elapsed = () => (clock.now().getTime() - Date.parse('2026-01-01T00:00:00Z')) / 1000
    budget.pause(operation, asked)
    await budget.take('ecr:ListImages')
    expect(elapsed()).toBe(0)
    await Promise.all([budget.take(operation), budget.take(operation)])
    expect(elapsed()).toBeLessThanOrEqual(2 * seconds)
    expect(elapsed()).toBeGreaterThanOrEqual(seconds)
    await budget.take(operation)
    expect(elapsed()).toBeLessThanOrEqual(2 * seconds)
  }
})

test('on this machine there is no limit until something is throttled', async () => {
  const unlimited = new Budget(jumpingClock(), { unlimited: true })
  expect(
    await secondsFor(5000, 'ecr:DescribeImages', (clock) => new Budget(clock, { unlimited: true })),
  ).toBe(0)
  unlimited.throttled('ecr:DescribeImages')
  expect(unlimited.rateOf('ecr:DescribeImages')).toBe(25)
})

test('turns are given in the order of asking, and an abort gives up its turn', async () => {
  const slept: number[] = []
  const clock = { now: () => new Date(0), sleep: async (ms: number) => void slept.push(Math.round(ms)) }
  const budget = new Budget(clock)
  await Promise.all(Array.from({ length: 28 }, () => budget.take('ecr:DescribeImages')))
  expect(slept).toEqual([40, 80, 120])
  await expect(new Budget(jumpingClock()).take('ecr:PutImage', AbortSignal.abort())).resolves.toBeUndefined()
})

test.each<[SentRequest, string]>([
  [
    {
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.ListImages' },
    },
    'ListImages',
  ],
  [{ method: 'POST', path: '/', headers: {}, body: 'Version=1&Action=AssumeRole' }, 'AssumeRole'],
  [{ method: 'GET', path: '/bucket', headers: {}, query: { 'list-type': '2' } }, 'ListObjectsV2'],
  [{ method: 'GET', path: '/bucket/key', headers: {}, query: { 'x-id': 'GetObject' } }, 'GetObject'],
  [{ method: 'HEAD', path: '/bucket/key', headers: {} }, 'HeadObject'],
  [{ method: 'HEAD', path: '/bucket', headers: {} }, 'HeadBucket'],
  [{ method: 'POST', path: '/bucket/key', headers: {}, query: { uploads: '' } }, 'CreateMultipartUpload'],
  [{ method: 'POST', path: '/bucket/key', headers: {}, query: { uploadId: 'u' } }, 'CompleteMultipartUpload'],
])('the operation of %j', (request, operation) => {
  expect(operationOf(request, 's3')).toBe(operation)
})

test('the shared files: sections, comments, quotes, nested keys', () => {
  const text = [
    '# a comment',
    'lost = outside of any section',
    '[ default ]',
    'region=eu-west-1 ',
    '; another comment',
    '[profile "two words"]',
    's3 =',
    '    endpoint_url = http://127.0.0.1:9000/?a=b',
    '  addressing_style = path',
    '__proto__ = x',
  ].join('\r\n')
  const sections = parseSections(text)
  expect({ ...sections.get('default') }).toEqual({ region: 'eu-west-1' })
  expect(sections.get('profile two words')).toMatchObject({
    's3.endpoint_url': 'http://127.0.0.1:9000/?a=b',
    's3.addressing_style': 'path',
  })
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

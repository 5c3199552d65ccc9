import { expect, onTestFinished, test } from 'vitest'
import { ecrControl } from '../ecr/control.ts'
import { type FakeAnswer, fakeEcr } from '../ecr/fake-ecr.fixture.ts'
import { deployedScans } from './deployed-scans.ts'
import type { ImageInventory, RepositoryInventory } from './inventory.ts'
import type { ImageUse } from './neighbours.ts'

const start = Date.parse('2026-06-01T12:00:00Z')
const image = (digest: string, minutes: number, changes: Partial<ImageInventory> = {}): ImageInventory => ({
  ...{ digest, kind: 'image', tags: [digest], bytes: 1, status: 'ACTIVE' },
  pushedAt: new Date(start + minutes * 60_000).toISOString(),
  ...changes,
})
const use = (changes: Partial<ImageUse>): ImageUse => ({
  ...{ source: 'ecs', repository: 'a', by: 'arn:task', what: 'task' },
  ...changes,
})

async function scansOf(
  found: Partial<Pick<RepositoryInventory, 'images' | 'latestScan'>>,
  uses: ImageUse[],
  scans: Record<string, string>,
) {
  const fake = await fakeEcr(({ input }): FakeAnswer => {
    const status = scans[(input['imageId'] as { imageDigest: string }).imageDigest]
    if (status === 'denied') return { __type: 'AccessDeniedException', message: 'no' }
    return status
      ? { imageScanStatus: { status }, imageScanFindings: {} }
      : { __type: 'ScanNotFoundException' }
  })
  onTestFinished(fake.close)
  const repository = { name: 'a', images: { ok: [] }, latestScan: { ok: null }, ...found }
  const answer = await deployedScans(
    ecrControl(fake.aws),
    { ...repository, uses },
    new AbortController().signal,
  )
  return 'ok' in answer ? answer.ok.map(({ digest, status }) => `${digest} ${status}`) : answer.error.code
}

const images = {
  ok: [image('new', 60), image('old', 0), image('older', -60), image('idle', -90)],
}
const latestScan = { ok: { digest: 'new', status: 'COMPLETE', severities: {} } }

test('by digest and by tag, the newest first, and without the newest image', async () => {
  const uses = [use({ tag: 'older' }), use({ digest: 'old' }), use({ digest: 'new' }), use({ tag: 'gone' })]
  expect(await scansOf({ images, latestScan }, uses, { old: 'COMPLETE' })).toEqual([
    'old COMPLETE',
    'older NONE',
  ])
})

test('an index in use counts by the child that was scanned', async () => {
  const index = image('index', 0, { kind: 'index' })
  const child = image('child', 0, { tags: [] })
  const found = { images: { ok: [image('new', 600), index, child] }, latestScan }
  expect(await scansOf(found, [use({ tag: 'index' })], { child: 'COMPLETE' })).toEqual(['child COMPLETE'])
  const newest = { ok: { digest: 'child', status: 'COMPLETE', severities: {} } }
  const alone = { images: { ok: [index, child] }, latestScan: newest }
  expect(await scansOf(alone, [use({ tag: 'index' })], { child: 'COMPLETE' })).toEqual([])
})

test('a refusal is an answer that is missing; without images there is one only when something runs', async () => {
  expect(await scansOf({ images, latestScan }, [use({ tag: 'old' })], { old: 'denied' })).toBe(
    'AccessDeniedException',
  )
  const lost = { images: { error: { code: 'Lost', message: '', needs: 'ecr:DescribeImages' } } }
  expect(await scansOf(lost, [use({ tag: 'old' })], {})).toBe('Lost')
  expect(await scansOf(lost, [], {})).toEqual([])
})

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../core/digest.ts'
import type { Image, Repository } from '../../world.ts'
import { type Answer, call, codeOf } from '../call.fixture.ts'
import { makeWorld, ociManifest, plantImage, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
const repositoryName = 'team/app'

beforeEach(async () => {
  fixture = await makeWorld()
  for (const name of [repositoryName, 'other'])
    await call(fixture, 'CreateRepository', { repositoryName: name })
})
afterEach(() => fixture.dispose())

/** Images without content, straight into the state: this is about lists. */
function plantMany(repository: Repository, count: number, tagged: (at: number) => number): void {
  repository.images = {}
  repository.tags = {}
  const config = { mediaType: 'a/b', digest: digestOf('c'), size: 1 }
  for (let at = 0; at < count; at++) {
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config, layers: [], at })
    const digest = digestOf(manifest)
    const image: Image = { digest, manifest, mediaType: ociManifest, pushedAt: at, status: 'ACTIVE' }
    repository.images[digest] = image
    for (let tag = 0; tag < tagged(at); tag++) repository.tags[`t-${at}-${tag}`] = digest
  }
}

async function pages(operation: string, member: string, input: Record<string, unknown>): Promise<Answer[][]> {
  const result: Answer[][] = []
  let nextToken: string | undefined
  do {
    const answer = await call(fixture, operation, { ...input, ...(nextToken !== undefined && { nextToken }) })
    result.push(answer[member])
    nextToken = answer.nextToken
  } while (nextToken !== undefined)
  return result
}

test('all pages together are the whole list, and none is longer than asked', async () => {
  const repository = fixture.repository(repositoryName)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(40),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(3), { maxLength: 40 }),
      async (count, maxResults, tags) => {
        plantMany(repository, count, (at) => tags[at] ?? 0)
        const images = await pages('DescribeImages', 'imageDetails', { repositoryName, maxResults })
        const digests = images.flat().map((detail) => detail.imageDigest)
        expect(digests.sort()).toEqual(Object.keys(repository.images).sort())
        const ids = await pages('ListImages', 'imageIds', { repositoryName, maxResults })
        const tagged = new Set(Object.values(repository.tags))
        expect(ids.flat().filter((id) => id.imageTag)).toHaveLength(Object.keys(repository.tags).length)
        expect(ids.flat().filter((id) => !id.imageTag)).toHaveLength(count - tagged.size)
        for (const page of [...images, ...ids]) expect(page.length).toBeLessThanOrEqual(maxResults)
      },
    ),
    { numRuns: 30 },
  )
})

test('default lengths', async () => {
  plantMany(fixture.repository(repositoryName), 101, () => 1)
  const lengths = async (operation: string, member: string) =>
    (await pages(operation, member, { repositoryName })).map((page) => page.length)
  expect(await lengths('DescribeImages', 'imageDetails')).toEqual([100, 1])
  expect(await lengths('ListImages', 'imageIds')).toEqual([100, 1])
})

test('what is deleted between two pages makes nothing else disappear or appear twice', async () => {
  const repository = fixture.repository(repositoryName)
  plantMany(repository, 20, () => 0)
  const all = Object.keys(repository.images).sort()
  const first = await call(fixture, 'DescribeImages', { repositoryName, maxResults: 10 })
  const digests = (answer: Answer) => answer.imageDetails.map((detail: Answer) => detail.imageDigest)
  for (const digest of [all[2], all[9], all[15]]) delete repository.images[digest!]
  const { nextToken } = first
  const second = await call(fixture, 'DescribeImages', { repositoryName, maxResults: 10, nextToken })
  expect([...digests(first), ...digests(second)]).toEqual(all.filter((digest) => digest !== all[15]))
})

test('tokens are good for the list that they came from', async () => {
  plantMany(fixture.repository(repositoryName), 20, () => 1)
  plantMany(fixture.repository('other'), 20, () => 1)
  const { nextToken } = await call(fixture, 'DescribeImages', { repositoryName, maxResults: 10 })
  const wrong: [string, Record<string, unknown>][] = [
    ['DescribeImages', { repositoryName: 'other', nextToken }],
    ['DescribeImages', { repositoryName, nextToken, filter: { imageStatus: 'ANY' } }],
    ['ListImages', { repositoryName, nextToken }],
    ['DescribeImages', { repositoryName, nextToken: `${nextToken}x` }],
    ['DescribeImages', { repositoryName, nextToken: '10' }],
    ['DescribeImages', { repositoryName, nextToken: '' }],
  ]
  for (const [operation, input] of wrong)
    expect(await codeOf(call(fixture, operation, input))).toBe('InvalidParameterException')
  fixture.pass(24 * 60 * 60 * 1000)
  expect(await codeOf(call(fixture, 'DescribeImages', { repositoryName, nextToken }))).toBe(
    'InvalidParameterException',
  )
})

test.each([
  ['DescribeImages', 1000],
  ['ListImages', 1000],
  ['DescribeRepositories', 1000],
  ['DescribePullThroughCacheRules', 1000],
  ['DescribeRepositoryCreationTemplates', 1000],
  ['ListPullTimeUpdateExclusions', 1000],
  ['DescribeImageScanFindings', 1000],
  ['ListImageReferrers', 50],
])('%s takes up to %i results', async (operation, most) => {
  const text = await plantImage(fixture.world, fixture.repository(repositoryName))
  await call(fixture, 'PutImage', { repositoryName, imageManifest: text })
  const imageId = { imageDigest: digestOf(text) }
  await call(fixture, 'StartImageScan', { repositoryName, imageId })
  const ask = (maxResults: unknown) =>
    call(fixture, operation, { repositoryName, imageId, subjectId: imageId, maxResults })
  await ask(most)
  for (const bad of [0, -1, most + 1]) expect(await codeOf(ask(bad))).toBe('InvalidParameterException')
  expect(await codeOf(ask('10'))).toBe('SerializationException')
})

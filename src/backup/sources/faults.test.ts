import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type SandboxAws, sandboxAws } from '../../aws/sandbox.fixture.ts'
import { jumpingClock } from '../../core/clock.ts'
import { type Digest, digestOf } from '../../core/digest.ts'
import { HoldfastError } from '../../core/errors.ts'
import { quietRun } from '../../core/run.ts'
import { readManifest } from '../../oci/manifest.ts'
import type { Target } from '../../restore/target.ts'
import { openTarget } from '../../restore/targets/open.ts'
import type { Source } from '../source.ts'
import { openSource } from './open.ts'

const { signal } = new AbortController()
const clock = jumpingClock(new Date())
let opened: SandboxAws
let source: Source
let target: Target
let repository: string
let layer: { digest: Digest; size: number }

beforeAll(async () => {
  opened = await sandboxAws({ seed: 'demo' })
  source = await openSource({ kind: 'ecr' }, { aws: opened.aws }, quietRun({ clock }))
  target = await openTarget({ kind: 'ecr' }, { aws: opened.aws }, quietRun({ clock }))
  const found = await someLayer()
  repository = found.repository
  layer = found.layer
})
afterEach(() => opened.sandbox.clearFaults())
afterAll(async () => {
  await Promise.all([source.close(), target.close()])
  await opened.close()
})

async function someLayer(): Promise<{ repository: string; layer: { digest: Digest; size: number } }> {
  for await (const name of source.repositories(signal)) {
    const digests = (await source.images(name, signal)).filter((image) => image.status === 'active')
    const wanted = digests.map((image) => image.digest)
    for await (const answer of source.manifests(name, wanted, signal)) {
      const first = 'bytes' in answer ? readManifest(answer.bytes, answer.mediaType).layers[0] : undefined
      if (first?.size) return { repository: name, layer: { digest: first.digest, size: first.size } }
    }
  }
  throw new Error('The demo has no layer.')
}

async function failure(work: Promise<unknown>): Promise<HoldfastError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HoldfastError) return error
  throw error ?? new Error('it went well')
}

test.each(['throttled', 'server-error', 'reset'] as const)('%s requests of the API pass by', async (kind) => {
  opened.sandbox.addFault({ service: 'ecr', operation: 'DescribeImages', kind, times: 2 })
  expect((await source.images(repository, signal)).length).toBeGreaterThan(0)
})

test('a denied request is said with its action', async () => {
  opened.sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied' })
  const error = await failure(source.settings(repository, signal))
  expect(error.code).toBe('access-denied')
  expect(error.message).toContain('ecr:GetRepositoryPolicy')
})

test.each(['throttled', 'server-error', 'reset'] as const)(
  '%s requests of the registry pass by',
  async (kind) => {
    opened.sandbox.addFault({ service: 'registry', operation: 'HEAD /v2/', kind, times: 2 })
    expect(await target.hasBlob(repository, layer.digest, signal)).toBe(true)
  },
)

test('a token that has expired is replaced, once', async () => {
  await target.hasBlob(repository, layer.digest, signal)
  clock.advance(2 * 3600_000)
  const before = target.requests()['ecr:GetAuthorizationToken'] ?? 0
  opened.sandbox.addFault({ service: 'registry', operation: 'HEAD /v2/', kind: 'expired-token', times: 1 })
  expect(await target.hasBlob(repository, layer.digest, signal)).toBe(true)
  expect(target.requests()['ecr:GetAuthorizationToken']).toBe(before + 1)
})

test('a layer that is asked for from the middle', async () => {
  const whole = await buffer(await source.blob(repository, layer.digest, 0, signal))
  expect([digestOf(whole), whole.length]).toEqual([layer.digest, layer.size])
  const rest = await buffer(await source.blob(repository, layer.digest, 10, signal))
  expect(rest.equals(whole.subarray(10))).toBe(true)
})

test('a manifest whose put was done but not answered is there on the second try', async () => {
  const [image] = (await source.images(repository, signal)).filter((one) => one.status === 'active')
  if (!image) throw new Error('no image')
  for await (const answer of source.manifests(repository, [image.digest], signal)) {
    if (!('bytes' in answer)) throw new Error('not fetched')
    opened.sandbox.addFault({ service: 'registry', operation: 'PUT /v2/', kind: 'lost-answer', times: 1 })
    const tag = 'lost-answer'
    await target.putManifest(repository, { ...answer, tag }, signal)
    expect((await target.contents(repository, signal)).tags.get(tag)).toBe(image.digest)
  }
})

import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import type { AwsSettings } from '../../aws/context.ts'
import { jumpingClock } from '../../core/clock.ts'
import { type Digest, digestOf } from '../../core/digest.ts'
import { HoldfastError } from '../../core/errors.ts'
import { quietRun } from '../../core/run.ts'
import { type FakeAnswer, type FakeCall, type FakeEcr, fakeEcr } from '../../ecr/fake-ecr.fixture.ts'
import { type FakeRegistry, fakeRegistry, type Handler } from '../../oci/hostile.fixture.ts'
import { openTarget } from '../../restore/targets/open.ts'
import type { Source } from '../source.ts'
import { openSource } from './open.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

const { signal } = new AbortController()
const run = () => quietRun({ clock: jumpingClock() })
const layer = Buffer.from('layer bytes '.repeat(1000))
const digest = digestOf(layer)
const text = '{"schemaVersion":2,"config":{},"layers":[]}'
const type = 'application/vnd.oci.image.manifest.v1+json'

interface Opened {
  fake: FakeEcr
  source: Source
}

async function open(
  answer: (call: FakeCall) => FakeAnswer,
  settings: Partial<AwsSettings> = {},
): Promise<Opened> {
  const fake = await fakeEcr(answer, settings)
  const source = await openSource({ kind: 'ecr' }, { aws: fake.aws }, run())
  cleanUp.push(fake.close, () => source.close())
  return { fake, source }
}

async function storage(handler: Handler): Promise<FakeRegistry> {
  const server = await fakeRegistry(handler)
  cleanUp.push(server.close)
  return server
}

async function failure(work: Promise<unknown>): Promise<HoldfastError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HoldfastError) return error
  throw error ?? new Error('it went well')
}

async function fetchAll(source: Source, wanted: Digest[]) {
  const answers = []
  for await (const answer of source.manifests('a/b', wanted, signal)) answers.push(answer)
  return answers
}

test('who reads and what', async () => {
  const { source } = await open(() => ({}))
  expect(source.identity).toEqual({
    key: 'ecr-111122223333-eu-west-1',
    url: 'ecr://111122223333/eu-west-1',
    kind: 'ecr',
    account: '111122223333',
    region: 'eu-west-1',
    simulated: false,
  })
  expect(source.principal).toBe('arn:aws:iam::111122223333:user/demo')
})

test('credentials of another account than the named one are refused', async () => {
  const fake = await fakeEcr(() => ({}))
  cleanUp.push(fake.close)
  const url = { kind: 'ecr', account: '999999999999' } as const
  expect((await failure(openSource(url, { aws: fake.aws }, run()))).code).toBe('credentials-missing')
})

test('a URL that has expired is replaced by a fresh one; no credentials go to the storage', async () => {
  const s3 = await storage((request, response) => {
    if (request.url?.includes('fresh')) response.end(layer)
    else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
  })
  let asked = 0
  const { source } = await open(() => ({
    downloadUrl: `${s3.base.href}x?sig=${asked++ === 0 ? 'stale' : 'fresh'}`,
  }))
  expect(digestOf(await buffer(await source.blob('a/b', digest, 0, signal)))).toBe(digest)
  expect(s3.seen.map((one) => one.authorization)).toEqual([undefined, undefined])
  expect(source.requests()).toMatchObject({ 'download:GetBlob': 2, 'ecr:GetDownloadUrlForLayer': 2 })
})

test('a URL that is refused again and again is an error without the signature', async () => {
  const s3 = await storage((_request, response) => response.writeHead(403).end())
  const { source } = await open(() => ({ downloadUrl: `${s3.base.href}x?X-Amz-Signature=secret` }))
  const error = await failure(source.blob('a/b', digest, 0, signal))
  expect(error.code).toBe('access-denied')
  expect(JSON.stringify([error.message, error.why, error.next])).not.toContain('secret')
})

test.each(['http://169.254.169.254/x', 'http://10.1.2.3/x', 'http://localhost:1/x'])(
  'a download URL at %s is refused',
  async (downloadUrl) => {
    const { source } = await open(() => ({ downloadUrl }))
    expect((await failure(source.blob('a/b', digest, 0, signal))).code).toBe('forbidden-address')
  },
)

test('with a custom endpoint no AWS host is contacted: neither for layers nor for the registry (law 8)', async () => {
  const aws = 'https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/x'
  const proxyEndpoint = 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com'
  const { fake, source } = await open(({ operation }) =>
    operation === 'GetAuthorizationToken'
      ? { authorizationData: [{ authorizationToken: 't', expiresAt: 4e9, proxyEndpoint }] }
      : { downloadUrl: aws },
  )
  expect((await failure(source.blob('a/b', digest, 0, signal))).code).toBe('forbidden-address')
  const s3 = await storage((_request, response) => response.writeHead(307, { location: aws }).end())
  const redirected = await open(() => ({ downloadUrl: s3.base.href }))
  expect((await failure(redirected.source.blob('a/b', digest, 0, signal))).code).toBe('forbidden-address')
  const target = await openTarget({ kind: 'ecr' }, { aws: fake.aws }, run())
  cleanUp.push(() => target.close())
  expect((await failure(target.hasBlob('a/b', digest, signal))).code).toBe('forbidden-address')
})

test('archived and activating images are listed, and answered without a request', async () => {
  const sleeping = digestOf('archived')
  const waking = digestOf('activating')
  const listed = digestOf('index')
  const { fake, source } = await open(() => ({
    imageDetails: [
      { imageDigest: sleeping, imageStatus: 'ARCHIVED', imageTags: ['old'] },
      { imageDigest: waking, imageStatus: 'ACTIVATING' },
      {
        imageDigest: digest,
        imageStatus: 'ACTIVE',
        subjectManifestDigest: sleeping,
        artifactMediaType: 'x/y',
        imageSizeInBytes: 7,
      },
      {
        imageDigest: listed,
        imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
        imageSizeInBytes: 9,
      },
    ],
  }))
  expect(await source.images('a/b', signal)).toEqual([
    { digest: sleeping, tags: ['old'], status: 'archived', size: 0 },
    { digest: waking, tags: [], status: 'activating', size: 0 },
    { digest, tags: [], status: 'active', subject: sleeping, artifactType: 'x/y', size: 7 },
    // Its children are listed with theirs.
    { digest: listed, tags: [], status: 'active', mediaType: expect.stringContaining('index'), size: 0 },
  ])
  expect(await fetchAll(source, [sleeping, waking])).toMatchObject([
    { code: 'archived' },
    { code: 'archived' },
  ])
  expect(fake.calls.map((call) => call.operation)).toEqual(['DescribeImages'])
})

test('a text that does not hash is read again from the registry endpoint, as bytes', async () => {
  const registry = await storage((request, response) => {
    response.setHeader('content-type', type).end(request.url?.includes(digestOf(text)) ? text : 'damaged')
  })
  const damaged = digestOf('damaged there too')
  const gone = digestOf('gone')
  const { source } = await open(
    ({ operation, input }) => {
      if (operation === 'GetAuthorizationToken') {
        return {
          authorizationData: [{ authorizationToken: 't', expiresAt: 4e9, proxyEndpoint: 'https://unused' }],
        }
      }
      const ids = input['imageIds'] as { imageDigest: string }[]
      const images = ids
        .filter((id) => id.imageDigest !== gone)
        .map((imageId) => ({ imageId, imageManifest: '{}' }))
      return { images, failures: [{ imageId: { imageDigest: gone }, failureCode: 'ImageNotFound' }] }
    },
    { registryEndpoint: registry.base.href },
  )
  const answers = await fetchAll(source, [digestOf(text), damaged, gone])
  expect(answers).toMatchObject([
    { digest: digestOf(text), mediaType: type },
    { digest: damaged, code: 'registry-content-mismatch' },
    { digest: gone, code: 'gone' },
  ])
  expect(registry.seen.map((one) => one.authorization)).toEqual(['Basic t', 'Basic t'])
})

test('where /v2/ may not be read, a text that does not hash costs that image only', async () => {
  const { source } = await open(({ operation, input }) => {
    if (operation === 'GetAuthorizationToken') return { __type: 'AccessDeniedException', message: 'no' }
    const ids = input['imageIds'] as { imageDigest: string }[]
    return { images: ids.map((imageId) => ({ imageId, imageManifest: text, imageManifestMediaType: type })) }
  })
  expect(await fetchAll(source, [digestOf('other bytes'), digestOf(text)])).toMatchObject([
    { digest: digestOf('other bytes'), code: 'access-denied' },
    { digest: digestOf(text), mediaType: type },
  ])
})

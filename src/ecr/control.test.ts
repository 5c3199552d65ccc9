import { afterEach, expect, test } from 'vitest'
import { awsErrorCode } from '../aws/errors.ts'
import { jumpingClock } from '../core/clock.ts'
import { digestOf } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { type EcrControl, ecrControl } from './control.ts'
import { type FakeAnswer, type FakeCall, type FakeEcr, fakeEcr } from './fake-ecr.fixture.ts'
import { readRegistrySettings } from './read-registry.ts'
import { tokenKeeper } from './token.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0)) await close()
})

async function open(answer: (call: FakeCall) => FakeAnswer): Promise<{ ecr: EcrControl; fake: FakeEcr }> {
  const fake = await fakeEcr(answer)
  cleanUp.push(fake.close)
  return { ecr: ecrControl(fake.aws), fake }
}

async function failure(work: Promise<unknown>): Promise<HoldfastError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HoldfastError) return error
  throw error ?? new Error('it went well')
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const image = (digit: string) => ({ imageDigest: `sha256:${digit.repeat(64)}`, imagePushedAt: 1.7e9 })

test('every page of a listing of images asks for all states (law 10)', async () => {
  const { ecr, fake } = await open(({ input }) =>
    input['nextToken'] ? { imageDetails: [image('b')] } : { imageDetails: [image('a')], nextToken: 'more' },
  )
  expect(await ecr.describeImages('a/b')).toHaveLength(2)
  for (const { input } of fake.calls) {
    expect(input['filter']).toEqual({ tagStatus: 'ANY', imageStatus: 'ANY' })
    expect(input['maxResults']).toBe(1000)
  }
})

test('the same page token for ever is refused', async () => {
  const { ecr, fake } = await open(() => ({ imageDetails: [image('a')], nextToken: 'again' }))
  expect((await failure(ecr.describeImages('a/b'))).code).toBe('registry-answer-invalid')
  expect(fake.calls).toHaveLength(2)
})

test('a page token that goes bad starts the listing again: nothing twice, nothing missing', async () => {
  let spoiled = false
  const { ecr } = await open(({ input }) => {
    const names = { '': ['a', 'b'], two: ['c'] }[String(input['nextToken'] ?? '')] ?? []
    if (input['nextToken'] && !spoiled) {
      spoiled = true
      return { __type: 'InvalidParameterException', message: 'bad token' }
    }
    const repositories = names.map((repositoryName) => ({ repositoryName }))
    return { repositories, ...(!input['nextToken'] && { nextToken: 'two' }) }
  })
  const names = (await all(ecr.describeRepositories())).map((repository) => repository.name)
  expect(names).toEqual(['a', 'b', 'c'])
})

test('a page token that is always bad ends with the error of the service', async () => {
  const { ecr } = await open(({ input }) =>
    input['nextToken'] ? { __type: 'InvalidParameterException' } : { repositories: [], nextToken: 'x' },
  )
  expect(awsErrorCode(await failure(all(ecr.describeRepositories())))).toBe('InvalidParameterException')
})

test.each<[string, string, (ecr: EcrControl) => Promise<unknown>, unknown]>([
  ['no policy', 'RepositoryPolicyNotFoundException', (ecr) => ecr.getRepositoryPolicy('a/b'), undefined],
  [
    'no lifecycle policy',
    'LifecyclePolicyNotFoundException',
    (ecr) => ecr.getLifecyclePolicy('a/b'),
    undefined,
  ],
  ['no registry policy', 'RegistryPolicyNotFoundException', (ecr) => ecr.getRegistryPolicy(), undefined],
  ['no signing', 'SigningConfigurationNotFoundException', (ecr) => ecr.getSigningConfiguration(), undefined],
  ['no repository', 'RepositoryNotFoundException', (ecr) => ecr.describeRepository('a/b'), undefined],
  [
    'a repository that is there',
    'RepositoryAlreadyExistsException',
    (ecr) => ecr.createRepository({ name: 'a/b' }),
    false,
  ],
  [
    'no scan',
    'ScanNotFoundException',
    (ecr) => ecr.describeImageScanFindings('a/b', 'sha256:x'),
    { status: 'NONE', severities: {} },
  ],
])('%s is an answer, not a failure', async (_name, __type, ask, expected) => {
  const { ecr } = await open(() => ({ __type }))
  expect(await ask(ecr)).toEqual(expected)
})

test.each([
  ['AccessDeniedException', 'access-denied'],
  ['com.amazonaws.ecr#RepositoryNotFoundException', 'registry-not-found'],
  ['ExpiredTokenException', 'credentials-expired'],
  ['UnrecognizedClientException', 'credentials-missing'],
  ['KmsException', 'key-unusable'],
  ['SomethingNewException', 'aws-request-failed'],
])('%s becomes %s and names the action', async (__type, code) => {
  const { ecr } = await open(() => ({ __type, message: 'because' }))
  const error = await failure(ecr.getRepositoryPolicy('a/b'))
  expect(error.code).toBe(code)
  if (code === 'access-denied') expect(error.message).toContain('ecr:GetRepositoryPolicy on a/b')
  expect(awsErrorCode(error)).toBe(__type.split('#').at(-1))
})

test('throttling is tried again and slows the operation down', async () => {
  let count = 0
  const { ecr, fake } = await open(() =>
    ++count < 3 ? { __type: 'ThrottlingException', message: 'Rate exceeded' } : { repositories: [] },
  )
  expect(await all(ecr.describeRepositories())).toEqual([])
  expect(fake.aws.requests()).toEqual({ 'ecr:DescribeRepositories': 3 })
})

test('manifests come in batches of 100, each digest answered once', async () => {
  const texts = Array.from({ length: 230 }, (_, n) => `{"n":${n}}`)
  const byDigest = new Map(texts.map((body) => [digestOf(body), body]))
  const missing = digestOf('missing')
  const forgotten = digestOf('forgotten')
  const { ecr, fake } = await open(({ input }) => {
    const ids = input['imageIds'] as { imageDigest: string }[]
    const known = ids.filter((id) => byDigest.has(id.imageDigest as never))
    const images = known.map((imageId) => ({
      imageId,
      imageManifest: byDigest.get(imageId.imageDigest as never),
    }))
    const failed = ids.filter((id) => id.imageDigest === missing)
    const failures = failed.map((imageId) => ({ imageId, failureCode: 'ImageNotFound', failureReason: 'no' }))
    // An image with two tags may be answered twice.
    return { images: [...images, ...images.slice(0, 1)], failures }
  })
  const digests = [...byDigest.keys(), missing, forgotten, missing]
  const answers = await all(ecr.batchGetImage({ repository: 'a/b', digests, mediaTypes: ['x'] }))
  expect(answers.map((answer) => answer.digest)).toEqual([...byDigest.keys(), missing, forgotten])
  expect(fake.calls.map(({ input }) => (input['imageIds'] as unknown[]).length)).toEqual([100, 100, 32])
  expect(answers.filter((answer) => 'exact' in answer && answer.exact)).toHaveLength(230)
  expect(answers.slice(-2)).toMatchObject([{ code: 'ImageNotFound' }, { code: 'NotAnswered' }])
})

test('scanning of many repositories: 25 names a call, failures by name', async () => {
  const { ecr, fake } = await open(({ input }) => {
    const names = input['repositoryNames'] as string[]
    return {
      scanningConfigurations: names
        .filter((name) => name !== 'r0')
        .map((repositoryName) => ({
          repositoryName,
          scanFrequency: 'SCAN_ON_PUSH',
          appliedScanFilters: [{ filter: '*' }],
        })),
      failures: [{ repositoryName: 'r0', failureCode: 'REPOSITORY_NOT_FOUND', failureReason: 'gone' }],
    }
  })
  const names = Array.from({ length: 60 }, (_, n) => `r${n}`)
  const found = await all(ecr.batchGetRepositoryScanningConfiguration(names))
  expect(found[0]).toEqual({ repository: 'r0', code: 'REPOSITORY_NOT_FOUND', reason: 'gone' })
  expect(found[59]).toEqual({ repository: 'r59', frequency: 'SCAN_ON_PUSH', filters: ['*'] })
  expect(fake.calls).toHaveLength(3)
})

test('registry settings: what is unknown there is left out, what is forbidden is said', async () => {
  const answers: Record<string, FakeAnswer> = {
    GetRegistryPolicy: { policyText: '{"a": 1}' },
    GetSigningConfiguration: { __type: 'UnknownOperationException' },
    GetAccountSetting: { __type: 'InvalidParameterException' },
    DescribePullThroughCacheRules: {
      pullThroughCacheRules: [{ ecrRepositoryPrefix: 'hub', createdAt: 1.7e9 }],
    },
  }
  const { ecr } = await open(({ operation }) => answers[operation] ?? {})
  expect(await readRegistrySettings(ecr)).toEqual({
    policy: '{"a": 1}',
    replication: { rules: [] },
    scanning: { scanType: 'BASIC', rules: [] },
    pullThroughRules: [{ ecrRepositoryPrefix: 'hub', createdAt: '2023-11-14T22:13:20.000Z' }],
  })
  answers['DescribeRegistry'] = { __type: 'AccessDeniedException' }
  expect((await failure(readRegistrySettings(ecr))).message).toContain('ecr:DescribeRegistry')
})

test('a token is asked for once, renewed five minutes early, and once when it is refused', async () => {
  const clock = jumpingClock()
  let issued = 0
  const { ecr } = await open(() => ({
    authorizationData: [
      {
        authorizationToken: `token${++issued}`,
        expiresAt: clock.now().getTime() / 1000 + 12 * 3600,
        proxyEndpoint: 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com',
      },
    ],
  }))
  const keeper = tokenKeeper(ecr, clock)
  expect(await Promise.all([keeper.authorization(), keeper.authorization()])).toEqual([
    'Basic token1',
    'Basic token1',
  ])
  // A refusal of a brand-new token is a missing permission.
  expect(await keeper.authorization('Basic token1')).toBe('Basic token1')
  clock.advance(3600_000)
  expect(await Promise.all(['Basic token1', 'Basic token1'].map(keeper.authorization))).toEqual([
    'Basic token2',
    'Basic token2',
  ])
  expect(await keeper.authorization('Basic token1')).toBe('Basic token2')
  clock.advance((12 * 60 - 4) * 60_000)
  expect(await keeper.authorization()).toBe('Basic token3')
})

import { afterEach, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { digestOf } from '../core/digest.ts'
import { fakeRegistry, type Handler } from '../oci/hostile.fixture.ts'
import { ecrControl } from './control.ts'
import { fakeEcr } from './fake-ecr.fixture.ts'
import { EcrRegistryClient } from './registry-client.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

const digest = digestOf('layer')

/** The `/v2/` side of an ECR registry at a server that answers what a test wants. */
async function open(handler: Handler) {
  const server = await fakeRegistry(handler)
  const token = { authorizationToken: 't', expiresAt: 4e9, proxyEndpoint: 'https://unused' }
  const fake = await fakeEcr(() => ({ authorizationData: [token] }), { registryEndpoint: server.base.href })
  const clock = jumpingClock()
  const registry = new EcrRegistryClient(fake.aws, ecrControl(fake.aws), clock)
  cleanUp.push(server.close, fake.close, () => registry.close())
  const seconds = () => (clock.now().getTime() - Date.parse('2026-01-01T00:00:00Z')) / 1000
  return { client: await registry.client(), budget: fake.aws.budget, seconds }
}

test('a 429 of /v2/ slows the operation that it costs, in the API too; good answers win it back', async () => {
  let left = 2
  const { client, budget } = await open((_request, response) =>
    response.writeHead(left-- > 0 ? 429 : 200).end(),
  )
  const operation = 'ecr:BatchCheckLayerAvailability'
  expect(budget.rateOf(operation)).toBeUndefined()
  await client.headBlob('a/b', digest)
  const slowed = budget.rateOf(operation) ?? 0
  expect(slowed).toBeGreaterThan(100)
  expect(slowed).toBeLessThan(150)
  expect(budget.rateOf('ecr:BatchGetImage')).toBeUndefined()
  for (let n = 0; n < 20; n++) await client.headBlob('a/b', digest)
  expect(budget.rateOf(operation)).toBeGreaterThan(slowed)
})

test.each([
  ['7', 7],
  ['Thu, 01 Jan 2026 00:00:20 GMT', 20],
  ['999999999', 60],
])('Retry-After %s of /v2/: %i seconds', async (asked, wanted) => {
  let left = 1
  const { client, seconds } = await open((_request, response) =>
    left-- > 0 ? response.writeHead(429, { 'retry-after': asked }).end() : response.end(),
  )
  await client.headBlob('a/b', digest)
  expect(seconds()).toBe(wanted)
})

test('four tries, then it is an error', async () => {
  let seen = 0
  const { client } = await open((_request, response) => {
    seen++
    response.writeHead(429).end()
  })
  await expect(client.headBlob('a/b', digest)).rejects.toMatchObject({ code: 'registry-request-failed' })
  expect(seen).toBe(4)
})

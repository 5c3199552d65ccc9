import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from './call.fixture.ts'
import { issueToken, seal, unseal, verifyToken } from './token.ts'
import { makeWorld, type WorldFixture } from './world.fixture.ts'

let fixture: WorldFixture
beforeEach(async () => {
  fixture = await makeWorld()
})
afterEach(() => fixture.dispose())

test('a token names its caller for twelve hours', async () => {
  const { authorizationData } = await call(fixture, 'GetAuthorizationToken')
  expect(authorizationData).toHaveLength(1)
  const [{ authorizationToken, expiresAt, proxyEndpoint }] = authorizationData
  expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:.+/)
  expect(proxyEndpoint).toBe(fixture.world.endpoints.registry)
  expect(expiresAt).toBe(fixture.world.now() / 1000 + 12 * 60 * 60)
  const header = `Basic ${authorizationToken}`
  expect(verifyToken(fixture.world, header)).toEqual(fixture.caller)
  fixture.pass(12 * 60 * 60 * 1000 - 1)
  expect(verifyToken(fixture.world, header)).toEqual(fixture.caller)
  fixture.pass(1)
  expect(verifyToken(fixture.world, header)).toBe('expired')
})

test('one token for each id that is asked for', async () => {
  const registryIds = ['111122223333', '444455556666']
  expect((await call(fixture, 'GetAuthorizationToken', { registryIds })).authorizationData).toHaveLength(2)
})

test('what this world did not write is no token', async () => {
  const { token } = issueToken(fixture.world, fixture.caller)
  const other = await makeWorld()
  expect(verifyToken(other.world, `Basic ${token}`)).toBeUndefined()
  await other.dispose()
  const plain = Buffer.from(token, 'base64').toString()
  const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const page = `AWS:${seal(fixture.world, 'page', { caller: fixture.caller })}`
  const bad = [
    undefined,
    '',
    `Bearer ${token}`,
    'Basic',
    encode('AWS:x'),
    encode('AWS:x.y'),
    encode(plain.slice(4)),
  ]
  for (const header of [
    ...bad,
    encode(`${plain}x`),
    encode(`${plain}.x`),
    encode(plain.replace('AWS:', 'AWS:e')),
    encode(page),
  ])
    expect(verifyToken(fixture.world, header)).toBeUndefined()
})

test('sealed text is good for its purpose only', () => {
  const { world } = fixture
  expect(unseal(world, 'a', seal(world, 'a', { x: 1 }))).toEqual({ x: 1 })
  expect(unseal(world, 'b', seal(world, 'a', { x: 1 }))).toBeUndefined()
})

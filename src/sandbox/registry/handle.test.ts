import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { registryOf } from '../world.ts'
import { type Door, errorOf, openDoor, pushBlob, pushImage } from './door.fixture.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
  door.addRepository('team/app')
})
afterEach(() => door.close())

const hour = 60 * 60 * 1000

describe('the token', () => {
  test.each([
    ['none', {}],
    ['not basic', { authorization: 'Bearer abc' }],
    ['not ours', { authorization: `Basic ${Buffer.from('AWS:abc').toString('base64')}` }],
    ['not for AWS', { authorization: `Basic ${Buffer.from('me:abc').toString('base64')}` }],
  ])('%s: challenged as ECR does it, on every path', async (_name, headers) => {
    for (const path of ['/v2/', '/v2/team/app/tags/list', '/v2/nothing/at/all']) {
      const response = await fetch(door.url + path, { headers: headers as Record<string, string> })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe(
        `Basic realm="${door.url}/",service="ecr.amazonaws.com"`,
      )
      expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(await response.text()).toBe('Not Authorized\n')
    }
  })

  test('good for twelve hours', async () => {
    const headers = { authorization: door.authorization() }
    door.advance(12 * hour - 1)
    const response = await door.ask('GET', '/v2/', { headers })
    expect(response.status).toBe(200)
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    door.advance(1)
    expect(await errorOf(await door.ask('GET', '/v2/', { headers }))).toEqual({
      status: 403,
      code: 'DENIED',
      message: 'Your authorization token has expired. Reauthenticate and try again.',
    })
  })

  test('it says which registry is meant', async () => {
    registryOf(door.world, '111122223333', 'us-east-1')
    for (const caller of [{ region: 'us-east-1' }, { account: '444455556666' }]) {
      const headers = { authorization: door.authorization(caller) }
      const response = await door.ask('GET', '/v2/team/app/tags/list', { headers })
      expect(await errorOf(response)).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' })
    }
  })
})

describe('what is not there', () => {
  test.each([
    ['GET', 'tags/list'],
    ['GET', 'manifests/1.0'],
    ['PUT', 'manifests/1.0'],
    ['DELETE', 'manifests/1.0'],
    ['GET', `blobs/${digestOf('')}`],
    ['POST', 'blobs/uploads/'],
    ['GET', `referrers/${digestOf('')}`],
  ])('%s of %s in a repository that nobody made', async (method, path) => {
    expect(await errorOf(await door.ask(method, `/v2/team/lost/${path}`))).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'team/lost' does not exist in the registry with id '111122223333'",
    })
  })

  test.each(['Team/App', 'a', 'team//app', '-team', 'team/../app%2f'])('a bad name: %s', async (name) => {
    // fetch would tidy the path, so the name goes in encoded.
    const path = `/v2/${encodeURIComponent(name)}/tags/list`
    expect(await errorOf(await door.ask('GET', path))).toMatchObject({ status: 400, code: 'NAME_INVALID' })
  })

  test('other paths and other methods', async () => {
    expect((await door.ask('GET', '/v2/team/app/secrets')).status).toBe(404)
    for (const [method, path] of [
      ['DELETE', `/v2/team/app/blobs/${await digestOfPushedBlob()}`],
      ['POST', '/v2/team/app/manifests/1.0'],
      ['DELETE', '/v2/_catalog'],
      ['POST', '/v2/'],
    ] as const) {
      const response = await door.ask(method, path)
      expect(await errorOf(response)).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
    }
  })

  async function digestOfPushedBlob() {
    return (await pushBlob(door, 'team/app', 'kept')).digest
  }
})

describe('blobs', () => {
  test('GET is a redirect to another origin, without the bytes', async () => {
    const { digest } = await pushBlob(door, 'team/app', 'some bytes')
    const response = await door.ask('GET', `/v2/team/app/blobs/${digest}`)
    expect(response.status).toBe(307)
    expect(new URL(response.headers.get('location') ?? '').origin).not.toBe(door.url)
    expect(await response.text()).toBe('')
  })

  test('an unknown one', async () => {
    const path = `/v2/team/app/blobs/${digestOf('lost')}`
    expect(await errorOf(await door.ask('GET', path))).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
    expect((await door.ask('HEAD', path)).status).toBe(404)
  })

  test('what another repository has is not here', async () => {
    door.addRepository('team/other')
    const { digest } = await pushBlob(door, 'team/other', 'some bytes')
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)).status).toBe(404)
  })
})

describe('create on push', () => {
  const template = {
    prefix: 'auto',
    appliedFor: ['CREATE_ON_PUSH'],
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
    encryptionConfiguration: { encryptionType: 'AES256' },
    resourceTags: [{ Key: 'owner', Value: 'robots' }],
  }

  test('a template for that makes the repository with its settings', async () => {
    door.registry.templates['auto'] = template
    const { response } = await pushImage(door, 'auto/new', { tag: '1' })
    expect(response.status).toBe(201)
    expect(door.registry.repositories['auto/new']).toMatchObject({
      arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/auto/new',
      mutability: 'IMMUTABLE_WITH_EXCLUSION',
      exclusionFilters: ['latest'],
      resourceTags: { owner: 'robots' },
    })
  })

  test('ROOT takes every name; the longest prefix wins, even when it is for something else', async () => {
    door.registry.templates['ROOT'] = template
    door.registry.templates['auto/only'] = { ...template, appliedFor: ['REPLICATION'] }
    const open = (name: string) => door.ask('POST', `/v2/${name}/blobs/uploads/`)
    expect((await open('anything')).status).toBe(202)
    expect((await open('auto/only/replicas')).status).toBe(404)
    expect((await open('auto/onlyish')).status).toBe(202)
  })
})

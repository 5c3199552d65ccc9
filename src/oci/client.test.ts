import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { basicAuthorization } from './basic.ts'
import type { OciClient, OciClientOptions } from './client.ts'
import { namedAndItsRange } from './connect.ts'
import { refusalBehind } from './failure.ts'
import { clientOf, type FakeRegistry, fakeRegistry, type Handler } from './hostile.fixture.ts'
import { mediaType } from './media-types.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

async function open(
  handler: Handler,
  options: Partial<OciClientOptions> = {},
): Promise<{ server: FakeRegistry; client: OciClient }> {
  const server = await fakeRegistry(handler)
  const client = clientOf(server.base, options)
  cleanUp.push(server.close, client.close)
  return { server, client }
}

async function failure(work: Promise<unknown> | AsyncIterable<unknown>): Promise<HoldfastError> {
  try {
    if (Symbol.asyncIterator in work) for await (const _item of work);
    else await work
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('it went well')
}

const ours = basicAuthorization('AWS', 'top-secret')
const layer = Buffer.from('0123456789'.repeat(1000))
const digest = digestOf(layer)
const manifest = Buffer.from('{"schemaVersion":2,"config":{},"layers":[]}')

test('bytes that do not match the digest that was asked for are refused', async () => {
  const { client } = await open((_request, response) => response.end('{"schemaVersion":2}'))
  expect((await failure(client.manifest('a/b', digestOf(manifest)))).code).toBe('registry-content-mismatch')
})

test('a digest header that lies is not believed for a manifest read by tag', async () => {
  const { client } = await open((_request, response) =>
    response.setHeader('docker-content-digest', digest).end(manifest),
  )
  expect((await client.manifest('a/b', 'v1'))?.digest).toBe(digestOf(manifest))
})

test('a digest header that is none counts as absent', async () => {
  const { client } = await open((_request, response) =>
    response.setHeader('docker-content-digest', 'sha256:../../x').end(),
  )
  expect(await client.headManifest('a/b', 'v1')).toEqual({})
})

test('a registry that stored other bytes than were sent is found out', async () => {
  const { client } = await open((_request, response) =>
    response.writeHead(201, { 'docker-content-digest': digest }).end(),
  )
  const put = { digest: digestOf(manifest), mediaType: mediaType.ociManifest, bytes: manifest }
  expect((await failure(client.putManifest('a/b', put))).code).toBe('registry-content-mismatch')
})

test('an endless manifest is cut off', async () => {
  const chunk = Buffer.alloc(256 * 1024, 0x20)
  const { client } = await open((_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', pour)
    pour()
  })
  const error = await failure(client.manifest('a/b', 'v1'))
  expect([error.code, error.why]).toEqual(['registry-answer-invalid', expect.stringMatching(/larger than/)])
})

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2/v2/credentials',
  'http://[fd00:ec2::254]/latest/',
  'http://[::ffff:169.254.169.254]/',
  'http://2852039166/',
  'http://10.0.0.1/blob',
  'http://192.168.1.1/blob',
  'http://0.0.0.0:80/',
  'http://[64:ff9b::a9fe:a9fe]/',
])('a redirect to %s is refused before a byte is sent', async (location) => {
  const { client } = await open((_request, response) => response.writeHead(307, { location }).end(), {
    authorization: ours,
  })
  expect((await failure(client.blob('a/b', digest, 0))).code).toBe('forbidden-address')
})

test('a DNS name that resolves to a loopback address is refused unless the registry lives there too', async () => {
  const rule = namedAndItsRange('registry.example.com')
  const other = await fakeRegistry((_request, response) => response.end(layer))
  cleanUp.push(other.close)
  const { client } = await open(
    (_request, response) =>
      response.writeHead(307, { location: `http://localhost:${other.base.port}/` }).end(),
    // The registry itself is let through; what it redirects to must pass the rule of a registry on the internet.
    { addressRule: (contact) => contact.host === '127.0.0.1' || rule(contact) },
  )
  expect((await failure(client.blob('a/b', digest, 0))).code).toBe('forbidden-address')
  expect(other.seen).toEqual([])
})

test.each([
  ['file:///etc/passwd', /leads to file:/],
  ['http://user:secret@127.0.0.1:1/', /user name or a password/],
  ['http://[broken', /no usable address/],
])('a redirect to %s is refused', async (location, why) => {
  const { client } = await open((_request, response) => response.writeHead(307, { location }).end())
  const error = await failure(client.blob('a/b', digest, 0))
  expect([error.code, error.why]).toEqual(['registry-answer-invalid', expect.stringMatching(why)])
  expect(error.message).not.toContain('secret')
})

test('a redirect loop ends', async () => {
  const { client, server } = await open((request, response) =>
    response.writeHead(307, { location: request.url }).end(),
  )
  expect((await failure(client.blob('a/b', digest, 0))).code).toBe('registry-answer-invalid')
  expect(server.seen).toHaveLength(6)
})

test('the Authorization header never crosses an origin, not even on the way back', async () => {
  const storage = await fakeRegistry((request, response) => {
    if (request.url === '/there') response.end(layer)
    else response.writeHead(307, { location: `${first.server.base.href}back` }).end()
  })
  cleanUp.push(storage.close)
  const first = await open(
    (request, response) => {
      const there = request.url === '/back' ? 'there' : 'away'
      response.writeHead(307, { location: `${storage.base.href}${there}` }).end()
    },
    { authorization: ours },
  )
  expect((await buffer(await first.client.blob('a/b', digest, 0))).equals(layer)).toBe(true)
  expect(storage.seen.map((one) => one.authorization)).toEqual([undefined, undefined])
  expect(first.server.seen.map((one) => one.authorization === undefined)).toEqual([false, true])
})

test('401 to a password that never changes is asked about once', async () => {
  const { client, server } = await open(
    (_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    { authorization: ours },
  )
  expect((await failure(client.ping())).code).toBe('registry-unauthorized')
  expect(server.seen).toHaveLength(1)
})

test('a token that was refused is renewed once', async () => {
  let current = 'Basic old'
  const { client, server } = await open(
    (request, response) =>
      response.writeHead(request.headers.authorization === 'Basic new' ? 200 : 403).end(),
    {
      authorization: async (rejected) => {
        if (rejected === current) current = 'Basic new'
        return current
      },
    },
  )
  await client.ping()
  expect(server.seen.map((one) => one.authorization)).toEqual(['Basic old', 'Basic new'])
})

test.each([
  ['another host', 'https://evil.example.com/token'],
  ['another port', 'http://127.0.0.1:1/token'],
  ['the metadata service', 'http://169.254.169.254/token'],
  ['a host that only ends alike', 'https://evil127.0.0.1.nip.io/token'],
])('a token realm at %s gets nothing', async (_name, realm) => {
  const { client, server } = await open(
    (_request, response) => response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end(),
    { authorization: ours },
  )
  expect((await failure(client.ping())).code).toBe('registry-unauthorized')
  expect(server.seen).toHaveLength(1)
})

test('a Bearer token is fetched from the registry itself, kept, and asked for again when it is refused', async () => {
  let good = 'one'
  const { client, server } = await open(
    (request, response) => {
      if (request.url?.startsWith('/token'))
        return response.end(JSON.stringify({ token: good, expires_in: 300 }))
      if (request.headers.authorization === `Bearer ${good}`) return response.end(manifest)
      const realm = `${server.base.href}token`
      return response
        .writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="test",scope="x"` })
        .end()
    },
    { authorization: ours },
  )
  await client.manifest('a/b', 'v1')
  await client.manifest('a/b', 'v2')
  expect(server.seen.map((one) => one.url.split('?')[0])).toEqual([
    '/v2/a/b/manifests/v1',
    '/token',
    '/v2/a/b/manifests/v1',
    '/v2/a/b/manifests/v2',
  ])
  expect(server.seen[1]?.url).toBe('/token?service=test&scope=repository%3Aa%2Fb%3Apull')
  good = 'two'
  await client.manifest('a/b', 'v3')
  expect(server.seen.filter((one) => one.url.startsWith('/token'))).toHaveLength(2)
})

test('Retry-After is obeyed up to a minute; four tries are all', async () => {
  const slept: number[] = []
  const { client, server } = await open(
    (_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
    { clock: { now: () => new Date(0), sleep: async (ms) => void slept.push(ms) } },
  )
  const error = await failure(client.ping())
  expect([error.code, refusalBehind(error)?.status]).toEqual(['registry-request-failed', 429])
  expect(slept).toEqual([60_000, 60_000, 60_000])
  expect(server.seen).toHaveLength(4)
})

test('resets and 503 pass by; the wait doubles with jitter', async () => {
  const slept: number[] = []
  let count = 0
  const { client } = await open(
    (request, response) => {
      count++
      if (count === 1) request.socket.destroy()
      else response.writeHead(count === 2 ? 503 : 200).end()
    },
    { clock: { now: () => new Date(0), sleep: async (ms) => void slept.push(ms) } },
  )
  await client.ping()
  expect(slept).toEqual([375, 750])
  expect(client.requests()).toEqual({ Ping: 3 })
})

test('the same next page for ever is refused', async () => {
  const { client, server } = await open((_request, response) =>
    response.setHeader('link', '</v2/a/b/tags/list?last=x>; rel="next"').end('{"tags":["v1"]}'),
  )
  expect((await failure(client.tags('a/b'))).code).toBe('registry-answer-invalid')
  expect(server.seen).toHaveLength(2)
})

test('a next page at another host is refused', async () => {
  const { client } = await open((_request, response) =>
    response.setHeader('link', '<http://127.0.0.1:1/x>; rel="next"').end('{"tags":[]}'),
  )
  expect((await failure(client.tags('a/b'))).code).toBe('registry-answer-invalid')
})

test('all pages are followed, with the opaque token as given', async () => {
  const { client, server } = await open((request, response) => {
    if (request.url?.includes('last=')) return response.end('{"tags":["v2"]}')
    return response
      .setHeader('link', '</v2/a/b/tags/list?last=%2Fa%3D%3D>; rel="next"')
      .end('{"tags":["v1"]}')
  })
  const found: string[] = []
  for await (const tag of client.tags('a/b')) found.push(tag)
  expect(found).toEqual(['v1', 'v2'])
  expect(server.seen[1]?.url).toBe('/v2/a/b/tags/list?last=%2Fa%3D%3D')
})

test.each([
  ['HTML', '<html>'],
  ['nothing', ''],
  ['a list', '[]'],
  ['tags that are no list', '{"tags":"v1"}'],
  ['a tag with an escape', '{"tags":["\\u001b[2J"]}'],
  ['a tag that climbs', '{"tags":["../../x"]}'],
  ['a tag of 129 characters', JSON.stringify({ tags: ['a'.repeat(129)] })],
])('a list of tags that is %s is refused', async (_name, body) => {
  const { client } = await open((_request, response) => response.end(body))
  expect((await failure(client.tags('a/b'))).code).toBe('registry-answer-invalid')
})

test('what a registry says goes into one short line without queries of URLs', async () => {
  const message = `no\r\n\u001b[31m https://s3.example.com/x?X-Amz-Signature=abc ${'z'.repeat(1000)}`
  const { client } = await open((_request, response) =>
    response.writeHead(400).end(JSON.stringify({ errors: [{ code: 'TAG_INVALID', message }] })),
  )
  const error = await failure(client.ping())
  expect(error.why).toMatch(/^HTTP 400, TAG_INVALID: no \[31m https:\/\/s3\.example\.com\/x\?\.\.\. z/)
  expect(error.why?.length).toBeLessThan(400)
  expect(refusalBehind(error)?.codes).toEqual(['TAG_INVALID'])
})

test('a server that is not there', async () => {
  const server = await fakeRegistry(() => {})
  await server.close()
  const client = clientOf(server.base)
  cleanUp.push(client.close)
  expect((await failure(client.ping())).code).toBe('endpoint-unreachable')
})

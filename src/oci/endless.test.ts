import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { basicAuthorization } from './basic.ts'
import type { OciClient, OciClientOptions } from './client.ts'
import { clientOf, type FakeRegistry, fakeRegistry, type Handler } from './hostile.fixture.ts'
import { mediaType } from './media-types.ts'
import { fallbackTag } from './referrers.ts'
import { walkRepository } from './walk.ts'

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

/** A server that writes exactly these bytes: node:http would not let them out. */
async function openRaw(answer: string): Promise<OciClient> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('data', () => socket.end(answer))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const client = clientOf(new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}`))
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  }, client.close)
  return client
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

const drip: Handler = (_request, response) => {
  response.writeHead(response.req.url?.includes('refused') ? 400 : 200)
  const timer = setInterval(() => response.write(' '), 2)
  response.on('close', () => clearInterval(timer))
}

test.each<[string, (client: OciClient) => Promise<unknown> | AsyncIterable<unknown>]>([
  ['a manifest', (client) => client.manifest('a/b', 'v1')],
  ['a list of tags', (client) => client.tags('a/b')],
  ['a catalog', (client) => client.repositories()],
  ['a refusal', (client) => client.manifest('a/b', 'refused')],
])('%s that comes byte by byte and never ends is given up', async (_name, ask) => {
  const { client } = await open(drip, { patience: 60 })
  expect(await failure(ask(client))).toMatchObject({
    code: 'registry-request-failed',
    why: expect.stringContaining('byte by byte'),
  })
})

test('so is a token', async () => {
  const { client, server } = await open(
    (request, response) => {
      if (request.url?.startsWith('/token')) return drip(request, response)
      const realm = `Bearer realm="${server.base.href}token"`
      return response.writeHead(401, { 'www-authenticate': realm }).end()
    },
    { patience: 60 },
  )
  expect((await failure(client.ping())).code).toBe('registry-request-failed')
})

test('a registry that hands out tokens and refuses every one is asked twice', async () => {
  const { client, server } = await open(
    (request, response) => {
      if (request.url?.startsWith('/token')) return response.end(`{"token":"t${server.seen.length}"}`)
      const realm = `Bearer realm="${server.base.href}token"`
      return response.writeHead(401, { 'www-authenticate': realm }).end()
    },
    { authorization: basicAuthorization('AWS', 'top-secret') },
  )
  expect((await failure(client.ping())).code).toBe('registry-unauthorized')
  expect(server.seen.filter(({ url }) => url === '/v2/').length).toBe(2)
})

test.each([
  ['a header with a bare CR', 'HTTP/1.1 307 X\r\nLocation: /a\rX-Evil: 1\r\nContent-Length: 0\r\n\r\n'],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nevil\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'X-A: bbbbbbbbbbbbbbbb\r\n'.repeat(10_000)}\r\n`],
])('%s is a failed request', async (_name, answer) => {
  const client = await openRaw(answer)
  expect((await failure(client.manifest('a/b', 'v1'))).code).toBe('registry-request-failed')
})

test.each([
  ['shorter', 400, 'registry-request-failed'],
  ['longer', 2, 'registry-content-mismatch'],
])('a manifest that is %s than its Content-Length', async (_name, length, code) => {
  const client = await openRaw(
    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n{"a":1}`,
  )
  expect((await failure(client.manifest('a/b', digestOf('{"a":1}')))).code).toBe(code)
})

test.each(['<html>', '', '[]'])('a manifest that is %j by digest is refused', async (body) => {
  const { client } = await open((_request, response) => response.end(body))
  expect((await failure(client.manifest('a/b', digestOf('{}')))).code).toBe('registry-content-mismatch')
})

test('indexes that contain each other, and referrers that go in a circle through fallback tags, are walked once', async () => {
  const [one, two] = [digestOf('one'), digestOf('two')]
  const index = (digest: string) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaType.ociIndex,
      manifests: [{ mediaType: mediaType.ociIndex, digest, size: 3 }],
    })
  const tags = ['v1', fallbackTag(one), fallbackTag(two)]
  const { client, server } = await open((request, response) => {
    const reference = request.url?.split('/').at(-1) ?? ''
    if (request.url?.includes('/referrers/')) return response.writeHead(404).end()
    if (request.url?.includes('/tags/list')) return response.end(JSON.stringify({ tags }))
    response.setHeader('content-type', mediaType.ociIndex)
    const body = index(reference.includes(one.slice(7)) ? two : one)
    return response.setHeader('docker-content-digest', digestOf(body)).end(body)
  })
  const walk = await walkRepository(client, 'a/b', new AbortController().signal)
  expect(walk.manifests.length).toBeLessThan(8)
  expect(server.seen.length).toBeLessThan(30)
})

import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { basicAuthorization } from './basic.ts'
import type { OciClient, OciClientOptions } from './client.ts'
import { clientOf, type FakeRegistry, fakeRegistry, type Handler } from './hostile.fixture.ts'

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

test('a body that is cut is an error of ours, and the next try begins where it ended', async () => {
  const { client, server } = await open((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from === 0) {
      response.writeHead(200, { 'content-length': layer.length })
      response.write(layer.subarray(0, 4000), () => request.socket.destroy())
      return
    }
    const range = `bytes ${from}-${layer.length - 1}/${layer.length}`
    response.writeHead(206, { 'content-range': range }).end(layer.subarray(from))
  })
  const cut = await failure(buffer(await client.blob('a/b', digest, 0)))
  expect(cut.code).toBe('registry-request-failed')
  const rest = await buffer(await client.blob('a/b', digest, 4000))
  expect(rest.equals(layer.subarray(4000))).toBe(true)
  expect(server.seen[1]?.range).toBe('bytes=4000-')
})

test('a server that ignores ranges is read from the start, and the start is left out', async () => {
  const { client } = await open((_request, response) => response.end(layer))
  expect((await buffer(await client.blob('a/b', digest, 4567))).equals(layer.subarray(4567))).toBe(true)
})

test.each(['bytes 0-9/10000', 'bytes */10000', 'nonsense'])('a wrong range is refused: %s', async (range) => {
  const { client } = await open((_request, response) =>
    response.writeHead(206, { 'content-range': range }).end(layer.subarray(0, 10)),
  )
  expect((await failure(client.blob('a/b', digest, 5000))).code).toBe('registry-answer-invalid')
})

test('an upload is one POST and one PUT with a length; its query is kept', async () => {
  const { client, server } = await open((request, response) => {
    if (request.method === 'PUT') return response.writeHead(201).end()
    return response.writeHead(202, { location: '/v2/a/b/blobs/uploads/1?_state=a%2Fb%3D' }).end()
  })
  await client.putBlob('a/b', { digest, size: layer.length, body: Readable.from([layer]) })
  expect(server.seen.map((one) => `${one.method} ${one.url}`)).toEqual([
    'POST /v2/a/b/blobs/uploads/',
    `PUT /v2/a/b/blobs/uploads/1?_state=a%2Fb%3D&digest=${encodeURIComponent(digest)}`,
  ])
})

test('an upload that is sent to another origin goes there without credentials', async () => {
  const storage = await fakeRegistry((_request, response) => response.writeHead(201).end())
  cleanUp.push(storage.close)
  const { client } = await open(
    (_request, response) => response.writeHead(202, { location: `${storage.base.href}up` }).end(),
    { authorization: ours },
  )
  await client.putBlob('a/b', { digest, size: layer.length, body: Readable.from([layer]) })
  expect(storage.seen.map((one) => one.authorization)).toEqual([undefined])
})

test('a failed upload ends the stream that it was given', async () => {
  const { client } = await open((request, response) =>
    response.writeHead(request.method === 'POST' ? 202 : 500, { location: '/up' }).end(),
  )
  const body = Readable.from([layer])
  expect((await failure(client.putBlob('a/b', { digest, size: layer.length, body }))).code).toBe(
    'registry-request-failed',
  )
  expect(body.destroyed).toBe(true)
})

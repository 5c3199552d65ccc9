import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../core/digest.ts'
import { clientOf, fakeRegistry, type Handler } from './hostile.fixture.ts'
import { mediaType } from './media-types.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})

async function open(handler: Handler) {
  const server = await fakeRegistry(handler)
  const client = clientOf(server.base)
  cleanUp.push(server.close, client.close)
  return { server, client }
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of list) found.push(one)
  return found
}

/** Three pages of two, by a token that names its generation; another generation's token is refused. */
function pagesOf(document: (names: string[]) => object, { status = 400, bad = 1 } = {}): Handler {
  const names = ['a0', 'a1', 'b0', 'b1', 'c0', 'c1']
  let left = bad
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const page = Number(url.searchParams.get('page') ?? 0)
    if (page === 2 && left > 0) {
      left--
      response.writeHead(status).end('{"errors":[{"code":"PAGINATION_TOKEN_INVALID"}]}')
      return
    }
    if (page < 2) response.setHeader('link', `<${url.pathname}?page=${page + 1}>; rel="next"`)
    response.end(JSON.stringify(document(names.slice(page * 2, page * 2 + 2))))
  }
}

const everything = ['a0', 'a1', 'b0', 'b1', 'c0', 'c1']

test.each([400, 404, 410, 416])(
  'a page token that goes bad (%i): from the start, nothing twice',
  async (status) => {
    const { client, server } = await open(pagesOf((tags) => ({ tags }), { status }))
    expect(await all(client.tags('a/b'))).toEqual(everything)
    expect(server.seen).toHaveLength(3 + 3)
    const catalog = await open(pagesOf((repositories) => ({ repositories }), { status }))
    expect(await all(catalog.client.repositories())).toEqual(everything)
  },
)

test('a list of referrers too', async () => {
  const descriptor = (name: string) => ({ mediaType: mediaType.ociManifest, digest: digestOf(name), size: 3 })
  const { client } = await open(pagesOf((names) => ({ manifests: names.map(descriptor) })))
  const found = await client.referrers('a/b', digestOf('subject'))
  expect(found.map(({ digest }) => digest)).toEqual(everything.map((name) => digestOf(name)))
})

test('a token that is always bad is an error, never a short list', async () => {
  for (const status of [400, 404]) {
    const { client, server } = await open(pagesOf((tags) => ({ tags }), { status, bad: 100 }))
    await expect(all(client.tags('a/b'))).rejects.toMatchObject({
      code: status === 404 ? 'registry-not-found' : 'registry-request-failed',
    })
    expect(server.seen).toHaveLength(4 * 3)
  }
})

test('a refused first page is no bad token', async () => {
  const { client, server } = await open((_request, response) => response.writeHead(400).end())
  await expect(all(client.repositories())).rejects.toMatchObject({ code: 'registry-request-failed' })
  expect(server.seen).toHaveLength(1)
})

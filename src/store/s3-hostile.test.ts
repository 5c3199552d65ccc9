import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { collect } from './bodies.fixture.ts'
import { s3Store } from './s3.ts'
import type { Store } from './store.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

/** A store at a server that calls itself S3 and answers what a test wants. */
async function openAt(handler: RequestListener): Promise<{ store: Store; count: () => number }> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    request.resume()
    handler(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const store = s3Store({
    bucket: 'b',
    prefix: 'p',
    clock: jumpingClock(),
    env: {},
    capabilities: { conditionalCreate: true, conditionalComplete: true, checksums: true },
    clientConfig: {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'none' },
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      forcePathStyle: true,
      maxAttempts: 1,
    },
  })
  onTestFinished(async () => {
    await store.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return { store, count: () => requests }
}

function listing(keys: string[], more = ''): string {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')
  return `<?xml version="1.0"?><ListBucketResult><Name>b</Name>${contents}${more}</ListBucketResult>`
}

test('the same page token for ever is refused', async () => {
  const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>'
  const { store, count } = await openAt((_request, response) => response.end(listing(['p/a'], more)))
  await expect(collect(store.list(''))).rejects.toMatchObject({ code: 'store-request-failed' })
  expect(count()).toBe(2)
})

test('keys that climb, and keys of others, are not listed', async () => {
  const keys = ['p/a', 'p/../x', 'p//x', 'p/%2e%2e/x', 'p/%00', 'q/a', 'p/.tmp/x', `p/${'k'.repeat(2000)}`]
  const { store } = await openAt((_request, response) => response.end(listing(keys)))
  const found = await collect(store.list(''))
  expect(found.map(({ key }) => key)).toEqual(['a'])
})

test.each([
  ['HTML', '<html><body>no</body></html>'],
  ['nothing', ''],
  ['JSON', '{}'],
])('a listing that is %s holds nothing, or fails by name', async (_name, body) => {
  const { store } = await openAt((_request, response) => response.end(body))
  const outcome = await collect(store.list('')).catch((error: { code: string }) => error.code)
  expect(['store-request-failed', '']).toContain(String(outcome))
})

test('XML that defines entities within entities is not unfolded', async () => {
  const levels = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};">`).join('')
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "k">${levels}]>`
  const { store } = await openAt((_request, response) =>
    response.end(bomb + listing(['p/&e30;']).replace('<?xml version="1.0"?>', '')),
  )
  const before = process.memoryUsage().rss
  await collect(store.list('')).catch((error: unknown) =>
    expect(error).toMatchObject({ code: 'store-request-failed' }),
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
})

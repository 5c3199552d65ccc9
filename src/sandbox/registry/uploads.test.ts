import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { chunked, type Door, errorOf, openDoor, pushImage } from './door.fixture.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
  door.addRepository('team/app')
})
afterEach(() => door.close())

const text = 'hello, layer'
const digest = digestOf(text)

async function open(): Promise<string> {
  const response = await door.ask('POST', '/v2/team/app/blobs/uploads/')
  expect(response.status).toBe(202)
  expect(response.headers.get('range')).toBe('0-0')
  expect(response.headers.get('docker-upload-uuid')).toMatch(/^[0-9a-f-]{36}$/)
  return new URL(response.headers.get('location') ?? '').pathname
}

describe('monolithic', () => {
  test('POST, then one PUT with everything', async () => {
    const at = await open()
    const put = await door.ask('PUT', `${at}?digest=${digest}`, { body: text })
    expect(put.status).toBe(201)
    expect(put.headers.get('docker-content-digest')).toBe(digest)
    expect(put.headers.get('location')).toBe(`${door.url}/v2/team/app/blobs/${digest}`)
    const head = await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(text.length))
    expect(head.headers.get('docker-content-digest')).toBe(digest)
    expect((await door.ask('GET', at)).status).toBe(404)
  })

  test('an empty blob is a blob', async () => {
    const empty = digestOf('')
    expect((await door.ask('PUT', `${await open()}?digest=${empty}`)).status).toBe(201)
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${empty}`)).headers.get('content-length')).toBe('0')
  })

  test('pushing what is there already is fine', async () => {
    for (let time = 0; time < 2; time++) {
      expect((await door.ask('PUT', `${await open()}?digest=${digest}`, { body: text })).status).toBe(201)
    }
  })

  test('other bytes than the digest says: nothing is stored', async () => {
    const put = await door.ask('PUT', `${await open()}?digest=${digest}`, { body: 'something else' })
    expect(await errorOf(put)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)).status).toBe(404)
  })

  test.each([
    ['none', ''],
    ['not a digest', '?digest=sha256:12'],
    ['another algorithm', `?digest=sha512:${'0'.repeat(128)}`],
  ])('digest in the query: %s', async (_name, query) => {
    const put = await door.ask('PUT', (await open()) + query, { body: text })
    expect(await errorOf(put)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
  })

  test('a digest on the POST only opens a session', async () => {
    const response = await door.ask('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body: text })
    expect(response.status).toBe(202)
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)).status).toBe(404)
  })

  test('many megabytes', async () => {
    const large = randomBytes(24 * 1024 * 1024)
    const put = await door.ask('PUT', `${await open()}?digest=${digestOf(large)}`, { body: large })
    expect(put.status).toBe(201)
  })
})

describe('in pieces', () => {
  test('PATCH of unknown length, answered 201', async () => {
    const at = await open()
    const patch = await door.ask('PATCH', at, { body: chunked('hello', ', layer') })
    expect(patch.status).toBe(201)
    expect(patch.headers.get('range')).toBe(`0-${text.length - 1}`)
    expect(new URL(patch.headers.get('location') ?? '').pathname).toBe(at)
    expect((await door.ask('PUT', `${at}?digest=${digest}`)).status).toBe(201)
  })

  test('later PATCHes are kept, but the Range stands still', async () => {
    const at = await open()
    const ranges: (string | null)[] = []
    for (const piece of ['hell', 'o, la', 'yer']) {
      const patch = await door.ask('PATCH', at, { body: piece })
      expect(patch.status).toBe(201)
      ranges.push(patch.headers.get('range'))
    }
    expect(ranges).toEqual(['0-3', '0-3', '0-3'])
    const status = await door.ask('GET', at)
    expect(status.status).toBe(204)
    expect(status.headers.get('range')).toBe(`0-${text.length - 1}`)
    expect((await door.ask('PUT', `${at}?digest=${digest}`)).status).toBe(201)
  })

  test('a last piece may come with the PUT', async () => {
    const at = await open()
    await door.ask('PATCH', at, { body: text.slice(0, 5) })
    const put = await door.ask('PUT', `${at}?digest=${digest}`, { body: text.slice(5) })
    expect(put.status).toBe(201)
  })

  test.each([
    ['begins too late', '6-11'],
    ['begins too early', '0-6'],
    ['is longer than the body', '5-20'],
    ['ends before it begins', '5-4'],
    ['is no range', 'five to eleven'],
  ])('a Content-Range that %s is refused and changes nothing', async (_name, range) => {
    const at = await open()
    await door.ask('PATCH', at, { body: 'hello', headers: { 'content-range': '0-4' } })
    const wrong = await door.ask('PATCH', at, { body: ', layer', headers: { 'content-range': range } })
    expect(wrong.headers.get('range')).toBe('0-4')
    expect(await errorOf(wrong)).toMatchObject({ status: 416, code: 'BLOB_UPLOAD_INVALID' })
    const right = await door.ask('PATCH', at, { body: ', layer', headers: { 'content-range': '5-11' } })
    expect(right.status).toBe(201)
    expect((await door.ask('PUT', `${at}?digest=${digest}`)).status).toBe(201)
  })

  test('a session that was given up is gone', async () => {
    const at = await open()
    expect((await door.ask('DELETE', at)).status).toBe(204)
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      const response = await door.ask(method, `${at}?digest=${digest}`)
      expect(await errorOf(response)).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' })
    }
  })
})

describe('mounting', () => {
  const mount = () => door.ask('POST', `/v2/team/app/blobs/uploads/?mount=${digest}&from=team/other`)

  async function fillOther() {
    const other = door.addRepository('team/other')
    await pushImage(door, 'team/other', { layer: text, tag: '1' })
    return other
  }

  test('with the setting, the same encryption and a manifest that names the blob: 201', async () => {
    door.registry.settings['BLOB_MOUNTING'] = 'ENABLED'
    await fillOther()
    const response = await mount()
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`${door.url}/v2/team/app/blobs/${digest}`)
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)).status).toBe(200)
  })

  test('otherwise a normal session', async () => {
    const other = await fillOther()
    expect((await mount()).status).toBe(202)
    door.registry.settings['BLOB_MOUNTING'] = 'ENABLED'
    other.encryption = { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/1' }
    expect((await mount()).status).toBe(202)
    other.encryption = { encryptionType: 'AES256' }
    await door.ask('DELETE', '/v2/team/other/manifests/1')
    expect((await mount()).status).toBe(202)
    delete door.registry.repositories['team/other']
    expect((await mount()).status).toBe(202)
    expect((await door.ask('HEAD', `/v2/team/app/blobs/${digest}`)).status).toBe(404)
  })
})

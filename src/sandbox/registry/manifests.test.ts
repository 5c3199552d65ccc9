import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { beginActivation } from '../ecr/images/activation.ts'
import { type Door, errorOf, ociIndex, ociManifest, openDoor, pushBlob, pushImage } from './door.fixture.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
  door.addRepository('team/app')
})
afterEach(() => door.close())

const manifest = (reference: string) => `/v2/team/app/manifests/${reference}`

describe('reading', () => {
  test('by tag and by digest: the exact bytes, their type and their digest, on HEAD too', async () => {
    const { text, digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    for (const reference of ['1.0', digest]) {
      const get = await door.ask('GET', manifest(reference))
      expect(get.status).toBe(200)
      expect(await get.text()).toBe(text)
      const head = await door.ask('HEAD', manifest(reference))
      for (const { headers } of [get, head]) {
        expect(headers.get('content-type')).toBe(ociManifest)
        expect(headers.get('docker-content-digest')).toBe(digest)
        expect(headers.get('docker-distribution-api-version')).toBe('registry/2.0')
        expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
      }
    }
  })

  test('GET is a pull, HEAD is not, and an excluded role does not count', async () => {
    const { digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    const lastPull = () => door.registry.repositories['team/app']?.images[digest]?.lastPull
    await door.ask('HEAD', manifest('1.0'))
    expect(lastPull()).toBeUndefined()
    const role = 'arn:aws:iam::111122223333:role/scanner'
    door.registry.pullTimeExclusions[role] = 1
    const arn = 'arn:aws:sts::111122223333:assumed-role/scanner/night'
    await door.ask('GET', manifest('1.0'), { headers: { authorization: door.authorization({ arn }) } })
    expect(lastPull()).toBeUndefined()
    await door.ask('GET', manifest(digest))
    expect(lastPull()).toBe(door.world.now())
  })

  test.each(['2.0', digestOf('nothing'), '.not-a-tag', 'constructor'])('missing: %s', async (reference) => {
    await pushImage(door, 'team/app', { tag: '1.0' })
    const get = await door.ask('GET', manifest(reference))
    expect(await errorOf(get)).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' })
    const head = await door.ask('HEAD', manifest(reference))
    expect(head.status).toBe(404)
    expect(await head.text()).toBe('')
  })

  test.each(['ARCHIVED', 'ACTIVATING'] as const)('an image that is %s cannot be pulled', async (status) => {
    const { digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    const image = door.registry.repositories['team/app']?.images[digest]
    if (image) image.status = status
    expect(await errorOf(await door.ask('GET', manifest('1.0')))).toMatchObject({
      status: 404,
      code: 'MANIFEST_UNKNOWN',
    })
    const blob = await door.ask('GET', `/v2/team/app/blobs/${digestOf('layer')}`)
    expect(await errorOf(blob)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' })
    const tags = await door.ask('GET', '/v2/team/app/tags/list')
    expect(await tags.json()).toEqual({ name: 'team/app', tags: [] })
  })

  test('an image on its way back from the archive is there when its time has come', async () => {
    const { digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    const repository = door.registry.repositories['team/app']
    const image = repository?.images[digest]
    if (repository && image) beginActivation(door.world, repository, image)
    expect((await door.ask('GET', manifest('1.0'))).status).toBe(404)
    door.advance(60 * 60 * 1000)
    expect((await door.ask('GET', manifest('1.0'))).status).toBe(200)
  })

  test('a key that cannot be used closes the repository', async () => {
    await pushImage(door, 'team/app', { tag: '1.0' })
    const repository = door.registry.repositories['team/app']
    if (repository) repository.encryption = { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:gone' }
    for (const [method, path] of [
      ['GET', manifest('1.0')],
      ['GET', `/v2/team/app/blobs/${digestOf('layer')}`],
      ['POST', '/v2/team/app/blobs/uploads/'],
    ] as const) {
      expect(await errorOf(await door.ask(method, path))).toMatchObject({ status: 403, code: 'DENIED' })
    }
  })
})

describe('pushing', () => {
  test('201, where it is, and its digest', async () => {
    const { response, digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(door.url + manifest(digest))
    expect(response.headers.get('docker-content-digest')).toBe(digest)
    expect(response.headers.get('oci-subject')).toBeNull()
  })

  test('the same again is fine where tags may move, and a tag moves', async () => {
    const first = await pushImage(door, 'team/app', { tag: '1.0' })
    expect((await pushImage(door, 'team/app', { tag: '1.0' })).response.status).toBe(201)
    expect((await pushImage(door, 'team/app', {})).response.status).toBe(201)
    const second = await pushImage(door, 'team/app', { tag: '1.0', layer: 'other' })
    expect(second.response.status).toBe(201)
    expect(await (await door.ask('GET', manifest('1.0'))).text()).toBe(second.text)
    expect(await (await door.ask('GET', manifest(first.digest))).text()).toBe(first.text)
  })

  test('immutable tags do not move, but for the excluded ones', async () => {
    door.addRepository('team/app', { mutability: 'IMMUTABLE_WITH_EXCLUSION', exclusionFilters: ['latest'] })
    for (const tag of ['1.0', 'latest']) await pushImage(door, 'team/app', { tag })
    const moved = await pushImage(door, 'team/app', { tag: 'latest', layer: 'other' })
    expect(moved.response.status).toBe(201)
    const refused = await pushImage(door, 'team/app', { tag: '1.0', layer: 'other' })
    expect(await errorOf(refused.response)).toEqual({
      status: 400,
      code: 'TAG_INVALID',
      message:
        "The image tag '1.0' already exists in the 'team/app' repository and cannot be overwritten because the repository is immutable.",
    })
  })

  test('a subject is confirmed, also one that does not exist', async () => {
    const subject = (await pushImage(door, 'team/app', { tag: '1.0' })).descriptor
    const referrer = await pushImage(door, 'team/app', { more: { subject, artifactType: 'text/note' } })
    expect(referrer.response.status).toBe(201)
    expect(referrer.response.headers.get('oci-subject')).toBe(subject.digest)
    const lost = { ...subject, digest: digestOf('lost') }
    const orphan = await pushImage(door, 'team/app', { more: { subject: lost, artifactType: 'text/note' } })
    expect(orphan.response.status).toBe(201)
  })

  test('an index needs its children, and then protects them', async () => {
    const child = (await pushImage(door, 'team/app', {})).descriptor
    const put = (digest: string) =>
      door.ask('PUT', manifest('all'), {
        body: JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [{ ...child, digest }] }),
        headers: { 'content-type': ociIndex },
      })
    expect(await errorOf(await put(digestOf('lost')))).toMatchObject({
      status: 404,
      code: 'MANIFEST_BLOB_UNKNOWN',
    })
    const pushed = await put(child.digest)
    expect(pushed.status).toBe(201)
    const index = pushed.headers.get('docker-content-digest')
    expect(await errorOf(await door.ask('DELETE', manifest(child.digest)))).toEqual({
      status: 405,
      code: 'UNSUPPORTED',
      message: `Requested image referenced by manifest list: [${index}]`,
    })
    expect((await door.ask('DELETE', manifest(index ?? ''))).status).toBe(202)
    expect((await door.ask('DELETE', manifest(child.digest))).status).toBe(202)
  })

  test('a missing blob', async () => {
    const config = await pushBlob(door, 'team/app', '{}')
    const layers = [{ mediaType: 'text/plain', digest: digestOf('lost'), size: 4 }]
    const put = await door.ask('PUT', manifest('1.0'), {
      body: JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config, layers }),
      headers: { 'content-type': ociManifest },
    })
    expect(await errorOf(put)).toMatchObject({ status: 400, code: 'MANIFEST_BLOB_UNKNOWN' })
  })

  test.each([
    ['no JSON', '{', ociManifest],
    ['a list', '[]', ociManifest],
    ['nothing', '', ociManifest],
    ['an unknown type', '{"schemaVersion":2}', 'application/json'],
    ['a type that the document denies', `{"schemaVersion":2,"mediaType":"${ociIndex}"}`, ociManifest],
    ['too long', ' '.repeat(4_194_305), ociManifest],
  ])('refuses %s', async (_name, body, type) => {
    const put = await door.ask('PUT', manifest('1.0'), { body, headers: { 'content-type': type } })
    expect(await errorOf(put)).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
  })

  test('refuses bytes that are not what the digest says', async () => {
    const { text } = await pushImage(door, 'team/app', { tag: '1.0' })
    const put = (reference: string) =>
      door.ask('PUT', manifest(reference), { body: text, headers: { 'content-type': ociManifest } })
    for (const reference of [digestOf('other'), 'sha256:12', `sha512:${'0'.repeat(128)}`]) {
      expect(await errorOf(await put(reference))).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
    }
  })

  test('the type may carry parameters', async () => {
    const { text } = await pushImage(door, 'team/app', { tag: '1.0' })
    const put = await door.ask('PUT', manifest('2.0'), {
      body: text,
      headers: { 'content-type': `${ociManifest}; charset=utf-8` },
    })
    expect(put.status).toBe(201)
  })
})

describe('deleting', () => {
  test('a tag: the last one takes the image along', async () => {
    const { digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    await pushImage(door, 'team/app', { tag: 'latest' })
    expect((await door.ask('DELETE', manifest('1.0'))).status).toBe(202)
    expect((await door.ask('HEAD', manifest(digest))).status).toBe(200)
    expect((await door.ask('DELETE', manifest('latest'))).status).toBe(202)
    expect((await door.ask('HEAD', manifest(digest))).status).toBe(404)
  })

  test('a digest: the image with all its tags; a second time it is unknown', async () => {
    const { digest } = await pushImage(door, 'team/app', { tag: '1.0' })
    expect((await door.ask('DELETE', manifest(digest))).status).toBe(202)
    expect((await door.ask('HEAD', manifest('1.0'))).status).toBe(404)
    const again = await door.ask('DELETE', manifest(digest))
    expect(await errorOf(again)).toMatchObject({ status: 404, code: 'MANIFEST_UNKNOWN' })
  })
})

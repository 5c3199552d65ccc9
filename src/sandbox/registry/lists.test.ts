import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { type Door, errorOf, openDoor, pushImage } from './door.fixture.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
  door.addRepository('team/app')
})
afterEach(() => door.close())

async function addTags(count: number): Promise<string[]> {
  const { digest } = await pushImage(door, 'team/app', { tag: 'first' })
  const repository = door.registry.repositories['team/app']
  for (let at = 1; at < count; at++) if (repository) repository.tags[`v${at}`] = digest
  return Object.keys(repository?.tags ?? {})
}

/** Follows `Link` as given and answers the pages. */
async function pages<T>(first: string, read: (body: unknown) => T[]): Promise<T[][]> {
  const found: T[][] = []
  for (let path: string | undefined = first; path; ) {
    const response = await door.ask('GET', path)
    expect(response.status).toBe(200)
    found.push(read(await response.json()))
    path = /^<(\/[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
  }
  return found
}

const tagsOf = (body: unknown) => (body as { tags: string[] }).tags

describe('tags', () => {
  test('a hundred a page, every tag once, in no particular order', async () => {
    const tags = await addTags(250)
    const found = await pages('/v2/team/app/tags/list', tagsOf)
    expect(found.map((page) => page.length)).toEqual([100, 100, 50])
    expect(found.flat().sort()).toEqual(tags.sort())
    expect(found.flat()).not.toEqual(tags.sort())
  })

  test('n counts, up to a thousand', async () => {
    await addTags(7)
    expect((await pages('/v2/team/app/tags/list?n=3', tagsOf)).map((page) => page.length)).toEqual([3, 3, 1])
    expect(await pages('/v2/team/app/tags/list?n=1000', tagsOf)).toHaveLength(1)
    const refused = await door.ask('GET', '/v2/team/app/tags/list?n=1001')
    expect(await errorOf(refused)).toEqual({
      status: 405,
      code: 'UNSUPPORTED',
      message:
        "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    })
    for (const n of ['0', '-1', 'x', '1.5']) {
      expect((await door.ask('GET', `/v2/team/app/tags/list?n=${n}`)).status).toBe(405)
    }
  })

  test('JSON under the name of text', async () => {
    await addTags(1)
    const response = await door.ask('GET', '/v2/team/app/tags/list')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.json()).toEqual({ name: 'team/app', tags: ['first'] })
  })

  test('`last` is no tag name, and good for its own list only', async () => {
    await addTags(5)
    door.addRepository('team/other')
    const page = await door.ask('GET', '/v2/team/app/tags/list?n=2')
    const token = /last=([^&>]+)/.exec(page.headers.get('link') ?? '')?.[1]
    expect((await door.ask('GET', `/v2/team/app/tags/list?last=${token}`)).status).toBe(200)
    for (const path of [
      '/v2/team/app/tags/list?last=v1',
      '/v2/team/app/tags/list?last=',
      `/v2/team/other/tags/list?last=${token}`,
    ]) {
      expect(await errorOf(await door.ask('GET', path))).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
    }
  })

  test('deletes between two pages lose nothing else', async () => {
    const tags = await addTags(6)
    const page = await door.ask('GET', '/v2/team/app/tags/list?n=3')
    const seen = tagsOf(await page.json())
    for (const tag of seen) await door.ask('DELETE', `/v2/team/app/manifests/${tag}`)
    const link = /^<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
    const rest = tagsOf(await (await door.ask('GET', link)).json())
    expect([...seen, ...rest].sort()).toEqual(tags.sort())
  })
})

describe('referrers', () => {
  const manifestsOf = (body: unknown) => (body as { manifests: { artifactType: string }[] }).manifests

  async function addReferrers(count: number, artifactType: string) {
    const subject = (await pushImage(door, 'team/app', { tag: '1.0' })).descriptor
    for (let at = 0; at < count; at++) {
      const annotations = { number: `${at}` }
      await pushImage(door, 'team/app', { more: { artifactType, subject, annotations } })
    }
    return subject.digest
  }

  test('an index of what refers to a manifest, filtered when asked', async () => {
    const subject = await addReferrers(2, 'text/signature')
    await addReferrers(1, 'text/bill')
    const all = await door.ask('GET', `/v2/team/app/referrers/${subject}`)
    expect(all.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json')
    expect(all.headers.get('oci-filters-applied')).toBeNull()
    const body = (await all.json()) as Record<string, unknown>
    expect(body).toMatchObject({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' })
    expect(manifestsOf(body)).toHaveLength(3)
    expect(manifestsOf(body)[0]).toMatchObject({ annotations: { number: expect.any(String) } })
    const some = await door.ask('GET', `/v2/team/app/referrers/${subject}?artifactType=text%2Fbill`)
    expect(some.headers.get('oci-filters-applied')).toBe('artifactType')
    expect(manifestsOf(await some.json()).map((each) => each.artifactType)).toEqual(['text/bill'])
  })

  test('none is an empty index; what is no digest is refused', async () => {
    const none = await door.ask('GET', `/v2/team/app/referrers/${digestOf('lost')}`)
    expect(none.status).toBe(200)
    expect(manifestsOf(await none.json())).toEqual([])
    const refused = await door.ask('GET', '/v2/team/app/referrers/latest')
    expect(await errorOf(refused)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
  })

  test('pages follow their link and keep the filter', async () => {
    const subject = await addReferrers(5, 'text/signature')
    await addReferrers(2, 'text/bill')
    const path = `/v2/team/app/referrers/${subject}?artifactType=text%2Fsignature&n=2`
    expect((await pages(path, manifestsOf)).map((page) => page.length)).toEqual([2, 2, 1])
  })
})

test('the catalog has the first thousand names and no link', async () => {
  for (let at = 0; at < 1200; at++) door.addRepository(`many/r${String(at).padStart(4, '0')}`)
  const response = await door.ask('GET', '/v2/_catalog')
  expect(response.headers.get('link')).toBeNull()
  const { repositories } = (await response.json()) as { repositories: string[] }
  expect(repositories).toHaveLength(1000)
  expect(repositories).toContain('many/r0000')
})

import { expect, test } from 'vitest'
import { denied, inventory, repository, settings } from '../inventory.fixture.ts'
import { ownerTag } from './control.ts'

const judge = (tags: Record<string, string>) =>
  ownerTag.judge(repository({ tags: { ok: tags } }), inventory(), settings())

test.each([
  [{ owner: 'shop' }, 'pass'],
  [{ Owner: 'shop' }, 'pass'],
  [{ TEAM: 'shop' }, 'pass'],
  [{ owners: 'a, b' }, 'pass'],
  [{ contact: 'shop@example.com' }, 'pass'],
  [{ maintainer: 'x' }, 'pass'],
  [{ owner: '' }, 'fail'],
  [{ owner: '  ', team: 'shop' }, 'pass'],
  [{ environment: 'production' }, 'fail'],
  [{ 'cost:owner': 'x' }, 'fail'],
  [{}, 'fail'],
])('%j: %s', (tags, status) => {
  expect(judge(tags as Record<string, string>).status).toBe(status)
})

test('no answer is no pass', () => {
  expect(ownerTag.judge(repository({ tags: denied }), inventory(), settings()).status).toBe('unknown')
})

test('which tags name an owner is said in holdfast.yaml', () => {
  const of = (ownerTags: string[], tags: Record<string, string>) =>
    ownerTag.judge(repository({ tags: { ok: tags } }), inventory(), settings({ ownerTags }))
  expect(of(['Squad'], { squad: 'shop' }).status).toBe('pass')
  expect(of(['squad'], { owner: 'shop' })).toMatchObject({
    status: 'fail',
    reason: 'No resource tag names an owner (squad).',
  })
  expect(of([], { owner: 'shop' }).reason).toContain('ownerTags of holdfast.yaml is empty')
})

import { expect, test } from 'vitest'
import { denied, image, inventory, kmsKey, repository, trail } from '../controls/inventory.fixture.ts'
import { overviewOf } from './overview.ts'

test('counts what is there', () => {
  const repositories = {
    ok: [
      repository({ images: { ok: [image(), image({ tags: [] })] } }),
      repository({ name: 'b', images: { ok: [] } }),
      repository({ name: 'c', images: denied }),
    ],
  }
  expect(
    overviewOf(inventory({ repositories, requests: { 'ecr:X': 3 } }), { file: 'x.json', redacted: true }),
  ).toEqual({
    schema: 'holdfast.inventory-overview/1',
    registry: 'ecr://111122223333/eu-west-1',
    simulated: true,
    collectedAt: '2026-06-01T12:00:00.000Z',
    file: 'x.json',
    redacted: true,
    repositories: 3,
    images: 2,
    missing: [{ part: 'repositories.c.images', code: 'AccessDeniedException', needs: 'ecr:Something' }],
    requests: { 'ecr:X': 3 },
  })
})

test('without a file, without repositories', () => {
  const found = overviewOf(inventory({ repositories: denied }), {})
  expect(found).toMatchObject({ repositories: 0, images: 0, redacted: false })
  expect(found).not.toHaveProperty('file')
  expect(found.missing).toEqual([
    { part: 'repositories', code: 'AccessDeniedException', needs: 'ecr:Something' },
  ])
})

test('finds what is missing wherever it is, and nothing in what is whole', () => {
  const partsOf = (changes: Parameters<typeof inventory>[0]) =>
    overviewOf(inventory(changes), {}).missing.map(({ part }) => part)
  expect(partsOf({})).toEqual([])
  expect(partsOf({ keys: { 'arn:k': denied } })).toEqual(['keys.arn:k'])
  expect(partsOf({ keys: { 'arn:k': { ok: kmsKey({ rotation: denied }) } } })).toEqual([
    'keys.arn:k.rotation',
  ])
  expect(partsOf({ trails: { ok: [trail({ bucketSettings: denied })] } })).toEqual([
    'trails.all.bucketSettings',
  ])
  expect(partsOf({ uses: { ecs: denied } })).toEqual(['uses.ecs'])
  expect(partsOf({ imageSecrets: denied })).toEqual(['imageSecrets'])
})

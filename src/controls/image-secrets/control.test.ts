import { expect, test } from 'vitest'
import type { ImageSecret, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { imageSecrets } from './control.ts'

const { digest } = image()
const secret = (changes: Partial<ImageSecret> = {}): ImageSecret => ({
  repository: 'shop/api',
  digest,
  tags: ['1.0.0'],
  where: 'environment variable DB_PASSWORD',
  kind: 'value of a secret name',
  ...changes,
})
const judge = (found: Partial<Inventory>, changes: Partial<RepositoryInventory> = {}) =>
  imageSecrets.judge(repository(changes), inventory(found), settings())
const searched = (...secrets: ImageSecret[]) => ({
  imageSecrets: { ok: secrets },
  imagesRead: { 'shop/api': [digest] },
})

test('without a vault it does not apply, and says how it would', () => {
  expect(judge({})).toMatchObject({
    status: 'not-applicable',
    reason: expect.stringContaining('audit --vault'),
  })
})

test('names the place and the kind', () => {
  const verdict = judge(searched(secret(), secret({ where: 'build step 3', kind: 'private key' })))
  expect(verdict.status).toBe('fail')
  expect(verdict.reason).toBe(
    'In 1 image: environment variable DB_PASSWORD of 1.0.0 (value of a secret name); 1 more such.',
  )
  expect(verdict.evidence).toMatchObject({ secrets: [{ digest }, { where: 'build step 3' }] })
})

test.each<[string, Partial<Inventory>, Partial<RepositoryInventory>, string]>([
  ['none in any', searched(), {}, 'pass'],
  ['in another repository', searched(secret({ repository: 'shop/web' })), {}, 'pass'],
  ['an image that was not read', { ...searched(), imagesRead: { 'shop/api': [] } }, {}, 'unknown'],
  ['a repository that is not in the snapshot', { ...searched(), imagesRead: {} }, {}, 'unknown'],
  ['a repository by a hostile name', { ...searched(), imagesRead: {} }, { name: 'constructor' }, 'unknown'],
  ['found, though others were not read', { ...searched(secret()), imagesRead: {} }, {}, 'fail'],
  ['no answer', { imageSecrets: denied }, {}, 'unknown'],
  ['images that nobody may list', searched(), { images: denied }, 'unknown'],
  ['no image', searched(), { images: { ok: [] } }, 'not-applicable'],
  ['artifacts only', searched(), { images: { ok: [image({ kind: 'artifact' })] } }, 'not-applicable'],
])('%s: %s', (_name, found, changes, status) => {
  expect(judge(found, changes).status).toBe(status)
})

import { expect, test } from 'vitest'
import type { ImageInventory, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { daysAgo, denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { imageSigning } from './control.ts'

const hex = 'a'.repeat(64)
const newest = image({ pushedAt: daysAgo(2), tags: ['1.0.0'] })
const other = (changes: Partial<ImageInventory>) =>
  image({ digest: `sha256:${'b'.repeat(64)}`, kind: 'artifact', tags: [], pushedAt: daysAgo(1), ...changes })
const judge = (images: RepositoryInventory['images'], signing: Inventory['signing'] = { ok: [] }) =>
  imageSigning.judge(repository({ images }), inventory({ signing }), settings())
const rule = (...filters: string[]): Inventory['signing'] => ({
  ok: [{ profile: 'arn:aws:signer:x', filters }],
})
const referring = (artifactType: string, subject = newest.digest) => other({ artifactType, subject })

test.each<[string, ImageInventory[], string]>([
  ['nothing beside it', [], 'fail'],
  ['by Notary', [referring('application/vnd.cncf.notary.signature')], 'pass'],
  ['by cosign', [referring('application/vnd.dev.cosign.artifact.sig.v1+json')], 'pass'],
  ['a sigstore bundle', [referring('application/vnd.dev.sigstore.bundle.v0.3+json')], 'pass'],
  ['by the older tag', [other({ tags: [`sha256-${hex}.sig`] })], 'pass'],
  ['a tag for another image', [other({ tags: [`sha256-${'c'.repeat(64)}.sig`] })], 'fail'],
  ['an older tag for an attestation', [other({ tags: [`sha256-${hex}.att`] })], 'fail'],
  ['a bill of materials', [referring('application/spdx+json')], 'fail'],
  ['an attestation', [referring('application/vnd.in-toto+json')], 'fail'],
  ['a name that only begins alike', [referring('application/vnd.cncf.notary.signatures')], 'fail'],
  [
    'the signature of another image',
    [referring('application/vnd.cncf.notary.signature', 'sha256:x')],
    'fail',
  ],
  [
    'the signature of the one before',
    [
      image({ digest: 'sha256:old', pushedAt: daysAgo(50) }),
      referring('application/vnd.cncf.notary.signature', 'sha256:old'),
    ],
    'fail',
  ],
  // The parts of an index have no tags; the index is what gets signed.
  ['a newer part without a tag', [other({ kind: 'image' }), other({ tags: [`sha256-${hex}.sig`] })], 'pass'],
])('%s: %s', (_name, images, status) => {
  expect(judge({ ok: [newest, ...images] }).status).toBe(status)
})

test.each<[string, Inventory['signing'], string]>([
  ['for everything', rule(), 'pass'],
  ['for this one', rule('data/*', 'shop/*'), 'pass'],
  ['for another', rule('data/*'), 'fail'],
  ['for a part of its name', rule('shop'), 'fail'],
  ['unknown', denied, 'unknown'],
])('a rule %s', (_name, signing, status) => {
  expect(judge({ ok: [newest] }, signing).status).toBe(status)
})

test('what is certain stays', () => {
  const signed = { ok: [newest, referring('application/vnd.cncf.notary.signature')] }
  expect(judge(signed, denied).status).toBe('pass')
  expect(judge(denied, rule()).status).toBe('pass')
  expect(judge(denied).status).toBe('unknown')
})

test('without an image there is nothing to sign', () => {
  expect(judge({ ok: [] }).status).toBe('not-applicable')
  expect(judge({ ok: [other({ tags: ['1.0.0'] })] }, denied).status).toBe('not-applicable')
})

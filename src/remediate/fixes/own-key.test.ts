import { expect, test } from 'vitest'
import {
  account,
  customerKey,
  image,
  inventory,
  kmsKey,
  repository,
} from '../../controls/inventory.fixture.ts'
import { defaultSettings } from '../../controls/settings.ts'
import type { KmsKey, RepositoryInventory } from '../../inventory/inventory.ts'
import { defaultBaseline } from '../baseline.ts'
import { Draft } from '../draft.ts'
import { encryptWithOwnKey } from './own-key.ts'

const own = `arn:aws:kms:eu-west-1:${account}:key/99999999-2222-3333-4444-555555555555`

interface Given {
  /** Null: none is wished for. */
  key?: string | null
  changes?: Partial<RepositoryInventory>
  keys?: Record<string, { ok: KmsKey } | { error: { code: string; message: string; needs: string } }>
  trusted?: string[]
  caches?: { prefix: string; upstream: string }[]
}

/** What the fix wants of one repository. */
function proposed({ key = own, changes, keys, trusted = [], caches = [] }: Given) {
  const one = repository({ encryption: { type: 'AES256' }, ...changes })
  const draft = Draft.empty()
  encryptWithOwnKey({
    inventory: inventory({
      repositories: { ok: [one] },
      pullThroughRules: { ok: caches },
      ...(keys && { keys }),
    }),
    findings: [{ control: 'kms-encryption', resource: one.arn, repository: one.name } as never],
    baseline: {
      ...defaultBaseline,
      encryption: key === null ? {} : { kmsKey: key },
      audit: { ...defaultSettings, trustedAccounts: trusted },
    },
    draft,
  })
  const [drafted] = draft.drafted.values()
  const { edit, wish } = drafted?.edits[0] ?? {}
  return { kind: drafted?.kind.name, edit, wish, unfixed: draft.unfixed, manual: draft.manual }
}

test('AES256 becomes the key of the baseline, two layers stay two, and what is so already is left', () => {
  const { edit } = proposed({})
  expect(edit?.({ type: 'AES256' })).toEqual({ type: 'KMS', kmsKey: own })
  expect(edit?.({ type: 'KMS_DSSE', kmsKey: customerKey })).toEqual({ type: 'KMS_DSSE', kmsKey: own })
  const done = { type: 'KMS', kmsKey: own }
  expect(edit?.(done)).toBe(done)
  expect(edit?.({ ...done, unfinished: 'abc' })).toEqual(done)
  expect(edit?.(null)).toBeNull()
})

test.each<[string, Given, RegExp, RegExp]>([
  ['no key is wished for', { key: null }, /nothing says with which key/, /encryption: \{kmsKey/],
  [
    'the key is of another Region',
    { key: own.replace('eu-west-1', 'us-east-1') },
    /is in us-east-1/,
    /of this Region/,
  ],
  [
    'the key is of a stranger',
    { key: own.replace(account, '999988887777') },
    /account 999988887777/,
    /trustedAccounts: \["999988887777"\]/,
  ],
  [
    'a stack made it',
    { changes: { tags: { ok: { 'aws:cloudformation:stack-name': 'shop' } } } },
    /stack shop made it/,
    /--rename/,
  ],
  [
    'its key is gone',
    {
      changes: { encryption: { type: 'KMS', kmsKey: customerKey } },
      keys: {
        [customerKey]: { error: { code: 'NotFoundException', message: '', needs: 'kms:DescribeKey' } },
      },
    },
    /key is gone/,
    /holdfast restore/,
  ],
])('it is left when %s', (_, given, reason, next) => {
  const { edit, unfixed } = proposed(given)
  expect(edit).toBeUndefined()
  expect(unfixed).toMatchObject([
    { reason: expect.stringMatching(reason), next: expect.stringMatching(next) },
  ])
})

test('a key of a trusted account will do', () => {
  const key = own.replace(account, '999988887777')
  expect(
    proposed({ key, trusted: ['999988887777'] })
      .edit?.({ type: 'AES256' })
      ?.valueOf(),
  ).toEqual({
    type: 'KMS',
    kmsKey: key,
  })
})

test('a key that is going must be brought back first, by whose it is: with it nothing can be read', () => {
  const going = (of: string) => {
    const name = customerKey.replace(account, of)
    const key = kmsKey({ arn: name, state: 'PendingDeletion', account: of })
    return proposed({
      changes: { encryption: { type: 'KMS', kmsKey: name } },
      keys: { [name]: { ok: key } },
    })
  }
  const { kind, edit } = going(account)
  expect([kind, edit?.('PendingDeletion' as never)]).toEqual(['kms-key-state', 'Enabled'])
  const foreign = going('444455556666')
  expect(foreign.kind).toBeUndefined()
  const [{ instructions = [] } = {}] = foreign.manual
  expect(instructions[0]).toMatch(
    /^aws kms cancel-key-deletion --key-id .*:444455556666:key.* --region eu-west-1$/,
  )
  expect(instructions[1]).toMatch(/^aws kms enable-key/)
})

test('the step says how much, how long, and what people will notice', () => {
  const images = [image({ bytes: 3 * 1024 ** 3 }), image({ bytes: 1024 ** 3, status: 'ARCHIVED', tags: [] })]
  const { wish } = proposed({
    changes: { images: { ok: images } },
    caches: [{ prefix: 'shop', upstream: 'quay.io' }],
  })
  expect(wish?.why).toContain(`${own} instead of AES256`)
  const text = wish?.warnings?.join('\n') ?? ''
  expect(text).toContain('2 images, at most 4.0 GiB: about 11 m')
  for (const word of ['pulls fail', 'pushed anew', '20 minutes', 'pull-through cache shop'])
    expect(text).toContain(word)
  const quiet = proposed({ changes: { images: { ok: [] } } }).wish?.warnings?.join('\n')
  expect(quiet).not.toContain('20 minutes')
})

import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withFrameworks } from '../audit/by-framework.ts'
import { controls } from '../controls/index.ts'
import { denied, inventory, kmsKey, repository } from '../controls/inventory.fixture.ts'
import { auditTable } from './audit-table.ts'
import { explainControl } from './explain.ts'
import { judgeSome as judge } from './judge-some.fixture.ts'
import { displayWidth } from './wrap.ts'

const mutable = { mode: 'MUTABLE', exclusions: [] }
const names = Array.from({ length: 7 }, (_, at) => `shop/service-${at + 1}`)
const report = judge(
  inventory({
    registryPolicyScope: denied,
    replication: denied,
    repositories: { ok: names.map((name) => repository({ name, tagMutability: mutable, tags: { ok: {} } })) },
  }),
)

test('what failed first, then what is unknown, then the counts and what to do next', () => {
  expect(auditTable(report)).toMatchInlineSnapshot(`
    "FAIL medium  tag-immutability
      Image tags cannot be overwritten
      To do:  Set tag immutability to IMMUTABLE, or to IMMUTABLE_WITH_EXCLUSION with the few tags that
              must move.
      shop/service-1  Any push may move an existing tag.
      shop/service-2  Any push may move an existing tag.
      shop/service-3  Any push may move an existing tag.
      shop/service-4  Any push may move an existing tag.
      shop/service-5  Any push may move an existing tag.
      showing 5 of 7; --all shows every one

    FAIL low  owner-tag
      The repository says who owns it
      To do:  Add the resource tag owner with a team that can be reached.
      shop/service-1  No resource tag names an owner (owner, team, contact or maintainer).
      shop/service-2  No resource tag names an owner (owner, team, contact or maintainer).
      shop/service-3  No resource tag names an owner (owner, team, contact or maintainer).
      shop/service-4  No resource tag names an owner (owner, team, contact or maintainer).
      shop/service-5  No resource tag names an owner (owner, team, contact or maintainer).
      showing 5 of 7; --all shows every one

    UNKNOWN low  replication-configured
      Images are replicated to another Region or account that is trusted, and arrive
      the registry  AccessDeniedException: needs ecr:Something

    ecr://111122223333/eu-west-1 (simulated): 7 repositories; 57 pass, 14 fail (7 medium, 7 low), 1
    unknown, 0 not applicable.
    Nothing wrong: registry-policy-public, repository-policy-public, cross-account-push,
    scanning-effective, latest-image-scanned, kms-customer-key, lifecycle-present, untagged-stale,
    repository-unused.
    Score: 89.7 of 100; most points lost: tag-immutability 7.7, owner-tag 2.6.

    Next:  holdfast explain tag-immutability  what it means and how to fix it
           holdfast plan                      what would put it right, with a way back
           holdfast doctor                    whether permissions are missing
           holdfast audit --all               every finding, also what passed"
  `)
})

test('--all shows every finding', () => {
  const text = auditTable(report, { all: true })
  expect(text).not.toContain('showing')
  for (const name of names) expect(text.split(name)).toHaveLength(1 + 10)
  expect(text).toContain('PASS low  kms-customer-key')
})

test('colour only adds colour', () => {
  const coloured = auditTable(report, { colour: true })
  expect(coloured).not.toBe(auditTable(report))
  expect(stripVTControlCharacters(coloured)).toBe(auditTable(report))
})

test('a graver finding comes first and says so', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/k'
  const found = inventory({
    repositories: {
      ok: [
        repository({ name: 'a', encryption: { type: 'AES256' } }),
        repository({ name: 'b', encryption: { type: 'KMS', kmsKey: key } }),
      ],
    },
    keys: { [key]: { ok: kmsKey({ arn: key, state: 'PendingDeletion' }) } },
  })
  const text = auditTable(judge(found, { controls: ['kms-customer-key'] }))
  expect(text).toMatch(
    /^FAIL critical {2}kms-customer-key\n.*\n {2}To do: {2}Copy(?:.*\n)+ {2}b {2}The key is pending deletion/,
  )
  expect(text).toContain('a  low: Encrypted, but not with')
})

test('an orderly registry is told so', () => {
  const text = auditTable(judge(inventory()))
  expect(text).toContain('12 pass, 0 fail, 0 unknown')
  expect(text).not.toContain('Next:')
})

test('a control that had nothing to judge is named, with where to read on', () => {
  const ids = ['kms-key-allowed', 'owner-tag']
  const text = auditTable(judge(inventory(), { controls: ids }))
  expect(text).toContain('Nothing to judge: kms-key-allowed; holdfast explain says what each of them takes.')
  expect(text).toContain('Nothing wrong: owner-tag.')
})

test('when nothing fails but something is unknown, that is explained', () => {
  const text = auditTable(judge(inventory({ replication: denied })))
  expect(text).toMatch(/Next: {2}holdfast explain replication-configured {2}what it means/)
})

test('hostile names neither act on the terminal nor break the width', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      (list) => {
        const repositories = list.map((name) =>
          repository({ name, tagMutability: { mode: name, exclusions: [] }, tags: { ok: {} } }),
        )
        const text = auditTable(judge(inventory({ repositories: { ok: repositories } })), { all: true })
        for (const line of text.split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(100)
          expect(/[\p{Cc}\p{Cf}]/u.test(line)).toBe(false)
        }
      },
    ),
    { numRuns: 50 },
  )
})

test.each(controls.map(({ id }) => [id]))('explain %s fits a terminal and ends in its page', (id) => {
  const text = explainControl(id)
  expect(text).toContain(`Control   ${id}`)
  expect(text).toContain('## How to fix it')
  expect(text.split('\n').filter((line) => displayWidth(line) > 100)).toEqual([])
})

test('explain says what is judged', () => {
  expect(explainControl('cloudtrail-records')).toContain('high, judged for the registry\n')
  expect(explainControl('owner-tag')).toContain('low, judged for each repository\n')
  expect(explainControl('kms-key-care')).toContain('medium, judged for each thing that it finds\n')
})

test('explain knows no stranger', () => {
  expect(() => explainControl('nothing')).toThrow('No control is called "nothing"')
})

test('with frameworks, each requirement says its status, within 100 columns', () => {
  const text = auditTable(withFrameworks(report, ['fsbp', 'pci-dss', 'nist-800-53']))
  expect(text).toMatch(/\n {2}FAIL +ECR\.2 +tags are immutable +7 fail of 7 +tag-immutability\n/)
  expect(text.split('\n').filter((line) => displayWidth(line) > 100)).toEqual([])
  expect(text).toContain('PCI DSS, version 4.0.1\n')
})

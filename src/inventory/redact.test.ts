import { expect, test } from 'vitest'
import { judge } from '../audit/audit.ts'
import {
  account,
  allow,
  customerKey,
  inventory,
  repository,
  topicArn,
} from '../controls/inventory.fixture.ts'
import { redacted } from './redact.ts'

const partner = '444455556666'
const digits = '123456789012'
const secretive = () =>
  inventory({
    repositories: {
      ok: [
        repository({ policy: allow({ AWS: `arn:aws:iam::${partner}:root` }) }),
        repository({
          name: 'data/etl',
          policy: allow({ AWS: [partner, account] }),
          tags: { ok: { cost: `x${digits}` } },
        }),
      ],
    },
    registryPolicy: allow({ AWS: `arn:aws:iam::${partner}:root` }, 'ecr:ReplicateImage'),
  })

test('accounts are numbered, its own first, the same one everywhere by the same number', () => {
  const copy = redacted(secretive())
  expect(copy.registry.account).toBe('000000000001')
  expect(copy.registry.url).toBe('ecr://000000000001/eu-west-1')
  const text = JSON.stringify(copy)
  expect(text).not.toContain(account)
  expect(text).not.toContain(partner)
  expect(text).toContain('arn:aws:iam::000000000002:root')
  // The end of a key's id may look like an account, too: it is replaced as one, everywhere alike.
  expect(text).not.toContain(customerKey.slice(-12))
})

test('who called and who is told are gone', () => {
  const copy = redacted(secretive())
  expect(copy.registry.identity).toBe('arn:aws:iam::000000000001:redacted')
  const [topic] = Object.entries(copy.topics)
  expect(topic?.[0]).toBe(topicArn.replace(account, '000000000001'))
  expect(topic?.[1]).toMatchObject({ ok: { subscriptions: [{ endpoint: 'redacted', confirmed: true }] } })
  expect(JSON.stringify(copy)).not.toContain('team@example.com')
})

test('what only looks like an account stays: parts of digests, of words, of longer numbers', () => {
  const digest = `sha256:${'1'.repeat(64)}`
  const tags = { ok: { a: `x${digits}`, b: `${digits}0`, c: digest } }
  const { repositories } = redacted(inventory({ repositories: { ok: [repository({ tags })] } }))
  expect('ok' in repositories && repositories.ok[0]?.tags).toEqual(tags)
})

test('the original is left alone, and the copy is judged the same', () => {
  const original = secretive()
  const before = JSON.stringify(original)
  const judged = (found: typeof original) =>
    judge(found).findings.map(({ control, repository: name, status, severity }) => [
      control,
      name,
      status,
      severity,
    ])
  expect(judged(redacted(original))).toEqual(judged(original))
  expect(JSON.stringify(original)).toBe(before)
})

test('twice is the same as once', () => {
  const once = redacted(secretive())
  expect(redacted(once)).toEqual(once)
})

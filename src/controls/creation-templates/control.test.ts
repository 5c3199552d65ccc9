import { expect, test } from 'vitest'
import type { CreationTemplate, Inventory } from '../../inventory/inventory.ts'
import {
  account,
  allow,
  customerKey,
  denied,
  inventory,
  kmsKey,
  policyText,
  settings,
} from '../inventory.fixture.ts'
import { creationTemplates } from './control.ts'

const template = (changes: Partial<CreationTemplate> = {}): CreationTemplate => ({
  prefix: 'ROOT',
  appliedFor: ['CREATE_ON_PUSH'],
  encryption: { type: 'KMS', kmsKey: customerKey },
  tagMutability: { mode: 'IMMUTABLE', exclusions: [] },
  lifecyclePolicy: '{"rules":[]}',
  tags: {},
  ...changes,
})
const judge = (changes: Partial<Inventory>) =>
  creationTemplates
    .judge(inventory(changes), settings())
    .map(({ resource, verdict }) => ({ resource: resource.split(/[:/]/).at(-1), ...verdict }))
const judgeOne = (changes: Partial<CreationTemplate>, inside: Partial<Inventory> = {}) =>
  judge({ templates: { ok: [template(changes)] }, ...inside })[0]

const openText = policyText({ Effect: 'Allow', Principal: '*', Action: 'ecr:*' })
const withFilter = (filter: string) => ({
  tagMutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: [filter] },
})

test.each<[string, Partial<CreationTemplate>, string, string]>([
  ['all of it', {}, 'pass', 'a customer managed key'],
  ['no encryption named', { encryption: { type: 'AES256' } }, 'fail', 'AES256 in place of a KMS key'],
  ['the key of AWS', { encryption: { type: 'KMS' } }, 'fail', "AWS's own key"],
  ['mutable', { tagMutability: { mode: 'MUTABLE', exclusions: [] } }, 'fail', 'tags that can be moved'],
  ['latest may move', withFilter('latest'), 'pass', 'ROOT'],
  ['releases may move', withFilter('v*'), 'fail', 'v* is excluded'],
  ['no lifecycle policy', { lifecyclePolicy: '' }, 'fail', 'no lifecycle policy'],
  ['an open policy', { policy: openText }, 'fail', 'every AWS account'],
  ['a policy that is none', { policy: 'x' }, 'unknown', 'not JSON'],
  [
    'a cache may follow its upstream',
    { appliedFor: ['PULL_THROUGH_CACHE'], tagMutability: { mode: 'MUTABLE', exclusions: [] } },
    'pass',
    '',
  ],
  [
    'but not what is also for replication',
    { appliedFor: ['PULL_THROUGH_CACHE', 'REPLICATION'], tagMutability: { mode: 'MUTABLE', exclusions: [] } },
    'fail',
    'tags that can be moved',
  ],
  ['for nothing', { appliedFor: [], encryption: { type: 'AES256' } }, 'pass', 'applied for nothing'],
])('%s', (_name, changes, status, words) => {
  const verdict = judgeOne(changes)
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
})

test('names everything that is missing', () => {
  const { tagMutability: _, encryption: __, lifecyclePolicy: ___, ...bare } = template()
  const [verdict] = judge({ templates: { ok: [bare] } })
  expect(verdict?.reason).toBe(
    'ROOT (CREATE_ON_PUSH): AES256 in place of a KMS key, tags that can be moved and no lifecycle policy.',
  )
})

test.each<[string, Inventory['keys'], string]>([
  ['not read', {}, 'unknown'],
  ['not to be read', { [customerKey]: denied }, 'unknown'],
  ['managed by AWS', { [customerKey]: { ok: kmsKey({ manager: 'AWS' }) } }, 'fail'],
  ['on its way out', { [customerKey]: { ok: kmsKey({ state: 'PendingDeletion' }) } }, 'fail'],
])('a key that is %s', (_name, keys, status) => {
  expect(judgeOne({}, { keys })?.status).toBe(status)
})

const partner = { AWS: 'arn:aws:iam::444455556666:root' }
const arrivals = allow(partner, ['ecr:ReplicateImage', 'ecr:CreateRepository'])
const rules = { ok: [{ prefix: 'mirror', upstream: 'quay.io' }] }

test.each<[string, Partial<Inventory>, string, string]>([
  ['nothing is made by itself', {}, 'not-applicable', 'Nothing here'],
  ['a cache without one', { pullThroughRules: rules }, 'fail', 'the pull-through cache of mirror'],
  ['replication from a partner', { registryPolicy: arrivals }, 'fail', 'replication from other accounts'],
  ['into what is there', { registryPolicy: allow(partner, 'ecr:ReplicateImage') }, 'not-applicable', ''],
  ['from itself', { registryPolicy: allow({ AWS: account }, 'ecr:*') }, 'not-applicable', ''],
  ['no answer', { templates: denied }, 'unknown', 'AccessDenied'],
  ['rules that nobody may read', { pullThroughRules: denied }, 'unknown', 'AccessDenied'],
  ['a policy that nobody may read', { registryPolicy: denied }, 'unknown', 'AccessDenied'],
  ['a policy that is none', { registryPolicy: { ok: '[]' } }, 'unknown', 'not a JSON object'],
])('without any template: %s', (_name, changes, status, words) => {
  const [verdict] = judge(changes)
  expect(verdict?.resource).toBe('registry')
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
})

test('one finding for each template, and one for the registry when something is left out', () => {
  const all = template({ appliedFor: ['PULL_THROUGH_CACHE', 'REPLICATION'] })
  const templates = { ok: [all, template({ prefix: 'scratch' })] }
  const names = (changes: Partial<Inventory>) =>
    judge({ templates, ...changes }).map(({ resource }) => resource)
  expect(names({ pullThroughRules: rules, registryPolicy: arrivals })).toEqual(['ROOT', 'scratch'])
  expect(
    judge({ templates: { ok: [template()] }, pullThroughRules: rules }).map(({ status }) => status),
  ).toEqual(['fail', 'pass'])
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, codeOf, errorOf } from '../call.fixture.ts'
import { account, makeWorld, type WorldFixture } from '../world.fixture.ts'

type Rule = Record<string, unknown>

let fixture: WorldFixture
const repositoryName = 'team/app'
const put = (lifecyclePolicyText: string) =>
  call(fixture, 'PutLifecyclePolicy', { repositoryName, lifecyclePolicyText })
const selection = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }
const count = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 }
const tagged = { ...count, tagStatus: 'tagged' }
const pulled = { ...selection, tagStatus: 'any', countType: 'sinceImagePulled' }
const archived = { ...pulled, countType: 'sinceImageTransitioned', storageClass: 'archive', countNumber: 90 }
const expire = { type: 'expire' }
const archive = { type: 'transition', targetStorageClass: 'archive' }
const rule = (more: Rule = {}) => ({
  rulePriority: 1,
  description: 'of this test',
  selection,
  action: expire,
  ...more,
})
const policy = (...rules: unknown[]) => JSON.stringify({ rules })

beforeEach(async () => {
  fixture = await makeWorld()
  await call(fixture, 'CreateRepository', { repositoryName })
})
afterEach(() => fixture.dispose())

test('a policy is kept as it was written, with its last run', async () => {
  expect(await codeOf(call(fixture, 'GetLifecyclePolicy', { repositoryName }))).toBe(
    'LifecyclePolicyNotFoundException',
  )
  const lifecyclePolicyText = policy(rule())
  const answer = { registryId: account, repositoryName, lifecyclePolicyText }
  expect(await put(lifecyclePolicyText)).toEqual(answer)
  expect(await call(fixture, 'GetLifecyclePolicy', { repositoryName })).toEqual(answer)
  fixture.repository(repositoryName).lifecycleEvaluatedAt = 1500
  expect(await call(fixture, 'DeleteLifecyclePolicy', { repositoryName })).toEqual({
    ...answer,
    lastEvaluatedAt: 1.5,
  })
  expect(await codeOf(call(fixture, 'DeleteLifecyclePolicy', { repositoryName }))).toBe(
    'LifecyclePolicyNotFoundException',
  )
})

test.each<[string, string]>([
  ['untagged by age (ecr-facts 9 b)', policy(rule())],
  [
    'several tag lists',
    policy(
      rule({ selection: { ...tagged, tagPatternList: ['prod*'] } }),
      rule({ rulePriority: 2, selection: { ...tagged, tagPrefixList: ['prod*'] } }),
      rule({ rulePriority: 9, selection: count }),
    ),
  ],
  [
    'archive, then expire: an any rule for each class',
    policy(rule({ selection: pulled, action: archive }), rule({ rulePriority: 2, selection: archived })),
  ],
  ['four wildcards', policy(rule({ selection: { ...tagged, tagPatternList: ['*a*b*c*'] } }))],
  [
    'fifty rules',
    policy(
      ...Array.from({ length: 50 }, (_, at) =>
        rule({ rulePriority: at + 1, selection: { ...tagged, tagPatternList: [`v${at}`] } }),
      ),
    ),
  ],
])('accepts %s', async (_name, text) => {
  expect((await put(text)).lifecyclePolicyText).toBe(text)
})

const one = (more: Rule) => policy(rule(more))
test.each<[string, string, RegExp]>([
  ['no JSON', 'x'.repeat(100), /Could not map policyString into LifecyclePolicy/],
  ['a list', `[${' '.repeat(100)}]`, /Could not map policyString/],
  ['no rules', JSON.stringify({ rule: [rule()], rules: [] }), /not allowed by the schema: \(\["rule"\]\)/],
  ['an empty list of rules', `{"rules":[]${' '.repeat(100)}}`, /too short/],
  ['51 rules', policy(...Array.from({ length: 51 }, (_, at) => rule({ rulePriority: at + 1 }))), /too long/],
  ['no priority', one({ rulePriority: undefined }), /missing required properties \(\["rulePriority"\]\)/],
  ['a priority of 0', one({ rulePriority: 0 }), /minimum/],
  ['a priority as text', one({ rulePriority: '1' }), /integer/],
  ['no action', one({ action: undefined }), /\["action"\]/],
  ['an unknown action', one({ action: { type: 'delete' } }), /"delete"\) not found in enum/],
  ['a strange member', one({ priority: 1 }), /\["priority"\]/],
  ['text as number of days', one({ selection: { ...selection, countNumber: '30' } }), /integer/],
  ['zero days', one({ selection: { ...selection, countNumber: 0 } }), /minimum: 1/],
  ['null as storage class', one({ selection: { ...selection, storageClass: null } }), /null\) not found/],
  ['hours', one({ selection: { ...selection, countUnit: 'hours' } }), /"hours"\) not found/],
  ['age without a unit', one({ selection: { ...selection, countUnit: undefined } }), /\["countUnit"\]/],
  ['tagged without a list', one({ selection: tagged }), /matched 0 out of 2/],
  [
    'both lists',
    one({ selection: { ...tagged, tagPatternList: ['a'], tagPrefixList: ['a'] } }),
    /matched 0 out of 2/,
  ],
  ['untagged with a list', one({ selection: { ...selection, tagPatternList: ['a'] } }), /matched 0 out of 2/],
  ['an empty list', one({ selection: { ...tagged, tagPatternList: [] } }), /too short/],
  ['five wildcards', one({ selection: { ...tagged, tagPatternList: ['*a*b*c*d*'] } }), /four wildcards/],
  ['transition to nowhere', one({ action: { type: 'transition' } }), /\["targetStorageClass"\]/],
  ['expire to somewhere', one({ action: { ...archive, type: 'expire' } }), /\["targetStorageClass"\]/],
  ['expire by pull time (L20)', one({ selection: pulled }), /must be 'transition'/],
  ['transition out of the archive', one({ selection: archived, action: archive }), /must be 'expire'/],
  ['89 days in the archive', one({ selection: { ...archived, countNumber: 89 } }), /minimum: 90/],
  [
    'archive age in the standard class',
    one({ selection: { ...archived, storageClass: 'standard' } }),
    /storageClass must be 'archive'/,
  ],
  [
    'push age in the archive',
    one({ selection: { ...selection, storageClass: 'archive' } }),
    /storageClass must be 'standard'/,
  ],
  ['a count with a unit (L21)', one({ selection: { ...count, countUnit: 'days' } }), /\["countUnit"\]/],
  [
    'any before tagged (L22)',
    policy(
      rule({ selection: count }),
      rule({ rulePriority: 2, selection: { ...tagged, tagPatternList: ['a'] } }),
    ),
    /largest rulePriority/,
  ],
  [
    'two of one priority',
    policy(rule(), rule({ selection: { ...tagged, tagPatternList: ['a'] } })),
    /priorities must be unique/,
  ],
  ['untagged twice', policy(rule(), rule({ rulePriority: 2 })), /Only one rule may select untagged/],
  [
    'one tag list twice',
    policy(
      rule({ selection: { ...tagged, tagPatternList: ['a', 'b'] } }),
      rule({ rulePriority: 2, selection: { ...tagged, tagPatternList: ['b', 'a'] } }),
    ),
    /must be unique/,
  ],
  [
    'capital words (ecr-facts 9 b)',
    policy({
      rulePriority: 1,
      action: expire,
      selection: {
        tagStatus: 'UNTAGGED',
        countType: 'IMAGE_COUNT_MORE_THAN',
        countNumber: 30,
        countUnit: 'DAYS',
      },
    }),
    /"UNTAGGED"\) not found in enum/,
  ],
])('refuses %s', async (_name, text, reason) => {
  const { code, message } = await errorOf(put(text))
  expect(code).toBe('InvalidParameterException')
  expect(message).toMatch(
    /^Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: /,
  )
  expect(message).toMatch(reason)
})

test.each([
  ['99 characters', policy(rule()).slice(0, 99), /greater than or equal to 100/],
  ['30,721 characters', policy(rule()).padEnd(30_721), /less than or equal to 30720/],
])('refuses %s', async (_name, text, reason) => {
  const { message } = await errorOf(put(text))
  expect(message).toMatch(reason)
})

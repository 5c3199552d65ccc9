import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { EventRule, LambdaFunction, Schedule } from '../../inventory/neighbours.ts'
import {
  account,
  daysAgo,
  denied,
  identities,
  inventory,
  policyText,
  settings,
} from '../inventory.fixture.ts'
import { cleanUpFunction } from './control.ts'

const arn = `arn:aws:lambda:eu-west-1:${account}:function:cleanup`
const roleArn = `arn:aws:iam::${account}:role/cleanup`
const shop = `arn:aws:ecr:eu-west-1:${account}:repository/shop/*`
const cleanUp: LambdaFunction = {
  name: 'cleanup',
  arn,
  role: roleArn,
  runtime: 'python3.13',
  onFailure: 'arn:aws:sqs:eu-west-1:111122223333:failed',
  logGroup: '/aws/lambda/cleanup',
  environment: [],
}
const rule = (changes: Partial<EventRule> = {}): EventRule => ({
  name: 'nightly',
  arn: 'arn:aws:events:eu-west-1:111122223333:rule/nightly',
  bus: 'default',
  enabled: true,
  schedule: 'rate(1 day)',
  targets: [{ arn }],
  ...changes,
})
const schedule: Schedule = {
  name: 'daily',
  arn: 'a',
  enabled: true,
  expression: 'rate(1 day)',
  target: { arn },
}
const allow = (Action: unknown, Resource: unknown = shop) => ({ Effect: 'Allow', Action, Resource })
const deletes = allow(['ecr:ListImages', 'ecr:BatchDeleteImage'])
const may = (...statements: object[]): Partial<Inventory> => ({
  identities: {
    ok: identities({
      roles: [
        {
          name: 'cleanup',
          arn: roleArn,
          id: 'AROA',
          createdAt: daysAgo(10),
          trust: '{}',
          inline: [{ name: 'p', document: policyText(...statements) }],
          attached: [],
          tags: {},
        },
      ],
    }),
  },
})
const good: Partial<Inventory> = {
  functions: { ok: [cleanUp] },
  eventRules: { ok: [rule()] },
  logGroups: { ok: [{ name: cleanUp.logGroup, arn: 'a', retentionDays: 30 }] },
  ...may(deletes),
}
const judge = (changes: Partial<Inventory>) =>
  cleanUpFunction.judge(inventory({ ...good, ...changes }), settings())
const one = (changes: Partial<LambdaFunction>) => judge({ functions: { ok: [{ ...cleanUp, ...changes }] } })
const { onFailure: _, ...silent } = cleanUp
const { runtime: __, ...fromImage } = cleanUp

test.each<[string, ReturnType<typeof judge>, string, string]>([
  ['all as it should be', judge({}), 'pass', 'Started by rule nightly'],
  ['a schedule', judge({ eventRules: { ok: [] }, schedules: { ok: [schedule] } }), 'pass', 'schedule daily'],
  [
    'an alias',
    judge({ eventRules: { ok: [rule({ targets: [{ arn: `${arn}:live` }] })] } }),
    'pass',
    'nightly',
  ],
  ['an image', judge({ functions: { ok: [fromImage] } }), 'pass', 'nightly'],
  ['a dead letter queue', judge({ functions: { ok: [{ ...silent, deadLetter: 'q' }] } }), 'pass', 'nightly'],
  ['nothing starts it', judge({ eventRules: { ok: [] } }), 'not-applicable', 'by the clock'],
  [
    'an event starts it',
    judge({ eventRules: { ok: [{ ...rule(), pattern: '{}', schedule: undefined as never }] } }),
    'not-applicable',
    'by the clock',
  ],
  ['it may not delete', judge(may(allow('ecr:ListImages'))), 'not-applicable', 'may delete'],
  ['an old runtime', one({ runtime: 'python3.8' }), 'fail', 'python3.8 gets no more fixes since 2024-10-14'],
  ['one that ends later', one({ runtime: 'python3.10' }), 'pass', 'nightly'],
  ['nobody hears of failures', judge({ functions: { ok: [silent] } }), 'fail', 'goes nowhere'],
  ['logs for ever', judge({ logGroups: { ok: [{ name: cleanUp.logGroup, arn: 'a' }] } }), 'fail', 'for ever'],
  ['no logs', judge({ logGroups: { ok: [] } }), 'fail', 'is not there'],
  [
    'switched off',
    judge({ eventRules: { ok: [rule({ enabled: false })] } }),
    'fail',
    'Rule nightly is switched off',
  ],
  [
    'one of two is on',
    judge({ eventRules: { ok: [rule({ enabled: false })] }, schedules: { ok: [schedule] } }),
    'pass',
    'kept',
  ],
  [
    'every repository',
    judge(may(allow('ecr:BatchDeleteImage', '*'))),
    'fail',
    'may delete in every repository',
  ],
  ['all of ECR', judge(may(allow('ecr:*'))), 'fail', 'may also change the policy, push and change settings'],
  ['an administrator', judge(may(allow('*', '*'))), 'fail', 'may do everything (p)'],
  ['functions are not told', judge({ functions: denied }), 'unknown', 'AccessDenied'],
  ['rights are not told', judge({ identities: denied }), 'unknown', 'AccessDenied'],
  ['logs are not told', judge({ logGroups: denied }), 'unknown', 'AccessDenied'],
  [
    'logs are not told, and the runtime is old',
    judge({ logGroups: denied, functions: { ok: [{ ...cleanUp, runtime: 'go1.x' }] } }),
    'fail',
    'go1.x',
  ],
  ['schedules are not told', judge({ eventRules: { ok: [] }, schedules: denied }), 'unknown', 'AccessDenied'],
  ['a policy that cannot be read', judge(may({ Effect: 'Maybe' })), 'unknown', 'no effect that IAM knows'],
])('%s', (_name, [judged], status, words) => {
  expect(judged?.verdict.reason).toContain(words)
  expect(judged?.verdict.status).toBe(status)
})

test('what is known is told, and what is not, too', () => {
  const judged = judge({ schedules: denied })
  expect(judged.map(({ resource, verdict }) => [resource.split(':')[2], verdict.status])).toEqual([
    ['lambda', 'pass'],
    ['ecr', 'unknown'],
  ])
})

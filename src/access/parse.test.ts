import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repositoryGround } from './ecr-ground.ts'
import { grantsOf } from './grant.ts'
import { compilePolicy } from './layer.ts'
import { parsePolicy } from './parse.ts'

const parse = (statement: unknown) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }))
const registry = { account: '111122223333', partition: 'aws', region: 'eu-west-1' }
const ground = repositoryGround(registry, { arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/a' })
const allow = { Effect: 'Allow', Principal: '*', Action: 'ecr:*' }

test('one statement reads like a list of one, and every list as a list', () => {
  const expected = {
    statements: [
      {
        name: 'statement 1',
        effect: 'Allow',
        principals: { not: false, list: [{ type: 'AWS', id: '*' }] },
        actions: { not: false, list: ['ecr:*'] },
        resources: { not: false, list: ['*'] },
        conditions: [],
      },
    ],
  }
  expect(parse(allow)).toEqual(expected)
  expect(parse([{ ...allow, Principal: { AWS: ['*'] }, Action: ['ecr:*'], Resource: '*' }])).toEqual(expected)
})

test('Sid, Not elements, several kinds of principals, conditions', () => {
  const statement = {
    Sid: 'With space',
    Effect: 'Deny',
    NotPrincipal: { AWS: ['111122223333', '444455556666'], Service: 'lambda.amazonaws.com' },
    NotAction: ['ecr:GetAuthorizationToken'],
    NotResource: 'arn:aws:ecr:*:*:repository/a',
    Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 'x:y': [1, '2'] } },
  }
  expect(parse(statement)).toEqual({
    statements: [
      {
        name: 'With space',
        effect: 'Deny',
        principals: {
          not: true,
          list: [
            { type: 'AWS', id: '111122223333' },
            { type: 'AWS', id: '444455556666' },
            { type: 'Service', id: 'lambda.amazonaws.com' },
          ],
        },
        actions: { not: true, list: ['ecr:GetAuthorizationToken'] },
        resources: { not: true, list: ['arn:aws:ecr:*:*:repository/a'] },
        conditions: [
          { operator: 'Bool', key: 'aws:SecureTransport', values: ['true'] },
          { operator: 'NumericLessThan', key: 'x:y', values: ['1', '2'] },
        ],
      },
    ],
  })
})

test.each([
  ['{', 'not JSON'],
  ['"text"', 'not a JSON object'],
  ['{"Statement":[1]}', 'statement 1 is not an object'],
  [JSON.stringify({ Statement: [allow, { ...allow, Effect: 'allow' }] }), 'statement 2 has no effect'],
  [JSON.stringify({ Statement: { Effect: 'Allow', Action: '*' } }), 'no principal'],
  [
    JSON.stringify({ Version: '2031-01-01', Statement: allow }),
    'a version that is not known here: "2031-01-01"',
  ],
  [JSON.stringify({ Statement: allow, Unless: [] }), 'an element that is not known here: "Unless"'],
  [
    JSON.stringify({ Statement: { ...allow, Unless: [] } }),
    'statement 1 has an element that is not known here',
  ],
  [JSON.stringify({ Statement: { ...allow, NotAction: 'x' } }), 'statement 1 has Action and NotAction'],
  [JSON.stringify({ Statement: { ...allow, Action: [1] } }), 'statement 1 has no action that can be read'],
  [JSON.stringify({ Statement: { ...allow, Resource: 1 } }), 'a resource that cannot be read'],
  [JSON.stringify({ Statement: { ...allow, Condition: 'x' } }), 'a condition that cannot be read'],
  [`{"Id":"${'x'.repeat(70_000)}"}`, 'longer than 65536 characters'],
])('%.80s is unreadable: %s', (text, why) => {
  expect(parsePolicy(text)).toEqual({ unreadable: expect.stringContaining(why) })
})

test('a policy without statements is readable and grants nothing', () => {
  expect(parsePolicy('{}')).toEqual({ statements: [] })
})

test('no text makes it throw', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ Statement: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc
      .record({
        Effect: fc.constantFrom('Allow', 'Deny'),
        Principal: fc.oneof(fc.string(), fc.dictionary(fc.constantFrom('AWS', '__proto__'), fc.jsonValue())),
        Action: fc.jsonValue(),
        Condition: fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue())),
      })
      .map((statement) => JSON.stringify({ Statement: statement })),
  )
  fc.assert(
    fc.property(hostile, (text) => {
      const parsed = parsePolicy(text)
      const compiled = compilePolicy({ name: 'p', document: text }, 'repository policy')
      if ('statements' in parsed) grantsOf(compiled, ground)
    }),
    { numRuns: 500 },
  )
})

import { expect, test } from 'vitest'
import { secondFactorOf } from './mfa.ts'
import { parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'

const text = (statement: object) =>
  JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*', ...statement } })
const read = (statement: object) => parsePolicy(text(statement), 'identity') as Policy
test.each([
  [{ Principal: '*' }, 'names a principal'],
  [{ Resource: undefined }, 'names no resource'],
  [{ Resource: 5 }, 'has a resource that cannot be read'],
])('%j is no statement of an identity policy', (statement, words) => {
  expect(parsePolicy(text(statement), 'identity')).toEqual({ unreadable: expect.stringContaining(words) })
})

const present = 'aws:MultiFactorAuthPresent'
const age = 'aws:MultiFactorAuthAge'
test.each<[string, string, object, string | undefined]>([
  ['demanded', 'Allow', { Bool: { [present]: 'true' } }, undefined],
  ['demanded', 'Allow', { Bool: { 'AWS:multifactorauthpresent': true } }, undefined],
  ['demanded', 'Allow', { NumericLessThan: { [age]: 3600 } }, undefined],
  ['demanded', 'Allow', { BoolIfExists: { [present]: 'true' }, Null: { [present]: 'false' } }, undefined],
  ['none', 'Allow', { BoolIfExists: { [present]: 'true' } }, 'also holds for an access key'],
  ['none', 'Allow', { 'ForAllValues:Bool': { [present]: 'true' } }, 'also holds for an access key'],
  ['none', 'Allow', { NumericLessThanIfExists: { [age]: 3600 } }, 'also holds for an access key'],
  ['none', 'Allow', { Bool: { [present]: 'false' } }, 'does not ask for it'],
  ['none', 'Allow', { Bool: { [present]: ['true', 'false'] } }, 'does not ask for it'],
  ['none', 'Allow', { Null: { [present]: 'false' } }, 'does not ask for it'],
  ['none', 'Allow', { StringEquals: { 'aws:username': 'a' } }, undefined],
  ['demanded', 'Deny', { BoolIfExists: { [present]: 'false' } }, undefined],
  ['demanded', 'Deny', { StringNotEquals: { [present]: 'true' } }, undefined],
  ['demanded', 'Deny', { NumericGreaterThanIfExists: { [age]: 3600 } }, undefined],
  [
    'demanded',
    'Deny',
    { BoolIfExists: { [present]: 'false' }, Bool: { 'aws:ViaAWSService': 'false' } },
    undefined,
  ],
  ['false', 'Deny', { Bool: { [present]: 'false' } }, 'does not deny access keys'],
  ['absent', 'Deny', { Null: { [present]: 'true' } }, 'does not deny sessions without MFA'],
  ['none', 'Deny', { NumericGreaterThan: { [age]: 3600 } }, 'does not deny whoever has no second factor'],
  ['none', 'Deny', { Bool: { [present]: 'true' } }, 'does not deny whoever has no second factor'],
  [
    'none',
    'Deny',
    { BoolIfExists: { [present]: 'false' }, NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    'denies only where aws:SourceIp fits',
  ],
])('a second factor is %s: %s %j', (demand, Effect, Condition, trap) => {
  const [statement] = read({ Effect, Condition }).statements
  const found = statement && secondFactorOf(statement)
  expect(found?.demand).toBe(demand)
  if (trap === undefined) expect(found?.trap).toBeUndefined()
  else expect(found?.trap).toContain(trap)
})

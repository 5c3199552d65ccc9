import { expect, test } from 'vitest'
import { judgeCondition, type Verdict } from './condition.ts'
import { keysFrom } from './keys.ts'

const keys = keysFrom(
  {
    'aws:principalarn': ['arn:aws:iam::111122223333:role/team/deploy'],
    'aws:username': ['alice'],
    'aws:sourceip': ['127.0.0.1'],
    'aws:securetransport': ['true'],
    'aws:multifactorauthpresent': [],
    'aws:currenttime': ['2026-11-24T17:00:00.000Z'],
    'aws:epochtime': ['1795539600'],
    'aws:tagkeys': ['team', 'cost'],
    's3:max-keys': ['10'],
  },
  [
    { prefix: 'aws:resourcetag/', tags: { Team: 'shop' } },
    { prefix: 'aws:requesttag/', tags: {} },
  ],
)

const judged = (condition: unknown, variables = true) => judgeCondition(condition, keys, { variables })

test.each<[Verdict, string, string, string, string | string[]]>([
  ['holds', 'equal', 'StringEquals', 'aws:username', 'alice'],
  ['holds', 'one of several', 'StringEquals', 'aws:username', ['bob', 'alice']],
  ['fails', 'another case', 'StringEquals', 'aws:username', 'Alice'],
  ['holds', 'whatever case', 'StringEqualsIgnoreCase', 'AWS:UserName', 'ALICE'],
  ['fails', 'a wildcard that is none', 'StringEquals', 'aws:username', 'al*'],
  ['holds', 'a wildcard', 'StringLike', 'aws:username', 'al?c*'],
  ['fails', 'none of several', 'StringNotEquals', 'aws:username', ['bob', 'alice']],
  ['holds', 'not like', 'StringNotLike', 'aws:username', 'b*'],
  ['holds', 'a variable', 'StringEquals', 'aws:username', '$' + '{aws:username}'],
  ['fails', 'a variable without a value', 'StringEquals', 'aws:username', '$' + '{aws:RequestTag/x}'],
  ['holds', 'the default of a variable', 'StringEquals', 'aws:username', '$' + "{aws:RequestTag/x, 'alice'}"],
  ['holds', 'an ARN', 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*'],
  ['holds', 'an ARN by the other name', 'ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/*'],
  ['fails', 'a wildcard over colons', 'ArnLike', 'aws:PrincipalArn', 'arn:aws:iam:*'],
  ['holds', 'another ARN', 'ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*'],
  ['holds', 'a switch', 'Bool', 'aws:SecureTransport', 'true'],
  ['fails', 'a switch the other way', 'Bool', 'aws:SecureTransport', 'false'],
  ['unclear', 'a switch that is none', 'Bool', 'aws:SecureTransport', 'maybe'],
  ['fails', 'an absent switch', 'Bool', 'aws:MultiFactorAuthPresent', 'true'],
  ['fails', 'an absent switch, negative', 'Bool', 'aws:MultiFactorAuthPresent', 'false'],
  ['holds', 'an absent switch, if it exists', 'BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'],
  ['holds', 'absent', 'Null', 'aws:MultiFactorAuthPresent', 'true'],
  ['fails', 'present', 'Null', 'aws:username', 'true'],
  ['holds', 'an absent key in a negated operator', 'StringNotEquals', 'aws:RequestTag/team', 'shop'],
  ['fails', 'an absent key', 'StringEquals', 'aws:RequestTag/team', 'shop'],
  ['holds', 'a tag in any case', 'StringEquals', 'aws:ResourceTag/team', 'shop'],
  ['holds', 'a network', 'IpAddress', 'aws:SourceIp', '127.0.0.0/8'],
  ['fails', 'another network', 'IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:db8::/32']],
  ['holds', 'not that network', 'NotIpAddress', 'aws:SourceIp', '203.0.113.0/24'],
  ['unclear', 'no network', 'IpAddress', 'aws:SourceIp', 'the office'],
  ['unclear', 'a mask that is none', 'IpAddress', 'aws:SourceIp', '127.0.0.1/x'],
  ['holds', 'a number', 'NumericLessThanEquals', 's3:max-keys', '10'],
  ['fails', 'a smaller number', 'NumericLessThan', 's3:max-keys', '10'],
  ['holds', 'another number', 'NumericNotEquals', 's3:max-keys', '11'],
  ['unclear', 'no number', 'NumericEquals', 's3:max-keys', 'ten'],
  ['holds', 'a date', 'DateGreaterThan', 'aws:CurrentTime', '2026-11-24T00:00:00Z'],
  ['fails', 'a later date', 'DateGreaterThan', 'aws:CurrentTime', '2026-11-25T00:00:00Z'],
  ['holds', 'seconds', 'DateEquals', 'aws:EpochTime', '1795539600'],
  ['holds', 'any of a set', 'ForAnyValue:StringEquals', 'aws:TagKeys', ['cost', 'x']],
  ['fails', 'all of a set', 'ForAllValues:StringEquals', 'aws:TagKeys', ['cost', 'x']],
  ['holds', 'all of a set that are listed', 'ForAllValues:StringLike', 'aws:TagKeys', ['*']],
  ['holds', 'all of none', 'ForAllValues:StringEquals', 'aws:RequestTag/x', 'y'],
  ['fails', 'any of none', 'ForAnyValue:StringEquals', 'aws:RequestTag/x', 'y'],
  ['holds', 'any that is not', 'ForAnyValue:StringNotEquals', 'aws:TagKeys', 'cost'],
  ['fails', 'all that are not', 'ForAllValues:StringNotEquals', 'aws:TagKeys', 'cost'],
  ['unclear', 'a key of which nobody knows', 'StringEquals', 'aws:PrincipalOrgID', 'o-1'],
  ['unclear', 'the same, if it exists', 'StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1'],
  ['unclear', 'an operator of which nobody knows', 'BinaryEquals', 'aws:username', 'YQ=='],
])('%s: %s', (expected, _, operator, key, wanted) => {
  expect(judged({ [operator]: { [key]: wanted } })).toBe(expected)
})

test('all must hold; what fails for certain fails, whatever is unclear beside it', () => {
  const good = { 'aws:username': 'alice' }
  const bad = { 'aws:SourceIp': '10.0.0.1' }
  const unclear = { 'aws:PrincipalOrgID': 'o-1' }
  expect(judged({ StringEquals: good, Bool: { 'aws:SecureTransport': 'true' } })).toBe('holds')
  expect(judged({ StringEquals: { ...good, ...unclear } })).toBe('unclear')
  expect(judged({ StringEquals: { ...good, ...unclear }, IpAddress: bad })).toBe('fails')
  expect(judged(undefined)).toBe('holds')
  expect(judged('yes')).toBe('unclear')
})

test('the older version of the language has no variables', () => {
  const condition = { StringEquals: { 'aws:username': '$' + '{aws:username}' } }
  expect(judged(condition, true)).toBe('holds')
  expect(judged(condition, false)).toBe('fails')
})

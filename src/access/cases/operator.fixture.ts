import { allow, type Case, iam } from './case.fixture.ts'

type Context = Record<string, string | readonly string[] | null>

/** An Allow on everything under one condition, and what the request says of its key. */
const when = (
  name: string,
  [operator, key, values]: [string, string, unknown],
  [context, answer, says]: [Context, Case['answer'], string?],
): Case => ({
  name,
  policies: { identity: [allow({ Condition: { [operator]: { [key]: values } } })] },
  request: { context },
  answer,
  ...(says !== undefined && { says }),
})

/** The same, and nothing is said of keys that the context does not hold. */
const unsaid = (name: string, condition: [string, string, unknown], says: string): Case => ({
  ...when(name, condition, [{}, 'conditional', says]),
  request: { others: 'unknown' },
})

const vpc = 'aws:SourceVpc'
const ip = 'aws:SourceIp'
const keys = 'aws:TagKeys'
const tagging = (one: Case): Case => ({ ...one, request: { ...one.request, action: 'ecr:TagResource' } })

/** Operators one by one (ecr-facts 6.3). */
export const operators: Case[] = [
  when('text equals', ['StringEquals', vpc, 'vpc-1'], [{ [vpc]: 'vpc-1' }, 'allowed']),
  when('values have case', ['StringEquals', vpc, 'vpc-1'], [{ [vpc]: 'VPC-1' }, 'denied']),
  when(
    'keys and operators have none',
    ['stringEQUALS', 'AWS:sourcevpc', 'vpc-1'],
    [{ [vpc]: 'vpc-1' }, 'allowed'],
  ),
  when('any of the values', ['StringEquals', vpc, ['vpc-0', 'vpc-1']], [{ [vpc]: 'vpc-1' }, 'allowed']),
  when('a star is no wildcard here', ['StringEquals', vpc, 'vpc-*'], [{ [vpc]: 'vpc-1' }, 'denied']),
  when('an absent key equals nothing', ['StringEquals', vpc, 'vpc-1'], [{}, 'denied']),
  unsaid(
    'a key of which nobody spoke',
    ['StringEquals', vpc, ['vpc-1', 'vpc-2']],
    'aws:SourceVpc is vpc-1 or vpc-2',
  ),
  when('not equal', ['StringNotEquals', vpc, 'vpc-1'], [{ [vpc]: 'vpc-2' }, 'allowed']),
  when('none of the values', ['StringNotEquals', vpc, ['vpc-1', 'vpc-2']], [{ [vpc]: 'vpc-2' }, 'denied']),
  when('an absent key is not equal', ['StringNotEquals', vpc, 'vpc-1'], [{}, 'allowed']),
  unsaid(
    'not equal, and nobody spoke of it',
    ['StringNotEquals', vpc, 'vpc-1'],
    'aws:SourceVpc is not vpc-1',
  ),
  when(
    'equal without regard to case',
    ['StringEqualsIgnoreCase', vpc, 'VPC-1'],
    [{ [vpc]: 'vpc-1' }, 'allowed'],
  ),
  when(
    'not equal without regard to case',
    ['StringNotEqualsIgnoreCase', vpc, 'VPC-1'],
    [{ [vpc]: 'vpc-1' }, 'denied'],
  ),
  when('like', ['StringLike', vpc, 'vpc-*'], [{ [vpc]: 'vpc-1' }, 'allowed']),
  when('like, one character', ['StringLike', vpc, 'vpc-?'], [{ [vpc]: 'vpc-12' }, 'denied']),
  when('like anything is not absent', ['StringLike', vpc, '*'], [{}, 'denied']),
  when('not like', ['StringNotLike', vpc, 'vpc-*'], [{ [vpc]: 'vpc-1' }, 'denied']),
  when('not like, absent', ['StringNotLike', vpc, 'vpc-*'], [{}, 'allowed']),

  when(
    'a number',
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '3600'],
    [{ 'aws:MultiFactorAuthAge': '60' }, 'allowed'],
  ),
  when(
    'a number that is too large',
    ['NumericLessThan', 'aws:MultiFactorAuthAge', 3600],
    [{ 'aws:MultiFactorAuthAge': '3600' }, 'denied'],
  ),
  when('up to', ['NumericLessThanEquals', 'x:n', '10'], [{ 'x:n': '10.0' }, 'allowed']),
  when('above', ['NumericGreaterThan', 'x:n', '9'], [{ 'x:n': '10' }, 'allowed']),
  when('from', ['NumericGreaterThanEquals', 'x:n', '10'], [{ 'x:n': '9.99' }, 'denied']),
  when('the same number', ['NumericEquals', 'x:n', '10'], [{ 'x:n': '10.00' }, 'allowed']),
  when('another number', ['NumericNotEquals', 'x:n', '10'], [{ 'x:n': '11' }, 'allowed']),
  when('an absent number is another one', ['NumericNotEquals', 'x:n', '10'], [{}, 'allowed']),
  when('an absent number is no smaller', ['NumericLessThan', 'x:n', '10'], [{}, 'denied']),
  when(
    'what is no number',
    ['NumericLessThan', 'x:n', 'ten'],
    [{ 'x:n': '1' }, 'conditional', 'x:n is below ten'],
  ),

  when(
    'before a time',
    ['DateLessThan', 'aws:CurrentTime', '2026-12-01T00:00:00Z'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00Z' }, 'allowed'],
  ),
  when(
    'after its end',
    ['DateLessThan', 'aws:CurrentTime', '2026-11-01'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00Z' }, 'denied'],
  ),
  when(
    'another zone',
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-24T01:30:00+02:00'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00Z' }, 'allowed'],
  ),
  when(
    'seconds since 1970',
    ['DateGreaterThanEquals', 'aws:EpochTime', '1763942400'],
    [{ 'aws:EpochTime': '1763942400' }, 'allowed'],
  ),
  when(
    'at the latest',
    ['DateLessThanEquals', 'aws:CurrentTime', '2026-11-24T00:00:00Z'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00.000Z' }, 'allowed'],
  ),
  when(
    'the same time',
    ['DateEquals', 'aws:CurrentTime', '2026-11-24T00:00:00Z'],
    [{ 'aws:CurrentTime': '2026-11-24T01:00:00+01:00' }, 'allowed'],
  ),
  when(
    'another time',
    ['DateNotEquals', 'aws:CurrentTime', '2026-11-24T00:00:00Z'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00Z' }, 'denied'],
  ),
  when(
    'a time of day without a zone',
    ['DateLessThan', 'aws:CurrentTime', '2026-12-01T00:00:00'],
    [{ 'aws:CurrentTime': '2026-11-24T00:00:00Z' }, 'conditional'],
  ),

  when('true', ['Bool', 'aws:ViaAWSService', true], [{ 'aws:ViaAWSService': 'true' }, 'allowed']),
  when(
    'true in capitals',
    ['Bool', 'aws:ViaAWSService', 'TRUE'],
    [{ 'aws:ViaAWSService': 'true' }, 'allowed'],
  ),
  when(
    'neither true nor false',
    ['Bool', 'aws:ViaAWSService', 'yes'],
    [{ 'aws:ViaAWSService': 'true' }, 'conditional'],
  ),
  when('binary', ['BinaryEquals', 'x:b', 'aGVsbG8='], [{ 'x:b': 'aGVsbG8=' }, 'allowed']),
  when('other binary', ['BinaryEquals', 'x:b', 'aGVsbG8='], [{ 'x:b': 'aGVsbG9v' }, 'denied']),

  when('in a network', ['IpAddress', ip, '203.0.113.0/24'], [{ [ip]: '203.0.113.77' }, 'allowed']),
  when('outside a network', ['IpAddress', ip, '203.0.113.0/24'], [{ [ip]: '203.0.114.1' }, 'denied']),
  when('one address', ['IpAddress', ip, '203.0.113.7'], [{ [ip]: '203.0.113.7' }, 'allowed']),
  when(
    'a network written with one of its addresses',
    ['IpAddress', ip, '203.0.113.9/24'],
    [{ [ip]: '203.0.113.1' }, 'allowed'],
  ),
  when('IPv6', ['IpAddress', ip, '2001:db8::/32'], [{ [ip]: '2001:db8:0:1::5' }, 'allowed']),
  when('IPv6 outside', ['IpAddress', ip, '2001:db8::/32'], [{ [ip]: '2001:db9::1' }, 'denied']),
  when(
    'an IPv6 address in an IPv4 network',
    ['IpAddress', ip, '0.0.0.0/0'],
    [{ [ip]: '2001:db8::1' }, 'denied'],
  ),
  when('no address, as through an endpoint', ['IpAddress', ip, '203.0.113.0/24'], [{}, 'denied']),
  when('not in a network', ['NotIpAddress', ip, '203.0.113.0/24'], [{ [ip]: '203.0.114.1' }, 'allowed']),
  when(
    'not in a network, but it is',
    ['NotIpAddress', ip, '203.0.113.0/24'],
    [{ [ip]: '203.0.113.1' }, 'denied'],
  ),
  when('not in a network, without an address', ['NotIpAddress', ip, '203.0.113.0/24'], [{}, 'allowed']),
  when('what is no network', ['IpAddress', ip, '203.0.113.0/33'], [{ [ip]: '203.0.113.1' }, 'conditional']),

  when('an ARN', ['ArnEquals', 'aws:PrincipalArn', iam('user/ann')], [{}, 'allowed']),
  when('ArnEquals knows wildcards', ['ArnEquals', 'aws:PrincipalArn', iam('user/*')], [{}, 'allowed']),
  when(
    'a wildcard stays in its section',
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:*:user/ann'],
    [{}, 'denied'],
  ),
  when('not like an ARN', ['ArnNotLike', 'aws:PrincipalArn', iam('role/*')], [{}, 'allowed']),
  when('not an ARN', ['ArnNotEquals', 'aws:PrincipalArn', iam('user/ann')], [{}, 'denied']),

  when('absent, as asked', ['Null', vpc, 'true'], [{}, 'allowed']),
  when('there, as asked', ['Null', vpc, 'false'], [{ [vpc]: 'vpc-1' }, 'allowed']),
  when('absent, but should be there', ['Null', vpc, 'false'], [{}, 'denied']),
  unsaid('there or not, nobody knows', ['Null', vpc, 'false'], 'aws:SourceVpc is there'),

  when('if it exists: absent', ['StringEqualsIfExists', vpc, 'vpc-1'], [{}, 'allowed']),
  when('if it exists: there', ['StringEqualsIfExists', vpc, 'vpc-1'], [{ [vpc]: 'vpc-2' }, 'denied']),
  unsaid('if it exists: nobody knows', ['StringEqualsIfExists', vpc, 'vpc-1'], 'is vpc-1 or is absent'),
  when('numbers, if they exist', ['NumericLessThanIfExists', 'x:n', '5'], [{}, 'allowed']),
  when('an address, if it exists', ['IpAddressIfExists', ip, '203.0.113.0/24'], [{}, 'allowed']),

  tagging(
    when(
      'all values',
      ['ForAllValues:StringEquals', keys, ['team', 'env']],
      [{ [keys]: ['env', 'team'] }, 'allowed'],
    ),
  ),
  tagging(
    when(
      'all values, one is another',
      ['ForAllValues:StringEquals', keys, ['team']],
      [{ [keys]: ['env', 'team'] }, 'denied'],
    ),
  ),
  tagging(
    when('all values of an absent key', ['ForAllValues:StringEquals', keys, ['team']], [{}, 'allowed']),
  ),
  tagging(
    when(
      'all values of an empty key',
      ['ForAllValues:StringEquals', keys, ['team']],
      [{ [keys]: [] }, 'allowed'],
    ),
  ),
  tagging(
    when('any value', ['ForAnyValue:StringEquals', keys, ['team']], [{ [keys]: ['env', 'team'] }, 'allowed']),
  ),
  tagging(when('any value of an absent key', ['ForAnyValue:StringEquals', keys, ['team']], [{}, 'denied'])),
  tagging(
    when('no value is', ['ForAllValues:StringNotEquals', keys, ['team']], [{ [keys]: ['env'] }, 'allowed']),
  ),
  tagging(
    when(
      'some value is not',
      ['ForAnyValue:StringNotEquals', keys, ['team']],
      [{ [keys]: ['env', 'team'] }, 'allowed'],
    ),
  ),
  tagging(
    when(
      'any value that is not, of an absent key',
      ['ForAnyValue:StringNotEquals', keys, ['team']],
      [{}, 'denied'],
    ),
  ),
  tagging(
    when(
      'any value if it exists, absent: said in two ways',
      ['ForAnyValue:StringEqualsIfExists', keys, ['team']],
      [{}, 'conditional'],
    ),
  ),
  tagging(
    when(
      'several values without a word on how',
      ['StringEquals', keys, 'team'],
      [{ [keys]: ['env', 'team'] }, 'conditional'],
    ),
  ),
  when(
    'an operator that is not known here',
    ['StringSounds', vpc, 'vpc-1'],
    [{ [vpc]: 'vpc-1' }, 'conditional', 'not known here'],
  ),
  when(
    'a doubled ending is not known here',
    ['StringEqualsIfExistsIfExists', vpc, 'vpc-1'],
    [{}, 'conditional'],
  ),
  when('NullIfExists is not known here', ['NullIfExists', vpc, 'true'], [{}, 'conditional']),
  when('no values at all', ['StringEquals', vpc, []], [{ [vpc]: 'vpc-1' }, 'conditional']),
]

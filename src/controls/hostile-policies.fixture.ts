import { policyText } from './inventory.fixture.ts'

const open = { Effect: 'Allow', Principal: '*', Action: 'ecr:*' }
const { Action: _, ...noAction } = open
const { Principal: __, ...noPrincipal } = open
const nested = '['.repeat(20_000)

/** Texts that no control can read, whatever it looks for: each must say so. */
export const unreadablePolicies: [string, string][] = [
  ['empty', ''],
  ['not JSON', 'Allow *'],
  ['half of one', policyText(open).slice(0, 40)],
  ['YAML', 'Version: 2012-10-17'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"*"'],
  ['a number', '1e999'],
  ['deep', `${nested}${']'.repeat(20_000)}`],
  ['deep inside', `{"Statement":{"Effect":"Allow","Principal":"*","Action":${nested}${']'.repeat(20_000)}}}`],
  ['huge', policyText({ ...open, Sid: 'x'.repeat(2_000_000) })],
  ['a version of the future', JSON.stringify({ Version: '2031-01-01', Statement: [open] })],
  ['a version that is none', JSON.stringify({ Version: { '2012-10-17': 1 }, Statement: [open] })],
  ['an element of the future', JSON.stringify({ Version: '2012-10-17', Statement: [open], Except: [] })],
  ['an element of the future in a statement', policyText({ ...open, ExceptWhen: {} })],
  ['elements in small letters', policyText({ effect: 'Allow', principal: '*', action: '*' })],
  ['statements under a small name', JSON.stringify({ statement: [open] })],
  ['a statement that is a text', policyText('Allow everybody' as never)],
  ['a statement that is null', policyText(null as never)],
  ['an effect of the future', policyText({ ...open, Effect: 'Audit' })],
  ['no effect', policyText({ Principal: '*', Action: '*' })],
  ['no action', policyText(noAction)],
  ['an action that is an object', policyText({ ...open, Action: { ecr: '*' } })],
  ['an action that is a number', policyText({ ...open, Action: [1] })],
  ['Action and NotAction', policyText({ ...open, NotAction: 'ecr:PutImage' })],
  ['no principal', policyText(noPrincipal)],
  ['a principal that is a list', policyText({ ...open, Principal: ['*'] })],
  ['a principal inside a principal', policyText({ ...open, Principal: { AWS: { AWS: '*' } } })],
  ['Principal and NotPrincipal', policyText({ ...open, NotPrincipal: '*' })],
  ['a resource that is an object', policyText({ ...open, Resource: {} })],
  ['a condition that is a text', policyText({ ...open, Effect: 'Deny', Condition: 'aws:SourceVpc' })],
  ['a condition that is null', policyText({ ...open, Effect: 'Deny', Condition: null })],
  ['a condition without keys', policyText({ ...open, Condition: { StringEquals: 'o-abcdefghij' } })],
  [
    'a value that is an object',
    policyText({ ...open, Condition: { StringEquals: { 'aws:PrincipalOrgID': { id: 'o-abcdefghij' } } } }),
  ],
  ['a prototype', '{"__proto__":{"Statement":[]},"Statement":[{"__proto__":{"Effect":"Allow"}}]}'],
]

const when = (condition: object) => policyText({ ...open, Condition: condition })

/** Everybody may do everything, unless words that nobody here knows say otherwise: never a pass of who gets in. */
export const unclearPolicies: [string, string][] = [
  ['an operator of the future', when({ StringSounds: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })],
  [
    'a set operator of the future',
    when({ 'ForMostValues:StringEquals': { 'aws:PrincipalOrgID': 'o-abcdefghij' } }),
  ],
  ['a key of the future', when({ StringEquals: { 'aws:PrincipalPlanet': 'earth' } })],
  ['a key of another service', when({ StringEquals: { 'sts:ExternalId': '4711' } })],
  ['a hostile key', when({ StringEquals: { __proto__x: 'a', constructor: 'a' } })],
  ['principals of the future', policyText({ ...open, Principal: { Robot: 'r2' } })],
  ['a federated principal', policyText({ ...open, Principal: { Federated: 'idp.example.com' } })],
  [
    'a Deny of the future',
    policyText(open, {
      ...open,
      Effect: 'Deny',
      Condition: { StringSoundsNot: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    }),
  ],
]

/** Open to the world for an action, or by a spelling, that somebody may overlook. */
export const openPolicies: [string, string][] = [
  ['an action of the future', policyText({ ...open, Action: 'ecr:TeleportImage' })],
  ['small letters', policyText({ ...open, Action: 'ecr:putimage' })],
  ['a wildcard in the middle', policyText({ ...open, Action: 'ecr:*Image' })],
  ['a wildcard in an ARN', policyText({ ...open, Principal: { AWS: 'arn:aws:iam::*:root' } })],
  [
    'after five hundred others',
    policyText(...Array.from({ length: 500 }, () => ({ ...open, Action: 'a:b' })), open),
  ],
  ['a condition on nothing', when({})],
  ['a condition with no values', when({ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': [] } })],
  ['a value of spaces', when({ StringLike: { 'aws:PrincipalOrgID': '*' } })],
]

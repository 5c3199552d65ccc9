import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inventory, policyText, repository } from '../controls/inventory.fixture.ts'
import { account, api, iam, other } from './cases/case.fixture.ts'
import { repositoryGround } from './ecr-ground.ts'
import { grantsOf } from './grant.ts'
import { compilePolicy } from './layer.ts'
import { openAccess, whoCan } from './who-can.ts'

const registry = { account, partition: 'aws', region: 'eu-west-1' }
const organization = 'o-abcdefghij'
const vpc = 'vpc-0123456789abcdef0'
const variable = (name: string) => `\u0024{${name}}`

function grants(text: string) {
  const policy = compilePolicy({ name: 'p', document: text }, 'repository policy')
  return grantsOf(policy, repositoryGround(registry, { arn: api }))
}
const give = (parts: object) => ({ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', ...parts })
const when = (Condition: object, parts: object = {}) => give({ Condition, ...parts })
const refuse = (parts: object) => give({ Effect: 'Deny', ...parts })

/** `anybody`, `444455556666`, `anybody?` for what hangs on words that are not known here. */
function guestsOf(...statements: object[]): string[] {
  return grants(policyText(...statements))
    .flatMap((grant) => grant.guests)
    .map(({ kind, account: of, organization: within, doubts }) => {
      const who = kind === 'named' ? of : kind
      return `${who}${within ? ` in ${within}` : ''}${doubts.length > 0 ? '?' : ''}`
    })
}

/** Where the reader of conditions that came before the evaluator said something else, with what is right and why. */
describe.each<[string, object[], string[]]>([
  [
    'a token is for identity policies to give (ecr-facts 6.3)',
    [give({ Action: 'ecr:GetAuthorizationToken' })],
    [],
  ],
  [
    'settings of the registry are no business of a repository',
    [give({ Action: 'ecr:PutRegistryPolicy' })],
    [],
  ],
  ['everybody but everybody is nobody', [{ Effect: 'Allow', NotPrincipal: '*', Action: 'ecr:*' }], []],
  [
    'NotPrincipal does not let in whom it names',
    [{ Effect: 'Allow', NotPrincipal: { AWS: other }, Action: 'ecr:PutImage' }],
    ['anybody'],
  ],
  ['a pull has no request tags (ecr-facts 6.2)', [when({ StringEquals: { 'aws:RequestTag/x': 'y' } })], []],
  ['ECR speaks TLS only', [when({ Bool: { 'aws:SecureTransport': 'false' } })], []],
  ['every caller has an ARN', [when({ Null: { 'aws:PrincipalArn': 'true' } })], []],
  [
    'conditions that exclude each other',
    [
      when({
        Bool: { 'aws:MultiFactorAuthPresent': 'false' },
        StringLike: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
    ],
    [],
  ],
  ['a star is no wildcard of StringEquals', [when({ StringEquals: { 'aws:PrincipalOrgID': '*' } })], []],
  ['but of ArnEquals', [when({ ArnEquals: { 'aws:PrincipalArn': '*' } })], ['anybody']],
  [
    'a range that is none compares with nothing',
    [when({ IpAddress: { 'aws:SourceIp': 'office' } })],
    ['anybody?'],
  ],
  [
    'an absent key with ForAnyValue and IfExists',
    [when({ 'ForAnyValue:StringEqualsIfExists': { 'aws:SourceVpc': vpc } })],
    ['anybody?'],
  ],
  [
    'a Deny in words that are not known here, for services',
    [
      give({}),
      refuse({
        Principal: { Service: 'x.amazonaws.com' },
        Condition: { StringSounds: { 'aws:SourceVpc': vpc } },
      }),
    ],
    ['anybody'],
  ],
  [
    'a Deny for some that one can avoid',
    [give({}), refuse({ Condition: { StringEquals: { 'aws:SourceVpc': vpc } } })],
    ['anybody'],
  ],
  [
    'a Deny for the account that is named',
    [give({ Principal: { AWS: iam('role/x', other) } }), refuse({ Principal: { AWS: other } })],
    [],
  ],
  [
    'a Deny of two halves',
    [
      give({}),
      refuse({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }),
      refuse({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    ],
    [],
  ],
  [
    'a Deny that a second factor avoids',
    [
      give({}),
      refuse({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
      refuse({ Condition: { Null: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    ],
    ['anybody'],
  ],
  [
    'a condition on another account than the one that is named',
    [when({ StringEquals: { 'aws:PrincipalAccount': '777788889999' } }, { Principal: { AWS: other } })],
    [],
  ],
  [
    'a source, which calls of people do not have',
    [when({ StringEquals: { 'aws:SourceAccount': other } }, { Principal: { AWS: other } })],
    [],
  ],
  ['a service that acts for anybody', [when({ Bool: { 'aws:PrincipalIsAWSService': 'true' } })], ['anybody']],
  ['a service that acts for somebody', [when({ StringEquals: { 'aws:SourceAccount': other } })], ['service']],
  [
    'one of two organizations',
    [
      when({ StringEquals: { 'aws:PrincipalOrgID': [organization, 'o-zyxwvutsrq'] } }),
      refuse({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-zyxwvutsrq' } } }),
    ],
    [`organization in ${organization}`],
  ],
  [
    'an account in an organization',
    [when({ StringEquals: { 'aws:PrincipalOrgID': organization } }, { Principal: { AWS: other } })],
    [`${other} in ${organization}`],
  ],
  [
    'a user of an account',
    [
      when({
        StringEquals: { 'aws:PrincipalAccount': other },
        StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' },
      }),
    ],
    ['account'],
  ],
  [
    'tags that have to be equal can be',
    [when({ StringEquals: { 'aws:PrincipalTag/team': variable('aws:ResourceTag/team') } })],
    ['anybody'],
  ],
  [
    'federated people, kept out by an organization',
    [
      when(
        { StringEquals: { 'aws:PrincipalOrgID': organization } },
        { Principal: { Federated: 'idp.example.com' } },
      ),
    ],
    [],
  ],
])('%s', (_name, statements, expected) => {
  test(JSON.stringify(expected), () => expect(guestsOf(...statements)).toEqual(expected))
})

test('variables are plain text in a policy of the old version', () => {
  const condition = { StringEquals: { 'aws:PrincipalAccount': variable('aws:PrincipalAccount') } }
  const text = (Version: string) => JSON.stringify({ Version, Statement: [when(condition)] })
  expect(grants(text('2012-10-17'))[0]?.guests).toHaveLength(1)
  expect(grants(text('2008-10-17'))[0]?.guests).toEqual([])
})

test('a hostile policy is given up, not worked out', () => {
  const condition = (at: number) => ({ StringLike: { [`aws:PrincipalTag/${at}`]: [`${at}*`, `?${at}`] } })
  const statements = Array.from({ length: 150 }, (_, at) => [
    when(condition(at)),
    refuse({ Condition: condition(at) }),
  ])
  const found = grants(policyText(...statements.flat())).flatMap(({ guests }) => guests)
  expect(found.flatMap(({ doubts }) => doubts)).toContain('it has more conditions than are worked out here')
})

const values: [string, string, string[]][] = [
  ['StringEquals', 'aws:PrincipalOrgID', [organization, 'o-zyxwvutsrq']],
  ['StringNotEquals', 'aws:PrincipalOrgID', [organization]],
  ['StringEqualsIfExists', 'aws:PrincipalOrgID', [organization]],
  ['StringEquals', 'aws:PrincipalAccount', [other, account]],
  ['StringNotEquals', 'aws:PrincipalAccount', [account]],
  ['StringEquals', 'aws:SourceVpc', [vpc]],
  ['StringNotEquals', 'aws:SourceVpc', [vpc]],
  ['Bool', 'aws:MultiFactorAuthPresent', ['true']],
  ['StringLike', 'aws:PrincipalPlanet', ['*']],
]
const condition = fc
  .array(fc.constantFrom(...values), { maxLength: 2 })
  .map((list) => Object.fromEntries(list.map(([operator, key, texts]) => [operator, { [key]: texts }])))
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Principal: fc.constantFrom<unknown>('*', '*', { AWS: other }, { AWS: iam('role/x', other) }),
    Action: fc.constantFrom<unknown>('ecr:GetRepositoryPolicy', 'ecr:*', 'ecr:Get*'),
    Condition: condition,
  })
  .map((one) => ({ ...one, Condition: one.Condition }))

test('whom `who-can` denies nobody lets in, and whom it allows somebody does', () => {
  const named = (name: string) =>
    name.startsWith('any AWS account') ? 'anybody' : name.replace(/^account /, '')
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
      const text = policyText(...statements)
      const access = openAccess(inventory({ repositories: { ok: [repository({ policy: { ok: text } })] } }))
      const { allowed, conditional, partly } = whoCan(access, 'shop/api', 'read-policy')
      const namesIn = (list: typeof allowed) =>
        list
          .filter(({ kind }) => ['public', 'account', 'foreign-principal'].includes(kind))
          .flatMap(({ names }) => names.map(named))
      const sure = namesIn(allowed)
      const possible = [...sure, ...namesIn([...conditional, ...partly])]
      const guests = grants(text)
        .flatMap((grant) => grant.guests)
        .filter(
          ({ kind, actions }) =>
            ['anybody', 'named'].includes(kind) && actions.includes('ecr:GetRepositoryPolicy'),
        )
        .map(({ kind, name }) => (kind === 'anybody' ? 'anybody' : name))
      for (const guest of guests) expect(possible).toContain(guest)
      if (sure.includes('anybody')) expect(guests).toContain('anybody')
    }),
    { numRuns: 600 },
  )
})

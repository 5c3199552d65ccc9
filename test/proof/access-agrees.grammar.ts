// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies are written so
import fc from 'fast-check'

/** Texts of policies, of everything that both evaluators know of the language. */
export interface Policies {
  identity: string
  boundary: string | undefined
  repository: string | undefined
  registry: string | undefined
}
export type Given = fc.Arbitrary<Policies>

export const own = '111122223333'
export const partner = '444455556666'
export const repository = 'agree/api'

type Parts = Record<string, unknown>

const weighted = <T>(...each: [number, fc.Arbitrary<T>][]) =>
  fc.oneof(...each.map(([weight, arbitrary]) => ({ weight, arbitrary })))
const oneOrSome = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  weighted<T | T[]>([3, one], [2, fc.uniqueArray(one, { minLength: 1, maxLength: 3 })])

const actions = weighted(
  [3, fc.constantFrom('ecr:*', '*', 'ecr:Batch*', 'ecr:Get*')],
  [
    3,
    fc.constantFrom('ecr:ListImages', 'ecr:BatchGetImage', 'ecr:BatchDeleteImage', 'ecr:GetRepositoryPolicy'),
  ],
  [
    2,
    fc.constantFrom('ECR:listimages', 'ecr:List?mages', 'ecr:*Image*', 'ecr:GetAuthorizationToken', 'ec*:*'),
  ],
  [1, fc.constantFrom('s3:*', 'ecr-public:*', 'ecr:DescribeRegistry', 'ecr:Nothing', 'ecr:BatchGetImages')],
)
const ecrActions = actions.filter((action) => /^ecr:/i.test(action))

const at = `arn:aws:ecr:eu-west-1:${own}:repository`
const resources = weighted(
  [4, fc.constantFrom('*', `${at}/${repository}`, `${at}/*`, `${at}/agree/*`)],
  [2, fc.constantFrom(`${at}/agree/web`, `${at}/agree`, `${at}/AGREE/api`, `${at}/*/a?i`, `${at}/*api*`)],
  [
    1,
    fc.constantFrom(
      `arn:aws:ecr:*:*:repository/agree/api`,
      `arn:aws:ecr:*:${partner}:repository/*`,
      'arn:aws:s3:::x',
    ),
  ],
  [
    2,
    fc
      .constantFrom(
        '${aws:PrincipalTag/team}',
        "${aws:PrincipalTag/none, 'agree'}",
        '${aws:username}',
        '${*}',
      )
      .map((name) => `${at}/${name}/*`),
  ],
)

const quantifiers = weighted([6, fc.constant('')], [1, fc.constantFrom('ForAllValues:', 'ForAnyValue:')])
const endings = weighted([3, fc.constant('')], [1, fc.constant('IfExists')])

/** Operators of a kind, keys that have such values, and values. */
const kinds: [string[], string[], string[]][] = [
  [
    [
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
    ],
    [
      ...['aws:PrincipalTag/team', 'aws:ResourceTag/team', 'ecr:ResourceTag/team', 'aws:ResourceTag/none'],
      ...[
        'aws:username',
        'AWS:RequestedRegion',
        'aws:SourceVpc',
        'aws:PrincipalAccount',
        'aws:ResourceAccount',
      ],
      ...['aws:PrincipalType', 'aws:TagKeys', 'aws:RequestTag/team', 'aws:SourceAccount'],
    ],
    [
      ...[
        'agree',
        'AGREE',
        'a*',
        '*',
        '',
        'ann',
        'eu-west-1',
        'eu-*',
        'vpc-1',
        own,
        partner,
        'User',
        'Assumed?ole',
      ],
      ...['${aws:PrincipalTag/team}', '${aws:ResourceTag/team}', "${aws:SourceVpc, 'agree'}", '${*}'],
    ],
  ],
  [
    ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    ['aws:PrincipalArn', 'aws:SourceArn'],
    [
      ...[`arn:aws:iam::${own}:user/people/ann`, `arn:aws:iam::${own}:user/*`, `arn:aws:iam::*:role/ci/*`],
      ...[`arn:aws:iam::${own}:*`, 'arn:aws:iam:*:role/deploy', `arn:aws:iam::${partner}:root`],
      ...['arn:aws:iam::${aws:PrincipalAccount}:*/*', `arn:*:iam::${own}:role/ci/deploy`],
    ],
  ],
  [['Bool'], ['aws:MultiFactorAuthPresent', 'aws:SecureTransport', 'aws:ViaAWSService'], ['true', 'false']],
  [
    ['IpAddress', 'NotIpAddress'],
    ['aws:SourceIp', 'aws:VpcSourceIp'],
    ['127.0.0.0/8', '127.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::/0'],
  ],
  [
    ['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals', 'DateGreaterThanEquals'],
    ['aws:CurrentTime'],
    ['2001-01-01T00:00:00Z', '2199-12-31T23:59:59Z', '2001-01-01'],
  ],
  [
    ['NumericLessThan', 'NumericGreaterThanEquals', 'NumericNotEquals', 'NumericEquals'],
    ['aws:EpochTime', 'aws:MultiFactorAuthAge'],
    ['0', '3600', '99999999999', '1.5'],
  ],
  [
    ['Null'],
    ['aws:MultiFactorAuthPresent', 'aws:SourceVpc', 'aws:PrincipalTag/team', 'aws:TagKeys'],
    ['true', 'false'],
  ],
]

const lines: fc.Arbitrary<[string, string, string | string[]]> = fc
  .constantFrom(...kinds)
  .chain(([names, keys, values]) =>
    fc
      .tuple(
        quantifiers,
        fc.constantFrom(...names),
        endings,
        fc.constantFrom(...keys),
        oneOrSome(fc.constantFrom(...values)),
      )
      .map(([quantifier, name, ending, key, value]): [string, string, string | string[]] =>
        name === 'Null' ? [name, key, value] : [`${quantifier}${name}${ending}`, key, value],
      ),
  )

const conditions = weighted<Parts | undefined>(
  [4, fc.constant(undefined)],
  [
    4,
    fc.array(lines, { minLength: 1, maxLength: 2 }).map((all) => {
      const condition: Record<string, Parts> = {}
      for (const [operator, key, value] of all) condition[operator] = { ...condition[operator], [key]: value }
      return condition
    }),
  ],
)

const someone = fc.constantFrom(
  ...[own, partner, `arn:aws:iam::${own}:root`, `arn:aws:iam::${partner}:root`],
  ...[`arn:aws:iam::${own}:user/people/ann`, `arn:aws:iam::${own}:role/ci/deploy`],
  ...[`arn:aws:sts::${own}:assumed-role/deploy/run-7`, `arn:aws:sts::${partner}:assumed-role/puller/run-8`],
  ...[`arn:aws:iam::${partner}:user/people/bob`, `arn:aws:iam::${partner}:role/ci/puller`, '*'],
)
const principals = weighted<unknown>(
  [2, fc.constant('*')],
  [6, oneOrSome(someone).map((AWS) => ({ AWS }))],
  [1, fc.constant({ Service: 'lambda.amazonaws.com' })],
)

const versions = weighted([4, fc.constant('2012-10-17')], [1, fc.constant('2008-10-17')])
const effects = weighted([3, fc.constant('Allow')], [1, fc.constant('Deny')])
const isNot = weighted([6, fc.constant('')], [1, fc.constant('Not')])

const written = (statements: fc.Arbitrary<Parts>) =>
  fc
    .tuple(
      versions,
      weighted<Parts | Parts[]>([1, statements], [4, fc.array(statements, { minLength: 1, maxLength: 3 })]),
    )
    .map(([Version, Statement]) =>
      JSON.stringify({ Version, Statement }, (_, value: unknown) => value ?? undefined),
    )

const ofIdentity: fc.Arbitrary<Parts> = fc
  .tuple(effects, isNot, oneOrSome(actions), isNot, oneOrSome(resources), conditions)
  .map(([Effect, noAction, Action, noResource, Resource, Condition]) => ({
    ...{ Effect, [`${noAction}Action`]: Action, [`${noResource}Resource`]: Resource, Condition },
  }))

export const identityPolicies = written(ofIdentity)

/** A policy of a repository has no Resource; that of a registry has. */
export const resourcePolicies = (of: 'repository' | 'registry') =>
  written(
    fc
      .tuple(effects, isNot, oneOrSome(ecrActions), isNot, principals, resources, conditions)
      .map(([Effect, noAction, Action, noPrincipal, Principal, Resource, Condition]) => ({
        ...{ Effect, [`${noAction}Action`]: Action, [`${noPrincipal}Principal`]: Principal },
        ...(of === 'registry' && { Resource }),
        Condition,
      })),
  )

import { describe, expect, test } from 'vitest'
import { account, ask, org, partner } from './ask.fixture.ts'
import type { PolicyAsk } from './ask.ts'
import { policyKinds } from './kinds.ts'
import { provePolicy } from './prove.ts'
import type { PolicyDocument } from './statements.ts'
import { writePolicy } from './write-policy.ts'

const guarded = ask({ vpc: ['vpc-1'], requireMfa: true })
const toOthers = ask({
  ...{ attachTo: 'repository', repositories: ['shop/api'], sourceIp: ['203.0.113.0/24'] },
  principals: [partner, `arn:aws:iam::${account}:role/ci/deploy`],
})
const toOrg = ask({ attachTo: 'repository', repositories: ['shop/api'], org, vpce: ['vpce-1', 'vpce-2'] })

describe('what is written', () => {
  test('a pull, whole', () => {
    expect(writePolicy(ask()).policy).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Token', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        {
          ...{ Sid: 'Repositories', Effect: 'Allow' },
          Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Resource: `arn:aws:ecr:eu-west-1:${account}:repository/shop/*`,
        },
      ],
    })
  })

  test('a repository policy: no Resource; a condition is in the Allow and, for those who need no Allow, in a Deny', () => {
    const [allow, deny, ...more] = writePolicy(toOthers).policy.Statement
    expect(more).toEqual([])
    const AWS = [`arn:aws:iam::${partner}:root`, `arn:aws:iam::${account}:role/ci/deploy`]
    expect(allow).toMatchObject({ Sid: 'Pull', Principal: { AWS }, Condition: { IpAddress: {} } })
    expect(deny).toMatchObject({
      ...{ Sid: 'DenyOtherAddresses', Effect: 'Deny', Principal: { AWS } },
      Condition: {
        NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        BoolIfExists: { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' },
      },
    })
    expect(JSON.stringify(writePolicy(toOthers).policy)).not.toContain('"Resource"')
  })

  test('everybody is let in by --org only, and never without it', () => {
    const [allow] = writePolicy(toOrg).policy.Statement
    expect(allow).toMatchObject({
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': org } },
    })
  })

  test('an audit and a backup list all repositories, whatever they may look into', () => {
    for (const kind of ['audit', 'backup'] as const) {
      const listing = writePolicy(ask({ kind })).policy.Statement.find(
        ({ Sid }) => Sid === 'ListRepositories',
      )
      expect(listing).toMatchObject({
        Action: 'ecr:DescribeRepositories',
        Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*`,
      })
    }
  })

  test('keys are given to a restore for what ECR asks of them only', () => {
    const keys = writePolicy(ask({ kind: 'restore', vpc: ['vpc-1'] })).policy.Statement.find(
      ({ Sid }) => Sid === 'Keys',
    )
    expect(keys).toMatchObject({ Condition: { StringLike: { 'kms:ViaService': 'ecr.eu-west-1.*' } } })
  })

  test.each(policyKinds)(
    '%s: each answer of the proof is as it should be, and it says what it means',
    (kind) => {
      for (const one of [ask({ kind }), { ...guarded, kind }, { ...toOthers, kind }, { ...toOrg, kind }]) {
        const written = writePolicy(one)
        expect(written.proof.requests).toBeGreaterThan(500)
        expect(written.meanings[0]).toContain(kind)
        expect(written.size.fits).not.toEqual([])
      }
    },
  )

  test('other partitions have other ARNs', () => {
    const place = { partition: 'aws-cn', account, region: 'cn-north-1' }
    const { policy } = writePolicy(ask({ kind: 'restore', place }))
    expect(JSON.stringify(policy)).not.toContain('arn:aws:')
  })
})

describe('a policy that is not what was asked for is never proved', () => {
  type Change = (statement: PolicyDocument['Statement'][number], at: number) => object | undefined
  const wrong: [string, PolicyAsk, Change][] = [
    ['a condition is lost', guarded, ({ Condition: _, ...rest }) => rest],
    [
      'one of two conditions is lost',
      guarded,
      (one) => ({ ...one, Condition: { Bool: one.Condition?.['Bool'] ?? {} } }),
    ],
    [
      'IfExists in an Allow',
      ask({ requireMfa: true }),
      (one) => ({ ...one, Condition: { BoolIfExists: one.Condition?.['Bool'] ?? {} } }),
    ],
    ['a wildcard action', ask(), (one, at) => (at === 1 ? { ...one, Action: 'ecr:*' } : one)],
    [
      'one action more',
      ask(),
      (one, at) => (at === 1 ? { ...one, Action: [...one.Action, 'ecr:PutImage'] } : one),
    ],
    ['one action less', ask(), (one, at) => (at === 1 ? { ...one, Action: 'ecr:BatchGetImage' } : one)],
    ['every repository', ask(), (one, at) => (at === 1 ? { ...one, Resource: '*' } : one)],
    [
      'a longer pattern',
      ask({ repositories: ['shop/api'] }),
      (one) => ({ ...one, Resource: `${String(one.Resource)}*` }),
    ],
    ['another account', ask(), (one) => ({ ...one, Resource: String(one.Resource).replace(account, '*') })],
    [
      'another Region',
      ask(),
      (one) => ({ ...one, Resource: String(one.Resource).replace('eu-west-1', '*') }),
    ],
    ['no token', ask(), (one, at) => (at === 0 ? undefined : one)],
    ['a Deny is lost', toOthers, (one, at) => (at === 1 ? undefined : one)],
    [
      'a Deny that an absent key escapes',
      toOthers,
      (one) => ({ ...one, Condition: { IpAddress: one.Condition?.['IpAddress'] ?? {} } }),
    ],
    ['somebody else is let in', toOthers, (one) => ({ ...one, Principal: { AWS: '*' } })],
    ['without the organization', toOrg, (one, at) => (at === 0 ? { ...one, Condition: {} } : one)],
  ]
  test.each(wrong)('%s', (_, wanted, change) => {
    const { policy } = writePolicy(wanted)
    expect(provePolicy(wanted, policy).failures).toEqual([])
    const Statement = policy.Statement.flatMap(
      (one, at) => change(one, at) ?? [],
    ) as PolicyDocument['Statement']
    expect(provePolicy(wanted, { ...policy, Statement }).failures).not.toEqual([])
  })
})

describe('what cannot be written, or would restrict nothing, is refused with the reason', () => {
  const toRepository = { attachTo: 'repository' } as const
  test.each<[Partial<PolicyAsk>, RegExp]>([
    [{ repositories: [] }, /for which repositories/],
    [{ repositories: ['Shop/*'] }, /No repository can match "Shop/],
    [{ repositories: ['shop/?'] }, /No repository can match/],
    [{ repositories: [`shop/\${aws:username}`] }, /No repository can match/],
    [{ vpc: ['subnet-1'] }, /no id of a VPC/],
    [{ vpce: ['vpc-1'] }, /no id of a VPC endpoint/],
    [{ sourceIp: ['localhost'] }, /no address range/],
    [{ sourceIp: ['203.0.113.0/33'] }, /no address range/],
    [{ sourceIp: ['0.0.0.0/0'] }, /restricts nothing/],
    [{ sourceIp: ['::/0'] }, /restricts nothing/],
    [{ sourceIp: ['10.0.0.0/8'] }, /private range/],
    [{ sourceIp: ['10.0.0.0/8', '203.0.113.0/24'], vpc: ['vpc-1'] }, /cannot be one condition/],
    [{ sourceIp: ['203.0.113.0/24'], vpce: ['vpce-1'] }, /never hold together/],
    [{ org }, /--org is for repository policies/],
    [{ principals: [partner] }, /--principal is for repository policies/],
    [toRepository, /whom the repository lets in/],
    [{ ...toRepository, org: 'o-1' }, /no organization/],
    [{ ...toRepository, principals: ['*'] }, /every AWS account there is/],
    [{ ...toRepository, principals: ['lambda.amazonaws.com'] }, /it is a service/],
    [{ ...toRepository, principals: [`arn:aws:iam::${partner}:group/x`] }, /groups are none/],
    [{ ...toRepository, principals: [`arn:aws:iam::${partner}:role/*`] }, /no wildcard here/],
    [{ ...toRepository, principals: ['ann'] }, /no account id, and no ARN/],
    [{ ...toRepository, principals: [account] }, /gives it nothing/],
    [{ place: { partition: 'aws', account: '1', region: '*' } }, /no account id/],
    [
      { repositories: Array.from({ length: 200 }, (_, at) => `shop/repository-${at}`) },
      /takes 10240 at most/,
    ],
  ])('%j', (changes, what) => {
    const refusal = expect.objectContaining({ code: 'usage', message: expect.stringMatching(what) })
    expect(() => writePolicy(ask(changes))).toThrow(refusal)
  })
})

describe('warnings say what a condition cannot do', () => {
  test.each<[Partial<PolicyAsk>, RegExp]>([
    [{ sourceIp: ['203.0.113.0/24'] }, /does not work through VPC endpoints/],
    [{ vpc: ['vpc-1'] }, /with NAT is not enough.*ecr.api and ecr.dkr/],
    [{ vpce: ['vpce-1'] }, /Only one endpoint is named/],
    [{ vpc: ['vpc-1'] }, /presigned URL/],
    [{ requireMfa: true }, /Automation breaks/],
    [{ place: { partition: 'aws', account: '*', region: '*' } }, /No account is named/],
    [{ repositories: ['*'] }, /every repository/],
    [{ kind: 'admin' }, /may let anybody in, themselves too/],
    [{ attachTo: 'repository', org }, /cannot give ecr:GetAuthorizationToken/],
    [{ attachTo: 'repository', org }, /both have to allow it/],
    [{ attachTo: 'repository', org, vpc: ['vpc-1'] }, /binds everybody of the organization/],
    [{ attachTo: 'repository', kind: 'admin', principals: [partner] }, /replace this very policy/],
    [
      { kind: 'audit', repositories: Array.from({ length: 110 }, (_, at) => `shop/part-${at}`) },
      /too many for a managed policy/,
    ],
  ])('%j', (changes, words) => {
    expect(writePolicy(ask(changes)).warnings.join('\n')).toMatch(words)
  })

  test('a plain pull has none', () => {
    expect(writePolicy(ask()).warnings).toEqual([])
  })
})

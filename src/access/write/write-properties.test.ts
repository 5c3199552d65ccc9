import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { permissions } from '../../aws/permissions.ts'
import { isRegistryWide } from '../action-scope.ts'
import { actionNames } from '../actions.ts'
import { type AccessPolicies, type AccessRequest, compilePolicies, decisionOf, prepare } from '../evaluate.ts'
import type { Caller } from '../request.ts'
import { account, ask, org, partner } from './ask.fixture.ts'
import type { PolicyAsk } from './ask.ts'
import { policyKinds, type WrittenFor } from './kinds.ts'
import { writePolicy } from './write-policy.ts'

/** Said here once more, by hand: the tables of the writer are what is tested. */
const byHand: Partial<Record<WrittenFor, string>> = {
  pull: 'GetAuthorizationToken BatchGetImage GetDownloadUrlForLayer',
  push: `GetAuthorizationToken BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload
    PutImage BatchGetImage`,
  release: `GetAuthorizationToken BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart
    CompleteLayerUpload PutImage BatchGetImage GetDownloadUrlForLayer DescribeImages ListImages
    DescribeImageScanFindings`,
  admin: `CreateRepository DeleteRepository DescribeRepositories DescribeImages ListImages GetRepositoryPolicy
    SetRepositoryPolicy DeleteRepositoryPolicy GetLifecyclePolicy PutLifecyclePolicy DeleteLifecyclePolicy
    StartLifecyclePolicyPreview GetLifecyclePolicyPreview PutImageTagMutability PutImageScanningConfiguration
    BatchGetRepositoryScanningConfiguration ListTagsForResource TagResource UntagResource`,
}
const given = (kind: WrittenFor): string[] =>
  byHand[kind]?.split(/\s+/).map((name) => `ecr:${name}`) ??
  permissions[kind as 'audit' | 'backup' | 'restore'].map(({ action }) => action)
/** Of the commands that the writer writes for: others may be about all repositories. */
const aboutRegistry = new Set([
  'ecr:GetAuthorizationToken',
  ...(['audit', 'backup', 'restore'] as const)
    .flatMap((job) => permissions[job].filter(({ scope }) => scope === 'registry'))
    .map((p) => p.action),
])

const names = fc.constantFrom(
  'shop/api',
  'shop/web',
  'shop',
  'platform/base',
  'tools',
  'shop/api2',
  'a/shop/api',
  'x',
)
const globs = fc.uniqueArray(
  fc.oneof(names, fc.constantFrom('shop/*', '*/api', '*', 'sh*p/a*', '*o*', 'platform/*')),
  { minLength: 1, maxLength: 3 },
)
const conditions = fc.record({
  network: fc.constantFrom('none', 'vpc', 'vpcs', 'vpce', 'both', 'public', 'private', 'ipv6'),
  requireMfa: fc.boolean(),
})
const networks: Record<string, Partial<PolicyAsk>> = {
  none: {},
  vpc: { vpc: ['vpc-1'] },
  vpcs: { vpc: ['vpc-1', 'vpc-2'] },
  vpce: { vpce: ['vpce-1', 'vpce-2'] },
  both: { vpc: ['vpc-1'], vpce: ['vpce-1'] },
  public: { sourceIp: ['203.0.113.0/24', '198.51.100.7'] },
  private: { sourceIp: ['10.1.0.0/16'], vpc: ['vpc-1'] },
  ipv6: { sourceIp: ['2001:db8:1::/48'] },
}

/** A call: each key is there as wanted, wrong, or not at all. */
const call = fc.record({
  vpc: fc.constantFrom('vpc-1', 'vpc-2', 'vpc-9', null),
  vpce: fc.constantFrom('vpce-1', 'vpce-2', 'vpce-9', null),
  ip: fc.constantFrom(
    '203.0.113.200',
    '198.51.100.7',
    '198.51.100.8',
    '2001:db8:1::5',
    '2001:db8:2::5',
    null,
  ),
  inner: fc.constantFrom('10.1.2.3', '10.2.0.1', null),
  mfa: fc.constantFrom('true', 'false', null),
})
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never

const keysOf = ({ vpc, vpce, ip, inner, mfa }: Call) => ({
  ...{ 'aws:SourceVpc': vpc, 'aws:SourceVpce': vpce, 'aws:SourceIp': ip, 'aws:VpcSourceIp': inner },
  'aws:MultiFactorAuthPresent': mfa,
})

function meets(wanted: PolicyAsk, { vpc, vpce, ip, inner, mfa }: Call): boolean {
  if (wanted.vpc.length > 0 && !wanted.vpc.includes(vpc ?? '')) return false
  if (wanted.vpce.length > 0 && !wanted.vpce.includes(vpce ?? '')) return false
  if (wanted.requireMfa && mfa !== 'true') return false
  if (wanted.sourceIp[0] === '203.0.113.0/24') return ['203.0.113.200', '198.51.100.7'].includes(ip ?? '')
  if (wanted.sourceIp[0] === '10.1.0.0/16') return inner === '10.1.2.3'
  return wanted.sourceIp.length === 0 || ip === '2001:db8:1::5'
}

const fits = (glob: string, name: string): boolean =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[.]/g, '\\.'))
      .join('.*')}$`,
  ).test(name)
function expectDecision(policies: AccessPolicies, request: AccessRequest, allowed: boolean): void {
  const found = decisionOf(policies, prepare(policies, request))
  const wanted = allowed ? 'allowed' : 'denied'
  if (found !== wanted) expect({ ...request, decision: found }).toEqual({ ...request, decision: wanted })
}
const user = (of: string): Caller => ({
  ...{ kind: 'user', arn: `arn:aws:iam::${of}:user/ann`, id: 'AIDAANNANNANNANN1', tags: {} },
})

describe('what is written allows exactly what it says', () => {
  test('identity policies: any purpose, conditions and patterns; any action, repository and call', () => {
    const place = fc.record({
      partition: fc.constant('aws'),
      account: fc.constantFrom(account, '*'),
      region: fc.constantFrom('eu-west-1', '*'),
    })
    const one = fc.record({ kind: fc.constantFrom(...policyKinds), repositories: globs, place, conditions })
    const where = fc.record({ name: names, region: fc.constantFrom('eu-west-1', 'us-east-1'), call })
    fc.assert(
      fc.property(
        one,
        fc.array(where, { minLength: 5, maxLength: 5 }),
        ({ conditions: on, ...rest }, asked) => {
          const wanted = ask({ ...rest, ...networks[on.network], requireMfa: on.requireMfa })
          const policies = compilePolicies({
            identity: [{ name: 'p', document: JSON.stringify(writePolicy(wanted).policy) }],
          })
          const actions = given(wanted.kind)
          for (const { name, region, call: keys } of asked)
            for (const action of new Set([...actionNames, ...actions.filter((a) => a.startsWith('ecr:'))])) {
              const resource = `arn:aws:ecr:${region}:${account}:repository/${name}`
              const request = {
                caller: user(account),
                action,
                resource,
                context: keysOf(keys),
                others: 'absent',
              } as const
              const isThere = wanted.place.region === '*' || wanted.place.region === region
              const isListing =
                action === 'ecr:DescribeRepositories' && ['audit', 'backup'].includes(wanted.kind)
              const isMeant =
                aboutRegistry.has(action) ||
                (isThere && (isListing || wanted.repositories.some((glob) => fits(glob, name))))
              const allowed = actions.includes(action) && isMeant && meets(wanted, keys)
              expectDecision(policies, request, allowed)
            }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('repository policies: named principals and organizations, whatever their own policies say', () => {
    const whom = fc.constantFrom<Partial<PolicyAsk>>(
      { principals: [`arn:aws:iam::${account}:user/ann`] },
      { principals: [partner, `arn:aws:iam::${account}:user/ann`] },
      { org },
      { org, principals: [partner] },
    )
    const one = fc.record({ kind: fc.constantFrom(...policyKinds), whom, conditions })
    const who = fc.record({
      account: fc.constantFrom(account, partner, '777788889999'),
      organization: fc.constantFrom(org, 'o-zzzzzzzzzz', null),
      own: fc.constantFrom<'granted' | []>('granted', []),
      call,
    })
    fc.assert(
      fc.property(
        one,
        fc.array(who, { minLength: 6, maxLength: 6 }),
        ({ kind, whom: to, conditions: on }, asked) => {
          const wanted = ask({
            ...{ kind, attachTo: 'repository', repositories: ['*'], requireMfa: on.requireMfa },
            ...to,
            ...networks[on.network],
          })
          const { policy, leftOut } = writePolicy(wanted)
          const repository = { name: 'p', document: JSON.stringify(policy) }
          expect(repository.document).not.toContain('"Resource"')
          const actions = given(kind).filter((action) => !leftOut.includes(action))
          for (const { account: of, organization, own, call: keys } of asked) {
            const caller = { ...user(of), organization }
            const policies = compilePolicies({ identity: own, repository })
            const isNamed =
              wanted.principals.length === 0 || wanted.principals.some((text) => text.includes(of))
            const isMember = wanted.org === undefined || organization === org
            for (const action of actionNames.filter((each) => !isRegistryWide(each.toLowerCase()))) {
              const resource = `arn:aws:ecr:eu-west-1:${account}:repository/shop/api`
              const request = { caller, action, resource, context: keysOf(keys), others: 'absent' } as const
              const isGiven = actions.includes(action)
              const opens = isGiven && isNamed && isMember && meets(wanted, keys)
              // The conditions bind whoever is named, by a Deny; the organization is the Allow's alone when others are named.
              const isBound = isGiven && isNamed && (isMember || wanted.principals.length > 0)
              const closes = isBound && !meets(wanted, keys)
              const allowed =
                of === account ? (opens || own === 'granted') && !closes : opens && own === 'granted'
              expectDecision(policies, request, allowed)
            }
          }
        },
      ),
      { numRuns: 80 },
    )
  })
})

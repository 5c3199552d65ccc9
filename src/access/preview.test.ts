import { describe, expect, test } from 'vitest'
import { account, denied, inventory, policyText, repository } from '../controls/inventory.fixture.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { IamRole, IamUser, Identities } from '../inventory/neighbours.ts'
import { allow, deny, give, iam, other, policy, pull, refuse } from './cases/case.fixture.ts'
import { type ProposedChange, previewChange, type Shift } from './preview.ts'

const born = '2026-01-01T00:00:00Z'
const user = (name: string, changes: Partial<IamUser> = {}): IamUser => ({
  ...{ name, arn: iam(`user/${name}`), id: `AIDA${name.toUpperCase()}USERUSER`, createdAt: born },
  ...{ inline: [], attached: [], groups: [], tags: {} },
  ...changes,
})
const role = (name: string, changes: Partial<IamRole> = {}): IamRole => ({
  ...{ name, arn: iam(`role/${name}`), id: `AROA${name.toUpperCase()}ROLEROLE`, createdAt: born },
  ...{ inline: [], attached: [], trust: '{}', tags: {} },
  ...changes,
})
const admin = iam('policy/admin', 'aws')
const pullOnly = policy(allow({ Action: [...pull, 'ecr:GetAuthorizationToken'] }))

const identities: Identities = {
  users: [
    user('ann', { groups: ['makers'] }),
    user('bob', { attached: [iam('policy/pullers')] }),
    user('cid'),
  ],
  roles: [role('deploy', { inline: [{ name: 'pull', document: pullOnly }] }), role('twin')],
  groups: [{ name: 'makers', arn: iam('group/makers'), inline: [], attached: [admin] }],
  policies: [
    { arn: admin, name: 'admin', document: policy(allow({ Action: '*' })) },
    { arn: iam('policy/pullers'), name: 'pullers', document: pullOnly },
  ],
}

const shop = (changes: Partial<Inventory> = {}, before: string | null = null) =>
  inventory({
    repositories: { ok: [repository({ policy: { ok: before } }), repository({ name: 'shop/web' })] },
    identities: { ok: identities },
    ...changes,
  })
const onApi = (document: string | null): ProposedChange => ({
  repositoryPolicy: { repository: 'shop/api', document },
})
const told = (shifts: readonly Shift[]) =>
  shifts.map(({ need, names, repositories, before, after }) =>
    [need, names.join('+'), repositories.join('+'), `${before} -> ${after}`].join(' | '),
  )

describe('a repository policy', () => {
  test('the same policy, written otherwise, changes nothing', () => {
    const text = policyText(give({ AWS: other }, { Action: pull }))
    const again = JSON.stringify(JSON.parse(text), null, 4)
    const { loses, gains, changes, lockOut, warnings } = previewChange(shop({}, text), onApi(again))
    expect([loses, gains, changes, lockOut, warnings]).toEqual([[], [], [], null, []])
  })

  test('who gains: an account outside, and a user whom the policy names', () => {
    const text = policyText(give({ AWS: [other, iam('user/cid')] }, { Action: pull, Sid: 'New' }))
    const { loses, gains } = previewChange(shop(), onApi(text))
    expect(loses).toEqual([])
    expect(told(gains)).toEqual([
      `pull | account ${other} | shop/api | denied -> allowed`,
      `pull | ${iam('user/cid')} | shop/api | denied -> allowed`,
    ])
    expect(gains[0]?.reason).toBe('repository policy shop/api, New, allows it')
  })

  test('from any AWS account to one: that one loses nothing, all others do', () => {
    const before = policyText(give('*', { Action: pull }))
    const after = policyText(give({ AWS: other }, { Action: pull }))
    const { loses, gains } = previewChange(shop({}, before), onApi(after))
    expect(gains).toEqual([])
    // Everybody is also every user of the account, who need no policy of their own then.
    expect(told(loses)).toEqual([
      'pull | any AWS account | shop/api | allowed -> denied',
      `pull | ${iam('user/cid')} | shop/api | allowed -> denied`,
      `pull | ${iam('role/twin')} | shop/api | allowed -> denied`,
    ])
  })

  test('a condition turns allowed into only if, in words; another condition is a change', () => {
    const within = (vpc: string) =>
      policyText(refuse('*', { Condition: { StringNotEquals: { 'aws:SourceVpc': vpc } }, Action: pull }))
    const { loses } = previewChange(shop(), onApi(within('vpc-1')))
    const bob = loses.find(({ names }) => names.includes(iam('user/bob')))
    expect(bob).toMatchObject({ need: 'pull', before: 'allowed', after: 'conditional', actions: pull })
    expect(bob?.onlyIf.join()).toContain('aws:SourceVpc is vpc-1')
    const moved = previewChange(shop({}, within('vpc-1')), onApi(within('vpc-2')))
    expect([moved.loses, moved.gains]).toEqual([[], []])
    expect(moved.changes[0]?.onlyIfBefore.join()).toContain('vpc-1')
    expect(moved.changes[0]?.onlyIf.join()).toContain('vpc-2')
  })

  test('a part of a need is told by its actions', () => {
    const before = policyText(
      give({ AWS: other }, { Action: ['ecr:SetRepositoryPolicy', 'ecr:TagResource'] }),
    )
    const after = policyText(give({ AWS: other }, { Action: ['ecr:TagResource'] }))
    const [loss, ...more] = previewChange(shop({}, before), onApi(after)).loses
    expect(more).toEqual([])
    expect(loss).toMatchObject({
      actions: ['ecr:SetRepositoryPolicy'],
      whole: { before: 'allowed', after: 'allowed' },
    })
  })

  test('every action of ECR counts, also those that no need is about', () => {
    const text = policyText(give({ AWS: other }, { Action: 'ecr:DescribeImages' }))
    expect(told(previewChange(shop(), onApi(text)).gains)).toEqual([
      `read | account ${other} | shop/api | denied -> allowed`,
    ])
  })

  test('whoever sets it and could not set it again is told; so is that nobody could', () => {
    const registry = { ...inventory().registry, identity: `arn:aws:sts::${account}:assumed-role/deploy/me` }
    const roles = [role('deploy', { attached: [admin] })]
    const mine = shop({ registry, identities: { ok: { ...identities, roles } } })
    const only = (arn: string) =>
      policyText(refuse('*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': arn } } }))
    const locked = previewChange(mine, onApi(only(iam('user/ann'))))
    expect(locked.lockOut).toMatchObject({ caller: iam('role/deploy'), decision: 'denied' })
    expect(locked.warnings).toEqual([])
    expect(previewChange(mine, onApi(only(iam('role/deploy')))).lockOut).toBeNull()
    expect(previewChange(mine, onApi(policyText(refuse('*')))).warnings[0]).toContain('nobody of the account')
  })

  test('a policy that nobody could read before is missing, not empty', () => {
    const unread = shop({ repositories: { ok: [repository({ policy: denied })] } })
    const found = previewChange(unread, onApi(policyText(give({ AWS: other }, { Action: pull }))))
    expect(found.missing).toEqual(['policy of shop/api (AccessDeniedException)'])
    expect(found.gains.find(({ names }) => names.includes(`account ${other}`))).toMatchObject({
      before: 'conditional',
      after: 'allowed',
    })
  })
})

describe('an identity policy', () => {
  test('one that goes: pull on every repository, and the token', () => {
    const change = { identityPolicy: { principal: 'deploy', name: 'pull', document: null } }
    const { loses, gains, change: what } = previewChange(shop(), change)
    expect(gains).toEqual([])
    expect(told(loses)).toEqual([
      `pull | ${iam('role/deploy')} | shop/api+shop/web | allowed -> denied`,
      `token | ${iam('role/deploy')} |  | allowed -> denied`,
    ])
    expect(what).toEqual({
      ...{ kind: 'identity-policy', removes: true, subject: `pull of ${iam('role/deploy')}` },
    })
  })

  test('of a group: its members; of a managed policy: whoever has it', () => {
    const document = policy(deny({ Action: 'ecr:DeleteRepository' }))
    const group = previewChange(shop(), {
      identityPolicy: { principal: 'group/makers', name: 'no', document },
    })
    expect(told(group.loses)).toEqual([`delete | ${iam('user/ann')} | shop/api+shop/web | allowed -> denied`])
    const managed = previewChange(shop(), { managedPolicy: { arn: iam('policy/pullers'), document } })
    expect(new Set(managed.loses.flatMap(({ names }) => names))).toEqual(new Set([iam('user/bob')]))
    const off = { identityPolicy: { principal: 'user/bob', name: 'pullers', document: null } }
    expect(previewChange(shop(), off).loses).toHaveLength(2)
  })

  test('registry-wide actions are about the registry', () => {
    const document = policy(allow({ Action: 'ecr:PutRegistryPolicy' }))
    const change = { identityPolicy: { principal: 'twin', name: 'new', document } }
    expect(told(previewChange(shop(), change).gains)).toEqual([
      `registry | ${iam('role/twin')} |  | denied -> allowed`,
    ])
  })
})

test('a registry policy: replication from another account', () => {
  const source = iam('root', other)
  const text = policyText({
    ...give({ AWS: source }, { Action: ['ecr:ReplicateImage', 'ecr:CreateRepository'] }),
    Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*`,
  })
  const both = ['shop/api', 'shop/web']
  const { gains, loses } = previewChange(shop(), { registryPolicy: text })
  expect(loses).toEqual([])
  expect(gains.map(({ need, names, repositories }) => [need, ...names, ...repositories])).toEqual([
    ['create', `account ${other}`, ...both],
    ['replicate', `account ${other}`, ...both],
  ])
})

test('a registry policy in scope V2 is about the registry, too, and may deny the token', () => {
  const fleet = { ...shop(), registryPolicyScope: { ok: 'V2' as const } }
  const text = policyText({ ...refuse('*', { Action: 'ecr:Get*' }), Resource: '*' })
  const { loses, gains } = previewChange(fleet, { registryPolicy: text })
  expect(gains).toEqual([])
  expect(loses.find(({ need }) => need === 'token')).toMatchObject({ repositories: [], after: 'denied' })
  const ofRegistry = loses.filter(({ need }) => need === 'registry').flatMap(({ actions }) => actions)
  expect(ofRegistry).toContain('ecr:GetRegistryPolicy')
})

describe('what cannot be answered is refused', () => {
  test.each([
    ['no JSON', '{\n"Version": "2012-10-17",\n"Statement": [}', /not JSON \(line 3\)/],
    ['an empty policy', '{"Version": "2012-10-17"}', /no statement/],
    ['no principal', policy(allow()), /Statement 1 has no principal/],
    ['text of another encoding', '\uFEFF{"Statement": []}', /not JSON: it begins with a byte order mark/],
    ['UTF-16', '\uFFFD\uFFFD{\0"\0', /not JSON: it is not saved as UTF-8/],
    ['brackets without end', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, /not JSON|no.* object/],
    ['ten million characters', policy(allow({ Action: `ecr:${'*a'.repeat(5_000_000)}` })), /longer than/],
    ['a name twice', '{"Statement": [],\n"Statement": []}', /"Statement" twice in one place \(line 2\)/],
  ])('%s', (_, text, why) => {
    const run = () => previewChange(shop(), onApi(text))
    expect(run).toThrow(expect.objectContaining({ code: 'policy-invalid', why: expect.stringMatching(why) }))
  })

  test.each<[string, ProposedChange]>([
    ['repository', { repositoryPolicy: { repository: 'shop/none', document: null } }],
    ['principal', { identityPolicy: { principal: 'zoe', name: 'x', document: null } }],
    ['policy', { identityPolicy: { principal: 'ann', name: 'x', document: null } }],
    ['managed policy', { managedPolicy: { arn: iam('policy/none'), document: pullOnly } }],
  ])('an unknown %s', (_, change) => {
    const run = () => previewChange(shop(), change)
    expect(run).toThrow(expect.objectContaining({ code: 'nothing-matches' }))
  })

  test('an action that nobody knows is a warning', () => {
    const { warnings } = previewChange(
      shop(),
      onApi(policyText(give({ AWS: other }, { Action: 'ecr:Pull' }))),
    )
    expect(warnings).toEqual(['statement 1: "ecr:Pull" is no ECR action that is known here.'])
  })
})

test('a read that a push takes as well is no part of a push for whoever has nothing else of it', () => {
  const text = policyText(give({ AWS: other }, { Action: [...pull, 'ecr:BatchCheckLayerAvailability'] }))
  expect(previewChange(shop(), onApi(text)).gains.map(({ need }) => need)).toEqual(['pull', 'read'])
})

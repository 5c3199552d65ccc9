import { describe, expect, test } from 'vitest'
import { judge } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { controls } from '../../controls/index.ts'
import {
  account,
  customerKey,
  daysAgo,
  identities,
  inventory,
  kmsKey,
  policyText,
  settings,
} from '../../controls/inventory.fixture.ts'
import type { Inventory, KmsKey } from '../../inventory/inventory.ts'
import type { IamRole, UserCredentials, VpcEndpoint } from '../../inventory/neighbours.ts'
import { type Baseline, defaultBaseline } from '../baseline.ts'
import { Draft } from '../draft.ts'
import { fixes } from './index.ts'

const baseline = (changes: Partial<Baseline> = {}): Baseline => ({
  ...{ ...defaultBaseline, audit: settings(), ...changes },
})

/** What the fix of one control makes of an inventory: its steps as they would be, and what is for people. */
function propose(control: string, changes: Partial<Inventory>, wishes = baseline()) {
  const found = inventory(changes)
  const { findings } = judge(found, { settings: wishes.audit, controls: [control] })
  const failed: Finding[] = findings.filter(({ status }) => status === 'fail')
  const draft = Draft.empty()
  const fix = fixes.find((one) => one.control === control) ?? expect.fail('no such fix')
  fix.propose({ inventory: found, findings: failed, baseline: wishes, draft: draft.of(control) })
  const steps = (state: string | null = null) =>
    [...draft.drafted].map(([id, { edits }]) => ({
      ...{ id, warnings: edits.flatMap(({ wish }) => wish.warnings ?? []) },
      after: edits.reduce((now, { edit }) => edit(now) as string | null, state),
    }))
  return { failed, steps, manual: draft.manual, unfixed: draft.unfixed }
}

test('every fix is for a control that there is', () => {
  const known = controls.map(({ id }) => id)
  for (const { control } of fixes) expect(known).toContain(control)
  expect(new Set(fixes.map(({ control }) => control)).size).toBe(fixes.length)
})

describe('second factors', () => {
  const arn = `arn:aws:iam::${account}:user/people/ann`
  const push = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }
  const ann = {
    ...{ name: 'ann', arn, id: 'AIDA', createdAt: daysAgo(100), groups: [], attached: [], tags: {} },
    inline: [{ name: 'p', document: policyText(push) }],
  }
  const of = (row: Partial<UserCredentials>, identity?: string) => {
    const registry = { ...inventory().registry, ...(identity && { identity }) }
    const credentials = { ok: [{ user: 'ann', arn, password: true, mfa: false, keys: [], ...row }] }
    return propose('mfa-for-writers', {
      ...{ registry, credentials, identities: { ok: identities({ users: [ann] }) } },
    })
  }
  const late = [{ active: true, lastUsed: daysAgo(3), lastUsedService: 'ecr' }]
  const idle = [{ active: true, lastUsed: daysAgo(200) }]

  test('people get the policy, by the path that they have; what breaks is told first', () => {
    const [step] = of({ keys: idle }).steps()
    expect(step?.id).toBe('inline-policy:user/people/ann/holdfast-ecr-mfa')
    expect(step?.after).toContain('BoolIfExists')
    expect(step?.warnings[0]).toMatch(/^The key of ann \(last used .*\) changes nothing/)
    expect(step?.warnings[1]).toMatch(/no device/)
    expect(of({ mfa: true, keys: late }).steps()[0]?.warnings).toHaveLength(1)
    expect(of({}).steps()[0]?.warnings).toHaveLength(1)
  })

  test.each<[string, Partial<UserCredentials>, string | undefined, RegExp]>([
    ['a program', { password: false, keys: late }, undefined, /^holdfast access minimize user\/ann/],
    ['a program whose key sleeps', { password: false, keys: idle }, undefined, /access minimize/],
    ['a key in use and no device', { keys: late }, undefined, /create-virtual-mfa-device/],
    ['whoever makes the plan', { mfa: true, keys: late }, arn, /list-mfa-devices/],
  ])('%s gets none: commands are told', (_, row, identity, first) => {
    const { steps, manual, failed } = of(row, identity)
    expect([failed.length, steps()]).toEqual([1, []])
    expect(manual[0]?.instructions[0]).toMatch(first)
  })
})

test('a user whose inline policies are full gets a managed one by hand', () => {
  const arn = `arn:aws:iam::${account}:user/ann`
  const Resource = Array.from(
    { length: 30 },
    (_, at) => `arn:aws:ecr:eu-west-1:${account}:repository/shop/${at}`,
  )
  const document = policyText({ Effect: 'Allow', Action: 'ecr:PutImage', Resource })
  const ann = {
    ...{ name: 'ann', arn, id: 'AIDA', createdAt: daysAgo(100), groups: [], attached: [], tags: {} },
    inline: [{ name: 'p', document }],
  }
  const { steps, manual } = propose('mfa-for-writers', {
    credentials: { ok: [{ user: 'ann', arn, password: true, mfa: true, keys: [{ active: true }] }] },
    identities: { ok: identities({ users: [ann] }) },
  })
  expect(steps()).toEqual([])
  expect(manual[0]?.instructions.at(-1)).toContain(`:policy/holdfast-ecr-mfa`)
})

describe('smaller policies', () => {
  const arn = `arn:aws:iam::${account}:role/deploy`
  const wide = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }
  const narrow = { ...wide, Resource: `arn:aws:ecr:eu-west-1:${account}:repository/shop/*` }
  const managed = `arn:aws:iam::${account}:policy/push`
  const role: IamRole = {
    ...{ name: 'deploy', arn, id: 'AROA', createdAt: daysAgo(100), trust: '{"Statement":[]}', tags: {} },
    ...{ inline: [{ name: 'own', document: policyText(wide) }], attached: [managed] },
  }
  const policies = [{ arn: managed, name: 'push', document: policyText(wide) }]
  const found = { identities: { ok: identities({ roles: [role], policies }) } }
  const smaller = { Version: '2012-10-17', Statement: [narrow] }
  const wishing = (policies: Record<string, object>, detach: string[] = []) =>
    propose('iam-least-privilege', found, baseline({ identities: { policies, detach } }))

  test('without a wish nothing is changed, and every policy that gives it has its command', () => {
    const { steps, manual } = wishing({})
    expect(steps()).toEqual([])
    const { instructions = [] } = manual[0] ?? {}
    expect(instructions[0]).toBe('holdfast access minimize role/deploy')
    expect(instructions.join('\n')).toContain('put-role-policy --role-name deploy --policy-name own')
  })

  test('a wish for all of it leaves nothing to do', () => {
    const both = wishing({ 'role/deploy/own': smaller, [managed]: smaller })
    expect(both.manual).toEqual([])
    const ids = both.steps().map(({ id }) => id)
    expect(ids.sort()).toEqual(['inline-policy:role/deploy/own', `managed-policy:${managed}`])
    const off = wishing({ 'role/deploy/own': smaller }, [`role/deploy:${managed}`])
    expect(off.manual).toEqual([])
    expect(off.steps().at(-1)?.id).toBe(`policy-attachment:role/deploy:${managed}`)
  })

  test('a wish for half of it is taken, and the rest is told', () => {
    const { steps, manual } = wishing({ 'role/deploy/own': smaller, 'role/other/own': smaller })
    expect(steps().map(({ id }) => id)).toEqual(['inline-policy:role/deploy/own'])
    expect(manual[0]?.instructions.join('\n')).toContain(
      `detach-role-policy --role-name deploy --policy-arn ${managed}`,
    )
  })
})

describe('access keys', () => {
  const arn = `arn:aws:iam::${account}:user/ann`
  const of = (row: Partial<UserCredentials>, changes: { writers?: string[]; Resource?: string } = {}) => {
    const { writers = [], Resource = `arn:aws:ecr:eu-west-1:${account}:repository/shop/*` } = changes
    const document = policyText({ Effect: 'Allow', Action: 'ecr:PutImage', Resource })
    const ann = {
      ...{ name: 'ann', arn, id: 'AIDA', createdAt: daysAgo(100), groups: [], attached: [], tags: {} },
      inline: [{ name: 'p', document }],
    }
    const keys = [{ active: true, rotatedAt: daysAgo(400) }]
    const { manual, steps } = propose(
      'iam-least-privilege',
      {
        credentials: { ok: [{ user: 'ann', arn, password: true, mfa: true, keys, ...row }] },
        identities: { ok: identities({ users: [ann] }) },
      },
      baseline({ audit: settings({ writers }) }),
    )
    expect(steps()).toEqual([])
    return manual[0]?.instructions.join('\n') ?? ''
  }

  test('a person needs none, a program a role, and whom the settings name a new one', () => {
    expect(of({})).toMatch(/^ann signs in/)
    expect(of({}, { Resource: '*' })).toMatch(/^holdfast access minimize user\/ann\n[\s\S]*ann signs in/)
    expect(of({ password: false, mfa: false })).toMatch(/create-role --role-name ann-role/)
    expect(of({ password: false, mfa: false }, { writers: [arn] })).toMatch(
      /create-access-key --user-name ann/,
    )
  })
})

describe('keys', () => {
  const root = (id: string) => `arn:aws:iam::${id}:root`
  const own = {
    Sid: 'Own',
    Effect: 'Allow',
    Principal: { AWS: root(account) },
    Action: 'kms:*',
    Resource: '*',
  }
  const use = { Sid: 'Use', Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }
  const of = (statement: object, changes: Partial<KmsKey> = {}, audit = settings()) => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [own, statement] })
    const found = propose(
      'kms-key-care',
      { keys: { [customerKey]: { ok: { ...kmsKey(), policy: { ok: policy }, ...changes } } } },
      baseline({ audit }),
    )
    const [step] = found.steps(policy)
    const after = JSON.parse(step?.after ?? '{"Statement":[]}') as { Statement: object[] }
    return { ...found, statements: after.Statement }
  }

  test.each<[string, object, object[]]>([
    [
      'a stranger among others is taken out',
      { ...use, Principal: { AWS: [root('444455556666'), root(account)] } },
      [own, { ...use, Principal: { AWS: root(account) } }],
    ],
    ['a stranger alone goes with his statement', { ...use, Principal: { AWS: root('444455556666') } }, [own]],
    [
      'everybody becomes the own account',
      { ...use, Principal: '*' },
      [own, { ...use, Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': account } } }],
    ],
  ])('%s, and the statement of the account stays', (_, statement, expected) => {
    expect(of(statement).statements).toEqual(expected)
  })

  test('everybody becomes those who are trusted, when somebody is', () => {
    const audit = settings({ trustedAccounts: ['777788889999'], trustedOrganizations: ['o-abcdefghij'] })
    expect(of({ ...use, Principal: '*' }, {}, audit).statements.slice(1)).toEqual([
      {
        ...{ ...use, Principal: '*' },
        Condition: { StringEquals: { 'kms:CallerAccount': [account, '777788889999'] } },
      },
      {
        ...{ ...use, Sid: 'UseOrganizations', Principal: '*' },
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
    ])
  })

  test('a key of another account is for that account to change', () => {
    const { steps, manual } = of(
      { ...use, Principal: { AWS: root(account) } },
      { account: '777788889999', rotation: { ok: false } },
    )
    expect(steps()).toEqual([])
    expect(manual[0]?.instructions).toContain(`aws kms enable-key-rotation --key-id ${customerKey}`)
  })
})

describe('endpoints', () => {
  const endpoint = (service: string, changes: Partial<VpcEndpoint> = {}): VpcEndpoint => ({
    ...{ id: `vpce-${service}`, service: `com.amazonaws.eu-west-1.${service}`, type: 'Interface' },
    ...{ state: 'available', vpc: 'vpc-1', privateDns: true, policy: everything },
    ...changes,
  })
  const everything = JSON.stringify({
    Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
  })
  const of = (...endpoints: VpcEndpoint[]) => propose('vpc-endpoints', { vpcEndpoints: { ok: endpoints } })

  test('those of ECR are limited to the own account; what goes to S3 is for people to decide', () => {
    const { steps, manual } = of(endpoint('ecr.api'), endpoint('ecr.dkr'), endpoint('s3'))
    const found = steps(everything)
    expect(found.map(({ id }) => id)).toEqual([
      ...['vpc-endpoint-policy:vpce-ecr.api', 'vpc-endpoint-policy:vpce-ecr.dkr'],
    ])
    for (const { after } of found) expect(after).toContain(`"aws:PrincipalAccount":"${account}"`)
    const text = manual[0]?.instructions.join('\n')
    expect(text).toContain('prod-eu-west-1-starport-layer-bucket/*')
    expect(text).toContain('--vpc-endpoint-id vpce-s3')
  })

  test('what is missing, or has no name, has its command', () => {
    const limited = { policy: everything.replace('"*","Effect"', '"ecr:BatchGetImage","Effect"') }
    const { steps, manual } = of(endpoint('ecr.api', { ...limited, privateDns: false }))
    expect(steps()).toEqual([])
    const text = manual[0]?.instructions.join('\n')
    expect(text).toContain('--service-name com.amazonaws.eu-west-1.ecr.dkr')
    expect(text).toContain('--service-name com.amazonaws.eu-west-1.s3 --vpc-endpoint-type Gateway')
    expect(text).toContain('modify-vpc-endpoint --vpc-endpoint-id vpce-ecr.api --private-dns-enabled')
  })
})

test('a key that is going, or switched off, is brought back before anything is copied', () => {
  const of = (changes: Partial<KmsKey>) =>
    propose('kms-customer-key', { keys: { [customerKey]: { ok: { ...kmsKey(), ...changes } } } })
  for (const state of ['PendingDeletion', 'Disabled'])
    expect(of({ state }).steps(state)).toMatchObject([
      {
        id: `kms-key-state:${customerKey}`,
        after: 'Enabled',
        warnings: [expect.stringContaining('on purpose')],
      },
    ])
  const foreign = of({ state: 'Disabled', account: '777788889999' })
  expect(foreign.steps()).toEqual([])
  expect(foreign.manual[0]?.instructions.join()).toContain('aws kms enable-key')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../audit/audit.ts'
import { fail, pass, type Verdict } from '../../controls/control.ts'
import { demoBaseline, openCycle } from '../cycle.fixture.ts'
import { repositoryPolicy } from '../kinds/repository-policy.ts'
import { makePlan } from '../plan.ts'
import { withoutDeleted } from './deleted.ts'
import type { RawStatement } from './document.ts'
import { statementsOf, withAdded, withStatements } from './document.ts'
import { guardStatement } from './guard.ts'
import { mend, namedIn } from './mend.ts'
import {
  onlyKnownAccounts,
  onlyNetworks,
  onlyOrganizations,
  onlyReading,
  othersOnlyRead,
  strictOperators,
  withoutPrincipals,
} from './ways.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const root = (account: string) => `arn:aws:iam::${account}:root`
const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const everybody: RawStatement = { Sid: 'All', Effect: 'Allow', Principal: '*', Action: pull }
const trusting = {
  ...demoBaseline,
  audit: { ...demoBaseline.audit, trustedOrganizations: ['o-abcdefghij'], trustedAccounts: ['444455556666'] },
}

test.each<[string, RawStatement['Condition'], RawStatement['Condition'] | undefined]>([
  [
    'IfExists goes',
    { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } },
    { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } },
  ],
  [
    'paths are several values',
    { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-a/*' } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a/*' } },
  ],
  ['what is strict stays', { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } }, undefined],
  [
    'two that would become one are left',
    { StringEquals: { 'aws:PrincipalOrgID': 'o-a' }, StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } },
    undefined,
  ],
])('strict operators: %s', (_, Condition, expected) => {
  const found = strictOperators({ ...everybody, ...(Condition && { Condition }) })
  expect(found).toEqual(expected && [{ ...everybody, Condition: expected }])
})

test('a Deny on MFA reaches access keys, which bring no such key', () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }
  const deny: RawStatement = { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition }
  expect(strictOperators(deny)).toEqual([
    { ...deny, Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } },
  ])
})

test('everybody becomes those who are trusted, and nothing else changes', () => {
  expect(onlyOrganizations(trusting)(everybody)).toEqual([
    { ...everybody, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } },
  ])
  const known = onlyKnownAccounts(trusting, place)
  expect(known(everybody)).toEqual([
    {
      ...everybody,
      Condition: { StringEquals: { 'aws:PrincipalAccount': ['111122223333', '444455556666'] } },
    },
  ])
  const { Principal: _, ...rest } = everybody
  expect(known({ ...rest, NotPrincipal: { AWS: root('999999999999') } })).toBeUndefined()
  expect(known({ ...everybody, Principal: { AWS: root('444455556666') } })).toBeUndefined()
  expect(
    onlyNetworks({ ...trusting, network: { vpcs: [], vpcEndpoints: [], sourceIps: [] } })(everybody),
  ).toBeUndefined()
})

test('other accounts read, and who is of this account keeps everything', () => {
  const both: RawStatement = {
    ...{ Sid: 'Both', Effect: 'Allow', Action: ['ecr:PutImage', ...pull] },
    Principal: { AWS: [root('111122223333'), root('444455556666')] },
  }
  expect(othersOnlyRead(place)(both)).toEqual([
    { ...both, Principal: { AWS: root('111122223333') } },
    { Sid: 'BothOthers', Effect: 'Allow', Action: pull, Principal: { AWS: root('444455556666') } },
  ])
  const onlyPush = { ...both, Action: 'ecr:PutImage', Principal: { AWS: root('444455556666') } }
  expect(othersOnlyRead(place)(onlyPush)).toEqual([])
})

test('wildcards become what they cover that reads', () => {
  const [left] = onlyReading({ ...everybody, Action: 'ecr:*' }) ?? []
  expect(left?.Action).toEqual(expect.arrayContaining(pull))
  for (const name of [
    'ecr:GetAuthorizationToken',
    'ecr:StartImageScan',
    'ecr:PutImage',
    'ecr:BatchDeleteImage',
    'ecr:SetRepositoryPolicy',
  ])
    expect(left?.Action).not.toContain(name)
  expect(onlyReading({ ...everybody, Action: 'ecr:Put*' })).toBeUndefined()
})

test('a statement that is for nobody goes, and a policy without statements is none', () => {
  const one = { ...everybody, Principal: { AWS: ['AIDAGONE', root('444455556666')] } }
  const way = withoutPrincipals((id) => id.startsWith('AIDA'))
  expect(way(one)).toEqual([{ ...one, Principal: { AWS: root('444455556666') } }])
  expect(way({ ...one, Principal: { AWS: 'AIDAGONE' } })).toEqual([])
  expect(way(everybody)).toBeUndefined()
  const text = JSON.stringify({ Version: '2012-10-17', Statement: everybody })
  expect(withStatements(text, () => [])).toBeNull()
  const guard = guardStatement({ vpcs: ['vpc-1'], vpcEndpoints: [], sourceIps: ['203.0.113.0/24'] })
  if (!guard) throw new Error('networks are named')
  const guarded = withAdded(text, guard)
  expect(statementsOf(guarded).map(({ name }) => name)).toEqual(['All', 'HoldfastNetworkGuard'])
  expect(withAdded(guarded, guard)).toBe(guarded)
})

test('ids of deleted users go from policies; there is no way back, as AWS takes none of them', () => {
  const document = (AWS: unknown) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...everybody, Principal: { AWS } }] })
  const named = document(['AIDACKCEVSQ6C2EXAMPLE', root('111122223333')])
  expect(withoutDeleted(named, place.account)).toBe(document(root('111122223333')))
  expect(withoutDeleted(document('AROACKCEVSQ6C2EXAMPLE'), place.account)).toBeNull()
  const clean = document(root('111122223333'))
  expect(withoutDeleted(clean, place.account)).toBe(clean)
  const change = { resource: 'shop/api', place, from: named, to: clean }
  expect(repositoryPolicy.irreversible?.(change)).toMatch(/deleted/)
  expect(repositoryPolicy.irreversible?.({ ...change, from: clean })).toBeUndefined()
})

test('the first way that helps is taken, and none that does not', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [everybody, { ...everybody, Sid: 'Other' }],
  })
  const judge = (now: string | null) => {
    const open = now === null ? [] : statementsOf(now).filter(({ statement }) => statement.Principal === '*')
    const named = open.map(({ name }) => ({ statement: name }))
    return open.length > 0 ? fail('open', { open: named }) : pass('closed')
  }
  const useless = (statement: RawStatement) => [{ ...statement, Action: 'ecr:*' }]
  const helps = (statement: RawStatement) => [{ ...statement, Principal: { AWS: root('111122223333') } }]
  const wrong = namedIn('open')
  const mended = mend(text, { judge, wrong, ways: [useless, helps, () => []] })
  expect(statementsOf(mended ?? '').map(({ statement }) => statement)).toEqual(
    ['All', 'Other'].map((Sid) => ({ ...everybody, Sid, Principal: { AWS: root('111122223333') } })),
  )
  expect(mend(text, { judge, wrong, ways: [useless] })).toBeUndefined()
  expect(mend(text, { judge, wrong, ways: [() => []] })).toBeNull()
})

test('two statements of one name are two: only the one that is wrong is touched', () => {
  const own = { Effect: 'Allow', Principal: { AWS: root('111122223333') }, Action: pull }
  const { Sid: _, ...open } = everybody
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...own, Sid: 'statement 2' }, open] })
  const isOpen = ({ statement }: { statement: RawStatement }) => statement.Principal === '*'
  const judge = (now: string | null) => {
    const named = statementsOf(now ?? text).filter(isOpen)
    return named.length > 0 ? fail('', { open: named.map(({ name }) => ({ statement: name })) }) : pass('')
  }
  const closed = { ...open, Principal: own.Principal }
  const mended = mend(text, { judge, wrong: namedIn('open'), ways: [() => [closed]] })
  expect(JSON.parse(mended ?? '').Statement).toEqual([{ ...own, Sid: 'statement 2' }, closed])
})

test('a statement that goes shifts no other into its place', () => {
  const naming = (AWS: string) => ({ Effect: 'Allow', Principal: { AWS }, Action: pull })
  const [gone, kept] = [naming('AIDACKCEVSQ6C2EXAMPLE'), naming(root('111122223333'))]
  const document = (...Statement: RawStatement[]) => JSON.stringify({ Version: '2012-10-17', Statement })
  expect(withoutDeleted(document(gone, gone, kept), place.account)).toBe(document(kept))
  const names = fc.constantFrom(undefined, 'A', 'statement 1', 'statement 2')
  const some = fc.array(fc.tuple(fc.boolean(), names), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(some, (list) => {
      const statements = list.map(([isKept, Sid]) => ({ ...(isKept ? kept : gone), ...(Sid && { Sid }) }))
      const left = statements.filter((_, at) => list[at]?.[0])
      const expected = left.length === 0 ? null : document(...left)
      expect(withoutDeleted(document(...statements), place.account)).toBe(expected)
    }),
  )
})

test('a way after which nobody can tell is only taken when no other one helps', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] })
  const judge = (now: string | null): Verdict => {
    const [only] = now === null ? [] : statementsOf(now)
    if (only?.statement.Action === 'ecr:Unclear') return { status: 'unknown', reason: 'unclear' }
    return only?.statement.Principal === '*' ? fail('open', { open: [{ statement: 'All' }] }) : pass('closed')
  }
  const unclear = (statement: RawStatement) => [{ ...statement, Action: 'ecr:Unclear' }]
  const wrong = namedIn('open')
  expect(mend(text, { judge, wrong, ways: [unclear, () => []] })).toBeNull()
  expect(mend(text, { judge, wrong, ways: [unclear] })).toContain('ecr:Unclear')
})

test('what was written since the inventory, and cannot be mended, stays', async () => {
  const cycle = await openCycle()
  try {
    const inventory = await cycle.inventory()
    const report = judge(inventory, { settings: demoBaseline.audit, controls: ['policy-wildcard-actions'] })
    const Statement = [{ ...everybody, Principal: { AWS: root('444455556666') }, Action: 'ecr:Put*' }]
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
    const input = { repositoryName: 'archive/2023', policyText }
    await cycle.door.send({ service: 'ecr', operation: 'SetRepositoryPolicy', input, needs: [] })
    const { steps } = await makePlan(cycle.door, { inventory, report, baseline: demoBaseline })
    expect(steps).toEqual([])
  } finally {
    await cycle.close()
  }
})

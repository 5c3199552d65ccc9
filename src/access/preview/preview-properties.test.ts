import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inventory, policyText, repository } from '../../controls/inventory.fixture.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { actionNames } from '../actions.ts'
import { allow, deny, give, iam, other, policy, refuse } from '../cases/case.fixture.ts'
import { previewChange, type Shift } from '../preview.ts'
import { can, openAccess } from '../who-can.ts'

const born = '2026-01-01T00:00:00Z'
const actions = fc.constantFrom('ecr:*', 'ecr:PutImage', 'ecr:Get*', 'ecr:BatchGetImage', 'ecr:*Policy', '*')
const condition = fc.constantFrom<object>(
  {},
  { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
  { Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-2' } } },
)
const principal = fc.constantFrom<unknown>(
  '*',
  { AWS: other },
  { AWS: iam('user/ann') },
  { AWS: iam('role/ci') },
)
const resourceStatement = fc
  .tuple(fc.constantFrom(give, refuse), principal, actions, condition)
  .map(([make, who, Action, when]) => make(who, { Action, ...when }))
const resourcePolicy = fc
  .array(resourceStatement, { minLength: 1, maxLength: 3 })
  .map((statements) => policyText(...statements))
const identityPolicy = fc
  .array(
    fc
      .tuple(fc.constantFrom(allow, deny), actions, condition)
      .map(([make, Action, when]) => make({ Action, ...when })),
    { minLength: 1, maxLength: 3 },
  )
  .map((statements) => policy(...statements))

function shop(ofRepository: string | null, ofAnn: string | null): Inventory {
  const person = { attached: [], tags: {}, createdAt: born }
  const inline = ofAnn === null ? [] : [{ name: 'own', document: ofAnn }]
  const ann = { ...person, name: 'ann', arn: iam('user/ann'), id: 'AIDAANNUSERUSER', inline, groups: [] }
  const ci = { ...person, name: 'ci', arn: iam('role/ci'), id: 'AROACIROLEROLE', trust: '{}' }
  const roles = [
    { ...ci, inline: [{ name: 'pull', document: policy(allow({ Action: 'ecr:BatchGetImage' })) }] },
  ]
  return inventory({
    repositories: { ok: [repository({ policy: { ok: ofRepository } })] },
    identities: { ok: { users: [ann], roles, groups: [], policies: [] } },
  })
}

const callers = [
  { kind: 'user', arn: iam('user/ann') },
  { kind: 'role', arn: iam('role/ci') },
] as const

/** Each action of each person that turns, asked one by one of `can`. */
function turnsBetween(before: Inventory, after: Inventory): string[] {
  const [was, willBe] = [openAccess(before), openAccess(after)]
  return callers
    .flatMap((caller) =>
      actionNames.flatMap((action) => {
        const asked = { caller, action, repository: 'shop/api' }
        const [one, two] = [can(was, asked)?.decision, can(willBe, asked)?.decision]
        return one === two ? [] : [`${caller.arn} ${action} ${one} -> ${two}`]
      }),
    )
    .sort()
}

const turnsIn = (shifts: readonly Shift[]): string[] =>
  shifts
    .flatMap(({ names, actions: list, before, after }) =>
      names.flatMap((name) => list.map((action) => `${name} ${action} ${before} -> ${after}`)),
    )
    .filter((text) => callers.some(({ arn }) => text.startsWith(`${arn} `)))
    .sort()

test('a repository policy: exactly what turns when each action is asked before and after', () => {
  fc.assert(
    fc.property(
      fc.option(resourcePolicy),
      fc.option(resourcePolicy),
      fc.option(identityPolicy),
      (before, after, own) => {
        const found = previewChange(shop(before, own), {
          repositoryPolicy: { repository: 'shop/api', document: after },
        })
        const wanted = turnsBetween(shop(before, own), shop(after, own))
        // A repository that has a policy is there already.
        expect(turnsIn([...found.loses, ...found.gains])).toEqual(
          wanted.filter((text) => !text.includes('CreateRepository')),
        )
      },
    ),
    { numRuns: 150 },
  )
})

test('an identity policy: the same, and back again is the other way round', () => {
  fc.assert(
    fc.property(fc.option(resourcePolicy), identityPolicy, identityPolicy, (ofRepository, before, after) => {
      const to = (document: string) => ({ identityPolicy: { principal: 'ann', name: 'own', document } })
      const there = previewChange(shop(ofRepository, before), to(after))
      expect(turnsIn([...there.loses, ...there.gains])).toEqual(
        turnsBetween(shop(ofRepository, before), shop(ofRepository, after)),
      )
      const back = previewChange(shop(ofRepository, after), to(before))
      const sizes = (shifts: readonly Shift[]) => shifts.flatMap(({ actions: list }) => list).sort()
      expect(sizes(back.loses)).toEqual(sizes(there.gains))
      expect(sizes(back.gains)).toEqual(sizes(there.loses))
    }),
    { numRuns: 150 },
  )
})

test('a text that stays as it is changes nothing', () => {
  fc.assert(
    fc.property(resourcePolicy, fc.option(identityPolicy), (text, own) => {
      const document = JSON.stringify(JSON.parse(text), null, 3)
      const { loses, gains, changes } = previewChange(shop(text, own), {
        repositoryPolicy: { repository: 'shop/api', document },
      })
      expect([loses, gains, changes]).toEqual([[], [], []])
    }),
  )
})

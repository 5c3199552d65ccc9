import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  account,
  allow,
  api,
  deny,
  foreign,
  give,
  iam,
  other,
  pull,
  refuse,
  request,
  role,
  user,
} from './cases/case.fixture.ts'
import { compilePolicies, type Decision, evaluate, type PolicyTexts } from './evaluate.ts'
import type { AccessRequest, Caller } from './request.ts'
import { type Change, type StatementJson, type Turn, turnsOf } from './turn.ts'

type Statements = Record<string, unknown>[]

/** Policies by layer and name, as lists of statements: what a change is carried out on, without the code that made it. */
interface World {
  identity: Record<string, Statements> | 'unknown'
  boundary?: Statements
  session?: Statements
  serviceControl?: Statements[]
  repository?: Statements
}

const document = (Statement: Statements) => JSON.stringify({ Version: '2012-10-17', Statement })

function textsOf({ identity, boundary, session, serviceControl, repository }: World): PolicyTexts {
  return {
    identity:
      identity === 'unknown'
        ? identity
        : Object.entries(identity).map(([name, list]) => ({ name, document: document(list) })),
    ...(boundary && { boundary: { name: 'edge', document: document(boundary) } }),
    ...(session && { session: [{ name: 'session', document: document(session) }] }),
    ...(serviceControl && {
      serviceControl: serviceControl.map((list, at) => [{ name: `level ${at}`, document: document(list) }]),
    }),
    ...(repository && { repository: { name: 'shop/api', document: document(repository) } }),
  }
}

const nameOf = (statement: Record<string, unknown>, at: number) =>
  String(statement['Sid'] ?? `statement ${at + 1}`)

/** All changes of one policy at once: their statements are named by where they stood. */
function changed(list: Statements, changes: readonly Change[]): Statements {
  const kept = list.flatMap((statement, at) => {
    const change = changes.find((one) => one.edit !== 'add' && one.statement === nameOf(statement, at))
    return change ? [...change.after] : [statement]
  })
  return [...kept, ...changes.flatMap(({ edit, after }) => (edit === 'add' ? after : []))]
}

function carriedOut(world: World, { changes }: Turn): World {
  const of = (layer: Change['layer'], fits: (change: Change) => boolean = () => true) =>
    changes.filter((change) => change.layer === layer && fits(change))
  const own = of('identity policy')
  const before = world.identity === 'unknown' ? {} : world.identity
  const names = [
    ...new Set([...Object.keys(before), ...(own.some(({ edit }) => edit === 'add') ? ['new'] : [])]),
  ]
  const next: World = {
    ...world,
    identity:
      world.identity === 'unknown' && own.length === 0
        ? 'unknown'
        : Object.fromEntries(
            names.map((name) => [
              name,
              changed(
                before[name] ?? [],
                own.filter(({ policy = 'new' }) => policy === name),
              ),
            ]),
          ),
  }
  if (world.boundary) next.boundary = changed(world.boundary, of('permissions boundary'))
  if (world.session) next.session = changed(world.session, of('session policy'))
  const toRepository = of('repository policy')
  if (world.repository || toRepository.length > 0)
    next.repository = changed(world.repository ?? [], toRepository)
  if (world.serviceControl)
    next.serviceControl = world.serviceControl.map((list, at) =>
      changed(
        list,
        of('service control policy', ({ level, policy }) =>
          level === undefined ? policy === `level ${at}` : level === at,
        ),
      ),
    )
  return next
}

const decisionIn = (world: World, ask: AccessRequest): Decision =>
  evaluate(compilePolicies(textsOf(world)), ask).decision

function turnsIn(world: World, requests: AccessRequest[], to: Turn['to']): Turn[] {
  return turnsOf(compilePolicies(textsOf(world)), { requests, to })
}

const put = request()
const pullRequests = pull.map((action) => request({ action }))

describe('turning a denial', () => {
  test('nothing allows it: an identity policy, or the repository’s, each by itself', () => {
    const [own, given, ...more] = turnsIn({ identity: {} }, [put], 'allowed')
    expect(own?.changes).toEqual([
      {
        ...{ layer: 'identity policy', edit: 'add', owner: 'account' },
        after: [{ Effect: 'Allow', Action: 'ecr:PutImage', Resource: api }],
      },
    ])
    expect(given?.changes).toEqual([
      {
        ...{ layer: 'repository policy', edit: 'add', owner: 'account' },
        after: [{ Effect: 'Allow', Principal: { AWS: user.arn }, Action: 'ecr:PutImage' }],
      },
    ])
    expect(more).toEqual([])
  })

  test('several actions are one statement', () => {
    const [own] = turnsIn({ identity: {} }, pullRequests, 'allowed')
    expect(own?.changes.map(({ after }) => after)).toEqual([
      [{ Effect: 'Allow', Action: pull, Resource: api }],
    ])
  })

  test('only what lacks is added', () => {
    const world: World = { identity: { own: [allow({ Action: pull[0] })] } }
    const [own] = turnsIn(world, pullRequests, 'allowed')
    expect(own?.changes[0]?.after).toEqual([{ Effect: 'Allow', Action: pull[1], Resource: api }])
  })

  test('from another account: both sides, and which is whose', () => {
    const turns = turnsIn({ identity: 'unknown' }, [request({ caller: foreign })], 'allowed')
    expect(turns).toHaveLength(1)
    expect(turns[0]?.changes.map(({ layer, owner }) => [layer, owner])).toEqual([
      ['repository policy', 'account'],
      ['identity policy', 'other-account'],
    ])
    expect(turns[0]?.assumes).toEqual([expect.stringContaining('nobody here has read')])
  })

  test('a boundary and a service control policy are named with whose they are', () => {
    const world: World = { identity: { own: [allow()] }, boundary: [], serviceControl: [[], [allow()]] }
    const [own] = turnsIn(world, [put], 'allowed')
    expect(own?.changes.map(({ layer, policy, owner }) => [layer, policy, owner])).toEqual([
      ['service control policy', 'level 0', 'organization'],
      ['permissions boundary', 'edge', 'account'],
    ])
    expect(own?.sideEffects).toEqual(['whoever else has the boundary edge may be given it'])
  })

  test.each([
    [
      'of the repository, for everybody: it spares the caller',
      [refuse('*', { Sid: 'No', Action: ['ecr:PutImage', 'ecr:BatchDeleteImage'] })],
      [
        { Sid: 'No', Effect: 'Deny', Principal: '*', Action: 'ecr:BatchDeleteImage' },
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' },
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': user.arn } },
        },
      ],
    ],
    [
      'of the repository, that names the caller beside others',
      [refuse({ AWS: [user.arn, iam('user/bob')] }, { Action: 'ecr:PutImage' })],
      [{ Effect: 'Deny', Principal: { AWS: iam('user/bob') }, Action: 'ecr:PutImage' }],
    ],
    [
      'that spares somebody already',
      [
        refuse('*', {
          Action: 'ecr:PutImage',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': iam('role/x') } },
        }),
      ],
      [
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 'ecr:PutImage' },
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': [iam('role/x'), user.arn] } },
        },
      ],
    ],
  ] as [string, Statements, StatementJson[]][])('a Deny %s', (_name, repository, after) => {
    const [turn] = turnsIn({ identity: { own: [allow()] }, repository }, [put], 'allowed')
    expect(turn?.changes).toMatchObject([{ layer: 'repository policy', policy: 'shop/api', after }])
  })

  test('a Deny of the caller’s own policies leaves out the repository', () => {
    const own = [allow(), deny({ Sid: 'Never', Action: 'ecr:*' })]
    const [turn] = turnsIn({ identity: { own } }, [put], 'allowed')
    expect(turn?.changes).toMatchObject([
      { edit: 'replace', statement: 'Never', after: [{ Sid: 'Never', Action: 'ecr:*', NotResource: api }] },
    ])
    expect(turn?.sideEffects.join()).toContain('every other action')
  })

  test('any AWS account is never let in, and what nobody has read is not turned', () => {
    const stranger: Caller = { kind: 'account', account: '000000000000', organization: null }
    expect(turnsIn({ identity: {} }, [request({ caller: stranger })], 'allowed')).toEqual([])
    const unread = compilePolicies({ identity: [{ name: 'own', document: 'nonsense' }] })
    expect(turnsOf(unread, { requests: [put], to: 'allowed' })).toEqual([])
  })
})

describe('turning a grant', () => {
  test('the one Allow goes where nothing else rests on it', () => {
    const repository = [give({ AWS: other }, { Sid: 'Partner', Action: 'ecr:PutImage' })]
    const caller: Caller = { kind: 'account', account: other }
    const [best, second] = turnsIn({ identity: {}, repository }, [request({ caller })], 'denied')
    expect(best).toMatchObject({ sideEffects: [], changes: [{ edit: 'remove', statement: 'Partner' }] })
    expect(second?.changes).toMatchObject([
      { edit: 'add', after: [{ Effect: 'Deny', Principal: { AWS: `arn:aws:iam::${other}:root` } }] },
    ])
  })

  test('else an explicit Deny comes first, and what would go with the Allow is said', () => {
    const [best, second] = turnsIn({ identity: { own: [allow({ Sid: 'All' })] } }, [put], 'denied')
    expect(best?.changes).toMatchObject([
      {
        layer: 'identity policy',
        edit: 'add',
        after: [{ Effect: 'Deny', Action: 'ecr:PutImage', Resource: api }],
      },
    ])
    expect(second?.changes).toMatchObject([{ edit: 'remove', statement: 'All' }])
    expect(second?.sideEffects.join()).toContain('ecr:*')
  })

  test('both sides that give it have to go', () => {
    const world: World = {
      identity: { own: [allow({ Action: ['ecr:PutImage', 'ecr:ListImages'] })] },
      repository: [give({ AWS: [user.arn, other] }, { Action: 'ecr:PutImage' })],
    }
    const removed = turnsIn(world, [put], 'denied').find(({ changes }) => changes.length === 2)
    expect(removed?.changes.map(({ layer, edit }) => [layer, edit])).toEqual([
      ['identity policy', 'replace'],
      ['repository policy', 'replace'],
    ])
  })

  test('the root user is stopped by a Deny for it alone', () => {
    const [turn] = turnsIn({ identity: {} }, [request({ caller: { kind: 'root', account } })], 'denied')
    expect(turn?.changes[0]?.after).toMatchObject([
      { Effect: 'Deny', Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': iam('root') } } },
    ])
  })

  test('a public Allow goes; nothing denies only strangers', () => {
    const stranger: Caller = { kind: 'account', account: '000000000000', organization: null }
    const turns = turnsIn(
      { identity: {}, repository: [give('*')] },
      [request({ caller: stranger })],
      'denied',
    )
    expect(turns.map(({ changes }) => changes[0]?.edit)).toEqual(['remove'])
  })
})

const actions = fc.constantFrom(
  'ecr:PutImage',
  'ecr:*',
  'ecr:Put*',
  '*',
  'ecr:BatchGetImage',
  'ecr:ListImages',
)
const resources = fc.constantFrom('*', api, `${api}-2`, 'arn:aws:ecr:*:*:repository/shop/*')
const conditions = fc.constantFrom<Record<string, unknown>>(
  {},
  {},
  { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
  { Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } },
  { Condition: { ArnNotEquals: { 'aws:PrincipalArn': iam('user/bob') } } },
  { Condition: { StringSounds: { 'aws:SourceVpc': 'vpc-1' } } },
)
const principals = fc.constantFrom<unknown>(
  ...['*', { AWS: account }, { AWS: [user.arn, other] }, { AWS: role.kind === 'role' ? role.arn : '' }],
  ...[{ AWS: other }, { Service: 'lambda.amazonaws.com' }],
)
const shape = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  list: fc.uniqueArray(actions, { minLength: 1, maxLength: 3 }),
  action: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
  resource: fc.constantFrom('Resource', 'Resource', 'NotResource'),
  principal: fc.constantFrom('Principal', 'Principal', 'NotPrincipal'),
  extra: conditions,
})
const forIdentity = fc.tuple(shape, resources).map(([{ Effect, list, action, resource, extra }, named]) => ({
  Effect,
  [action]: list,
  [resource]: named,
  ...extra,
}))
const forResource = fc
  .tuple(shape, principals)
  .map(([{ Effect, list, action, principal, extra }, named]) => ({
    Effect,
    [principal]: named,
    [action]: list,
    ...extra,
  }))
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })
const worlds: fc.Arbitrary<World> = fc
  .record({
    identity: fc.oneof(
      { weight: 5, arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), some(forIdentity)) },
      { weight: 1, arbitrary: fc.constant('unknown' as const) },
    ),
    boundary: fc.option(some(forIdentity), { nil: undefined }),
    session: fc.option(some(forIdentity), { nil: undefined }),
    serviceControl: fc.array(some(forIdentity), { maxLength: 2 }),
    repository: fc.option(some(forResource), { nil: undefined }),
  })
  .map(({ identity, boundary, session, serviceControl, repository }) => ({
    ...{ identity, serviceControl },
    ...(boundary && { boundary }),
    ...(session && { session }),
    ...(repository && { repository }),
  }))
const callers = fc.constantFrom<Caller>(
  ...[user, role, foreign, { kind: 'root', account } as const, { kind: 'account', account: other } as const],
  { kind: 'service', name: 'lambda.amazonaws.com' },
)
const actionLists = fc.constantFrom(['ecr:PutImage'], pull, ['ecr:PutImage', 'ecr:BatchGetImage'])
const asked = fc
  .tuple(callers, actionLists, fc.constantFrom('unknown', 'absent'))
  .map(([caller, list, others]) => list.map((action) => request({ caller, action, others })))

/** Statements that a turn wrote, and did not find in the policies. */
const writtenBy = ({ changes }: Turn) => changes.flatMap(({ edit, after }) => (edit === 'add' ? after : []))

describe('whatever the policies say', () => {
  test.each(['allowed', 'denied'] as const)('a change that is shown turns the answer: %s', (to) => {
    let turned = 0
    fc.assert(
      fc.property(worlds, asked, (world, requests) => {
        for (const turn of turnsIn(world, requests, to)) {
          turned++
          const after = carriedOut(world, turn)
          for (const ask of requests) expect(decisionIn(after, ask)).toBe(to)
        }
      }),
      { numRuns: 2000 },
    )
    expect(turned).toBeGreaterThan(300)
  })

  test('no wildcard is proposed, and every part of a change is needed', () => {
    fc.assert(
      fc.property(worlds, asked, fc.constantFrom('allowed', 'denied'), (world, requests, to) => {
        for (const turn of turnsIn(world, requests, to)) {
          const names = requests.map(({ action }) => action)
          for (const { Action, Resource = api, Principal } of writtenBy(turn)) {
            expect(names).toEqual(expect.arrayContaining([Action].flat()))
            expect(Resource).toBe(api)
            if (to === 'allowed') expect(Principal).not.toBe('*')
          }
          for (const left of turn.changes) {
            const without = { ...turn, changes: turn.changes.filter((one) => one !== left) }
            const after = carriedOut(world, without)
            expect(requests.every((ask) => decisionIn(after, ask) === to)).toBe(false)
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('somebody of the account who is denied can always be let in, where every policy was read', () => {
    fc.assert(
      fc.property(worlds, asked, (world, requests) => {
        const isOwn = requests[0]?.caller.kind === 'user' && world.identity !== 'unknown'
        fc.pre(isOwn)
        expect(turnsIn(world, requests, 'allowed').length === 0).toBe(
          requests.every((ask) => decisionIn(world, ask) === 'allowed'),
        )
      }),
      { numRuns: 1000 },
    )
  })
})

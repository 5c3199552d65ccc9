import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { account, api, iam, other, request, role, user } from './cases/case.fixture.ts'
import {
  compilePolicies,
  type Decision,
  decisionOf,
  evaluate,
  type PolicyTexts,
  prepare,
} from './evaluate.ts'
import type { Caller } from './request.ts'

type Parts = Record<string, unknown>

const actions = fc.constantFrom('ecr:PutImage', 'ecr:*', 'ecr:Get*', '*', 's3:*', 'ecr:BatchGetImage')
const resources = fc.constantFrom('*', api, `${api}-2`, 'arn:aws:ecr:*:*:repository/shop/*', 'arn:aws:s3:::x')
const conditions = fc.constantFrom<Parts | undefined>(
  undefined,
  undefined,
  { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
  { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { StringSounds: { 'aws:SourceVpc': 'vpc-1' } },
  { ArnLike: { 'aws:PrincipalArn': iam('role/*') } },
)
const principals = fc.constantFrom<unknown>(
  '*',
  { AWS: account },
  { AWS: iam('user/ann') },
  { AWS: other },
  {
    AWS: iam('role/ci/deploy'),
  },
)
const effect = fc.constantFrom('Allow', 'Deny')

function build(Effect: string, Action: unknown, isNot: boolean, rest: Parts): Parts {
  const { Condition, ...others } = rest
  return {
    Effect,
    [isNot ? 'NotAction' : 'Action']: Action,
    ...others,
    ...(Condition !== undefined && { Condition }),
  }
}
const forIdentity = (effects: fc.Arbitrary<string> = effect) =>
  fc
    .tuple(effects, fc.array(actions, { minLength: 1, maxLength: 2 }), fc.boolean(), resources, conditions)
    .map(([Effect, Action, not, Resource, Condition]) => build(Effect, Action, not, { Resource, Condition }))
const forResource = (effects: fc.Arbitrary<string> = effect) =>
  fc
    .tuple(effects, fc.array(actions, { minLength: 1, maxLength: 2 }), fc.boolean(), principals, conditions)
    .map(([Effect, Action, not, Principal, Condition]) =>
      build(Effect, Action, not, { Principal, Condition }),
    )

const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 })

interface World {
  identity: Parts[][]
  boundary: Parts[] | undefined
  session: Parts[] | undefined
  serviceControl: Parts[][]
  repository: Parts[] | undefined
}

const worlds: fc.Arbitrary<World> = fc.record({
  identity: fc.array(some(forIdentity()), { maxLength: 3 }),
  boundary: fc.option(some(forIdentity()), { nil: undefined }),
  session: fc.option(some(forIdentity()), { nil: undefined }),
  serviceControl: fc.array(some(forIdentity()), { maxLength: 2 }),
  repository: fc.option(some(forResource()), { nil: undefined }),
})
const callers = fc.constantFrom<Caller>(
  user,
  role,
  { kind: 'role', arn: iam('role/puller', other), id: 'AROAPULLERPULLER1' },
  { kind: 'root', account },
  { kind: 'account', account: other },
  { kind: 'service', name: 'lambda.amazonaws.com' },
)
const contexts = fc.record(
  {
    'aws:SourceVpc': fc.constantFrom('vpc-1', 'vpc-2', null),
    'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false', null),
  },
  { requiredKeys: [] },
)
const asked = fc
  .tuple(callers, contexts, fc.constantFrom('ecr:PutImage', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken'))
  .map(([caller, context, action]) => ({
    ...request({ caller, context, action }),
    others: 'unknown' as const,
  }))

const text = (name: string, statements: Parts[]) => ({
  name,
  document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
})
const compile = ({ identity, boundary, session, serviceControl, repository }: World) => {
  const texts: PolicyTexts = {
    identity: identity.map((one, at) => text(`own ${at}`, one)),
    ...(boundary && { boundary: text('edge', boundary) }),
    ...(session && { session: [text('session', session)] }),
    serviceControl: serviceControl.map((level, at) => [text(`level ${at}`, level)]),
    ...(repository && { repository: text('repository', repository) }),
  }
  return compilePolicies(texts)
}
const decisionIn = (world: World, ask: ReturnType<typeof request>): Decision => {
  const policies = compile(world)
  const decision = decisionOf(policies, prepare(policies, ask))
  const answer = evaluate(policies, ask)
  expect(answer.decision).toBe(decision)
  expect(answer.onlyIf).not.toContain('')
  return decision
}
const rank: Record<Decision, number> = { denied: 0, conditional: 1, allowed: 2 }
const runs = { numRuns: 1500 }

describe('decisions', () => {
  test('one more Deny never opens anything', () => {
    const deny = fc.constant('Deny')
    fc.assert(
      fc.property(
        worlds,
        asked,
        forIdentity(deny),
        forResource(deny),
        fc.nat(3),
        (world, ask, own, its, where) => {
          const places: World[] = [
            { ...world, identity: [...world.identity, [own]] },
            { ...world, boundary: world.boundary && [...world.boundary, own] },
            { ...world, repository: [...(world.repository ?? []), its] },
            { ...world, serviceControl: world.serviceControl.map((level) => [...level, own]) },
          ]
          const after = decisionIn(places[where] as World, ask)
          expect(rank[after]).toBeLessThanOrEqual(rank[decisionIn(world, ask)])
        },
      ),
      runs,
    )
  })

  test('one Allow less never opens anything', () => {
    fc.assert(
      fc.property(worlds, asked, fc.nat(), (world, ask, seed) => {
        const before = rank[decisionIn(world, ask)]
        const without = (list: Parts[]): Parts[] => {
          const allows = list.filter(({ Effect }) => Effect === 'Allow')
          const gone = allows[seed % Math.max(1, allows.length)]
          return list.filter((one) => one !== gone)
        }
        const less: World[] = [
          { ...world, identity: world.identity.map(without) },
          { ...world, repository: world.repository && without(world.repository) },
          { ...world, boundary: world.boundary && without(world.boundary) },
          { ...world, serviceControl: world.serviceControl.map(without) },
        ]
        for (const each of less) expect(rank[decisionIn(each, ask)]).toBeLessThanOrEqual(before)
      }),
      runs,
    )
  })

  test('the order of statements, of policies and of levels does not matter', () => {
    const turned = (world: World): World => ({
      identity: world.identity.map((one) => [...one].reverse()).reverse(),
      boundary: world.boundary && [...world.boundary].reverse(),
      session: world.session && [...world.session].reverse(),
      serviceControl: world.serviceControl.map((one) => [...one].reverse()).reverse(),
      repository: world.repository && [...world.repository].reverse(),
    })
    fc.assert(
      fc.property(worlds, asked, (world, ask) => {
        expect(decisionIn(turned(world), ask)).toBe(decisionIn(world, ask))
      }),
      runs,
    )
  })

  test('an answer that is no "only if" holds whatever else a request brings along', () => {
    fc.assert(
      fc.property(worlds, asked, contexts, (world, ask, more) => {
        const before = decisionIn(world, ask)
        const told = { ...more, ...ask.context }
        const after = decisionIn(world, { ...ask, context: told, others: 'absent' })
        const unknownOperator = JSON.stringify(world).includes('StringSounds')
        if (before !== 'conditional') expect(after).toBe(before)
        else if (!unknownOperator && ask.caller.kind !== 'role')
          expect(['allowed', 'denied']).toContain(after)
      }),
      runs,
    )
  })

  test('statements in one policy or in several are the same', () => {
    fc.assert(
      fc.property(worlds, asked, (world, ask) => {
        expect(decisionIn({ ...world, identity: [world.identity.flat()] }, ask)).toBe(decisionIn(world, ask))
      }),
      runs,
    )
  })
})

describe('bad input', () => {
  const decide = (document: string) => {
    const policies = compilePolicies({ identity: [{ name: 'bad', document }] })
    return evaluate(policies, request())
  }

  test.each([
    [
      'ten megabytes',
      `{"Statement": [${'{"Effect":"Allow","Action":"*","Resource":"*"},'.repeat(220_000)}]}`,
    ],
    ['ten megabytes of one name', `{"Version":"2012-10-17","Statement":{"Sid":"${'x'.repeat(10_000_000)}"}}`],
    ['deep', `{"Statement":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['deep objects', `{"Statement":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
    ['empty', ''],
    ['no JSON', 'Allow everything'],
    ['half of one', '{"Version":"2012-10-17","Statement":[{"Effect":"Al'],
    ['a byte order mark', '\uFEFF{"Statement":[]}'],
    ['percent signs', '%7B%22Statement%22%3A%5B%5D%7D'],
    ['a list', '[]'],
    ['null', 'null'],
    ['names of Object', '{"Statement":[{"__proto__":{"Effect":"Allow"},"constructor":1}]}'],
    ['a lonely surrogate', '{"Statement":[{"Effect":"Allow","Action":"\uD800","Resource":["*",7]}]}'],
    [
      'an element twice',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    ],
    [
      'an element twice, once in disguise',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","\\u0045ffect":"Allow","Action":"*","Resource":"*"}}',
    ],
  ])('%s: maybe, with the reason, at once', (_name, document) => {
    const start = process.cpuUsage()
    const { decision, reason } = decide(document)
    expect(decision).toBe('conditional')
    expect(reason).toContain('can be read')
    expect(reason.length).toBeLessThan(1000)
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000)
  })

  test('a thousand wildcards in actions, resources, conditions and principals take no time to speak of', () => {
    const stars = `${'a*'.repeat(1000)}b`
    const long = 'a'.repeat(2000)
    const statement = {
      Effect: 'Allow',
      Action: `ecr:${stars}`,
      Resource: `arn:aws:ecr:*:*:repository/${stars}`,
    }
    const like = { StringLike: { 'x:y': [stars, stars] }, ArnLike: { 'x:z': `arn:aws:x:y:z:${stars}` } }
    const policies = compilePolicies({
      identity: [
        text('stars', [
          { ...statement, Condition: like },
          { ...statement, Action: 'ecr:*' },
        ]),
      ],
      repository: text('stars', [{ Effect: 'Allow', Action: '*', Principal: { AWS: iam(`user/${stars}`) } }]),
    })
    const start = process.cpuUsage()
    const { decision } = evaluate(policies, {
      ...{ caller: { kind: 'user', arn: iam(`user/${long}`), id: 'AIDAX' }, action: `ecr:${long}` },
      ...{ resource: `${api}${long}`, context: { 'x:y': long, 'x:z': `arn:aws:x:y:z:${long}` } },
    })
    expect(decision).toBe('denied')
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000)
  })

  test('never throws, whatever is in a policy and in a request', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), fc.string(), fc.string(), (document, action, resource, value) => {
        const texts = { name: value, document }
        const policies = compilePolicies({
          identity: [texts],
          boundary: texts,
          repository: texts,
          endpoint: texts,
        })
        const caller: Caller = { kind: 'user', arn: value }
        const { decision } = evaluate(policies, { caller, action, resource, context: { [action]: value } })
        expect(decision).not.toBe('allowed')
      }),
      { numRuns: 1000 },
    )
  })

  test('statements of any content are never allowed by accident', () => {
    const values = fc.oneof(
      fc.constantFrom('Allow', 'Deny', '*', 'ecr:*', api),
      fc.jsonValue({ maxDepth: 2 }),
    )
    const strange = fc.dictionary(
      fc.constantFrom('Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'Condition', 'effect'),
      values,
    )
    fc.assert(
      fc.property(fc.array(strange, { maxLength: 3 }), (statements) => {
        const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
        const policies = compilePolicies({ identity: [{ name: 'strange', document }] })
        const isPlain = statements.some(
          (one) => one['Effect'] === 'Allow' && !('Principal' in one) && 'Resource' in one,
        )
        const { decision } = evaluate(policies, request())
        if (!isPlain) expect(decision).not.toBe('allowed')
      }),
      { numRuns: 2000 },
    )
  })
})

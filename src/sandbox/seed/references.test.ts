import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type WorldFixture } from '../ecr/world.fixture.ts'
import { awsPolicies } from '../iam/aws-policies.ts'
import { rolesOf } from '../iam/directory.ts'
import { seeds } from './index.ts'

/** Whatever one part of a seed names, another part must have: an audit follows such names. */
describe.each(['demo', 'clean'] as const)('the %s seed', (name) => {
  let fixture: WorldFixture
  let account: WorldFixture['world']['state']['accounts'][string]
  let text: string
  beforeAll(async () => {
    fixture = await makeWorld()
    fixture.world.state.registries = {}
    await seeds[name](fixture.world)
    account = fixture.world.state.accounts['111122223333'] as typeof account
    text = JSON.stringify(fixture.world.state).replaceAll('\\"', '"')
  })
  afterAll(() => fixture.dispose())

  const found = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[0]))].sort()

  test('roles', () => {
    const known = rolesOf(account ?? expect.fail()).map(({ arn }) => arn)
    const named = found(/arn:aws:iam::111122223333:role\/[\w+=,.@/-]+/g)
    expect(named.filter((arn) => !known.includes(arn))).toEqual([])
  })

  test('managed policies', () => {
    const known = [...Object.keys(awsPolicies), ...Object.keys(account?.iam?.policies ?? {})]
    const named = found(/arn:aws:iam::(aws|\d+):policy\/[\w+=,.@/-]+/g)
    expect(named.filter((arn) => !known.includes(arn))).toEqual([])
  })

  test('topics', () => {
    const known = Object.values(account?.sns ?? {}).flatMap(({ topics }) => Object.keys(topics))
    const named = found(/arn:aws:sns:[\w-]+:111122223333:[\w-]+/g)
    expect(named.filter((arn) => !known.includes(arn))).toEqual([])
  })

  test('keys', () => {
    const known = Object.values(account?.kmsKeys ?? {}).map(({ arn }) => arn)
    const named = found(/arn:aws:kms:[\w-]+:111122223333:key\/[\w-]+/g)
    expect(named.filter((arn) => !known.includes(arn))).toEqual([])
  })

  test('groups of users', () => {
    const { users = {}, groups = {} } = account?.iam ?? {}
    const named = Object.values(users).flatMap((user) => user.groups)
    expect(named.filter((group) => !Object.hasOwn(groups, group))).toEqual([])
  })

  test('buckets of trails', () => {
    const named = found(/"S3BucketName":"[^"]+"/g).map((each) => each.split('"')[3] ?? '')
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((bucket) => !Object.hasOwn(fixture.world.state.buckets, bucket))).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../call.ts'
import { type Cycle, openCycle, settled } from '../cycle.fixture.ts'
import type { Change } from '../kind.ts'
import { isSameState } from '../same-state.ts'
import { carry } from '../step.ts'
import { holderIn } from './holder.ts'
import { kindOf } from './index.ts'
import { managedPolicy, newVersion } from './managed-policy.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

const keyOf = (end: number) =>
  `arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-00000000000${end}`
const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const [pull, push] = [allow('ecr:BatchGetImage'), allow('ecr:PutImage')]
const forEverybody = (Action: string, AWS: string) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' }] })
const everything = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
})
const readOnly = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly'
const maintainers = 'arn:aws:iam::111122223333:policy/registry-maintainers'

/** Kind, resource, and states that it goes through one after the other, before it goes back. */
const journeys: [string, string, Json[]][] = [
  ['inline-policy', 'user/alice/extra', [pull, push, null]],
  ['inline-policy', 'role/shop-deploy/push-shop-images', [pull, null]],
  ['inline-policy', 'group/developers/extra', [pull, push]],
  ['policy-attachment', `user/alice:${readOnly}`, ['attached', null]],
  ['policy-attachment', `group/developers:${readOnly}`, ['attached']],
  ['policy-attachment', `role/shop-deploy:${readOnly}`, ['attached']],
  ['managed-policy', 'arn:aws:iam::111122223333:policy/team/new', [newVersion(null, pull)]],
  ['kms-rotation', keyOf(4), [{ days: 365 }, { days: 120 }, null, { days: 90 }]],
  ['kms-rotation', keyOf(1), [null]],
  ['kms-key-policy', keyOf(4), [forEverybody('kms:*', 'arn:aws:iam::111122223333:root')]],
  ['kms-key-state', keyOf(1), ['Disabled']],
  ['vpc-endpoint-policy', 'vpce-0e00000000000000a', [forEverybody('ecr:*', '*'), everything]],
]

const move = async (name: string, resource: string, to: Json) => {
  const kind = kindOf(name) ?? expect.fail('no such kind')
  const { state: from, handle } = await kind.read(cycle.door, { resource })
  const change: Change = { resource, place: cycle.door.place, from, to, ...(handle && { handle }) }
  if (isSameState(kind, from, to)) return
  await kind.guard?.(cycle.door, change)
  await carry(cycle.door, kind, change)
}

describe.each(journeys)('%s of %s', (name, resource, states) => {
  const kind = kindOf(name) ?? expect.fail('no such kind')

  test('goes from state to state as it is told, and back to exactly what was there', async () => {
    const before = await cycle.inventory()
    const { state: first } = await kind.read(cycle.door, { resource })
    for (const to of [...states, first]) {
      await move(name, resource, to)
      const { state } = await kind.read(cycle.door, { resource })
      expect(isSameState(kind, state, to), JSON.stringify({ state, to })).toBe(true)
    }
    expect(settled(await cycle.inventory())).toEqual(settled(before))
  })

  test('needs the action of every call, and is told in infrastructure as code', () => {
    const { place } = cycle.door
    for (const to of states) {
      const change: Change = { resource, place, from: null, to }
      for (const { service, operation, needs } of kind.calls(change)) {
        expect(needs.map(({ action }) => action)).toEqual([`${service}:${operation}`])
        expect(needs[0]?.resource).toMatch(/^arn:aws:/)
      }
      if (to === null) continue
      const shown = [
        kind.cloudformation?.({ resource }, to, place),
        kind.terraform?.({ resource }, to, place),
      ]
      expect(JSON.stringify(shown)).not.toContain('undefined')
    }
  })
})

test('somebody with a path is meant by the path, and asked for by the name', () => {
  expect(holderIn('user/people/ann', cycle.door.place)).toEqual({
    ...{ type: 'user', name: 'ann', arn: 'arn:aws:iam::111122223333:user/people/ann' },
  })
})

describe('a managed policy', () => {
  const resource = maintainers
  const read = async () => {
    const { state } = await managedPolicy.read(cycle.door, { resource })
    return state ?? expect.fail('it is not there')
  }

  test('keeps the old version, returns to it, and deletes the new one; between the two as well', async () => {
    const before = await cycle.inventory()
    const was = await read()
    const wanted = newVersion(was, push)
    const change = { resource, place: cycle.door.place, from: was, to: wanted }
    await move('managed-policy', resource, wanted)
    const now = await read()
    expect(now.others).toEqual([...was.others, was.version])
    const [back, drop] = managedPolicy.calls({ ...change, from: now, to: was })
    expect([back?.operation, drop?.input]).toEqual([
      'SetDefaultPolicyVersion',
      { PolicyArn: resource, VersionId: now.version },
    ])
    await cycle.door.send(back ?? expect.fail('no call'))
    const between = await read()
    expect(managedPolicy.isBetween?.(change, between)).toBe(true)
    expect(managedPolicy.isBetween?.(change, { ...between, document: pull })).toBe(false)
    // On to the other side, and back from there.
    await move('managed-policy', resource, wanted)
    expect(managedPolicy.isSame?.(await read(), wanted)).toBe(true)
    await move('managed-policy', resource, was)
    expect(await read()).toEqual(was)
    expect(settled(await cycle.inventory())).toEqual(settled(before))
  })

  test('with five versions is refused before any call, with the command that makes room', async () => {
    const was = await read()
    const wanted = { ...newVersion(was, push), others: ['v1', 'v2', 'v3', 'v4', 'v5'] }
    const change = { resource, place: cycle.door.place, from: was, to: wanted }
    await expect(managedPolicy.guard?.(cycle.door, change)).rejects.toMatchObject({
      ...{ code: 'plan-refused', next: expect.stringContaining(`--policy-arn ${resource} --version-id v1`) },
    })
  })

  test('that says the same already stays as it is', async () => {
    const was = await read()
    expect(newVersion(was, JSON.stringify(JSON.parse(was.document), null, 2))).toBe(was)
  })
})

test('a key that is about to go is brought back, also half way; nobody schedules its deletion again', async () => {
  const kind = kindOf('kms-key-state') ?? expect.fail('no such kind')
  const resource = keyOf(3)
  const { state: from } = await kind.read(cycle.door, { resource })
  const change: Change = { resource, place: cycle.door.place, from, to: 'Enabled' }
  const [cancel, enable] = kind.calls(change)
  expect([from, cancel?.operation, enable?.operation]).toEqual([
    ...['PendingDeletion', 'CancelKeyDeletion', 'EnableKey'],
  ])
  expect(kind.irreversible?.(change)).toContain(`schedule-key-deletion --key-id ${resource}`)
  expect(kind.calls({ ...change, from: 'Enabled', to: 'PendingDeletion' })).toEqual([])
  await cycle.door.send(cancel ?? expect.fail('no call'))
  const { state } = await kind.read(cycle.door, { resource })
  expect([state, kind.isBetween?.(change, state)]).toEqual(['Disabled', true])
  await move('kms-key-state', resource, 'Enabled')
  expect((await kind.read(cycle.door, { resource })).state).toBe('Enabled')
})

test('of a key policy it is told which accounts gain and lose what', () => {
  const kind = kindOf('kms-key-policy') ?? expect.fail('no such kind')
  const [partner, other] = ['444455556666', '777788889999'].map((id) =>
    forEverybody('kms:Decrypt', `arn:aws:iam::${id}:root`),
  )
  const change = { resource: keyOf(4), place: cycle.door.place, from: partner ?? null, to: other ?? null }
  expect(kind.access?.(change, {} as never)).toEqual({
    ...{ gains: ['777788889999: read and write with it'], loses: ['444455556666: read and write with it'] },
  })
})

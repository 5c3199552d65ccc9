import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../call.ts'
import { type Cycle, openCycle, settled } from '../cycle.fixture.ts'
import type { Change } from '../kind.ts'
import { isSameState } from '../same-state.ts'
import { carry } from '../step.ts'
import { kindOf } from './index.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

const key = 'arn:aws:kms:eu-west-1:111122223333:key/5f0c2a34-9d1e-4b67-8a52-000000000001'
const role = 'arn:aws:iam::111122223333:role/ecr-templates'
const profile = 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/platform'
const lifecycle = (countNumber: number) =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber },
        action: { type: 'expire' },
      },
    ],
  })
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Action: 'ecr:BatchGetImage',
    },
  ],
})
const filter = (name: string) => ({ filter: name, filterType: 'WILDCARD' })
const full = {
  description: 'all that there is',
  appliedFor: ['CREATE_ON_PUSH', 'REPLICATION'],
  encryptionConfiguration: { encryptionType: 'KMS', kmsKey: key },
  resourceTags: [{ Key: 'owner', Value: 'a team' }],
  imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
  repositoryPolicy: policy,
  lifecyclePolicy: lifecycle(30),
  customRoleArn: role,
}

/** Kind, resource, and states that it goes through one after the other, before it goes back. */
const journeys: [string, string, Json[]][] = [
  [
    'registry-scanning',
    'registry',
    [
      { scanType: 'BASIC', rules: [] },
      {
        scanType: 'ENHANCED',
        rules: [
          { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [filter('*')] },
          { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [filter('shop/*'), filter('data')] },
        ],
      },
    ],
  ],
  ['scan-on-push', 'shop/api', [{ scanOnPush: true }, { scanOnPush: false }]],
  ['repository-tags', 'shop/api', [{ owner: 'others', new: '' }, {}, { owner: 'x', environment: 'y' }]],
  ['repository-tags', 'archive/2023', [{ owner: 'archivists' }]],
  ['lifecycle-policy', 'shop/checkout', [lifecycle(400), lifecycle(500)]],
  ['account-setting', 'BLOB_MOUNTING', ['ENABLED']],
  ['pull-time-exclusion', 'arn:aws:iam::111122223333:role/holdfast', ['excluded']],
  ['pull-time-exclusion', 'arn:aws:iam::111122223333:role/image-scanner', [null]],
  [
    'signing-configuration',
    'registry',
    [
      null,
      { rules: [{ signingProfileArn: profile }] },
      {
        rules: [
          {
            signingProfileArn: profile,
            repositoryFilters: [{ filter: 'a/*', filterType: 'WILDCARD_MATCH' }],
          },
        ],
      },
    ],
  ],
  ['creation-template', 'new', [full, { appliedFor: ['REPLICATION'], imageTagMutability: 'IMMUTABLE' }]],
  ['creation-template', 'kubernetes', [full, null]],
  ['creation-template', 'scratch', [full, { ...full, imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }]],
]

describe.each(journeys)('%s of %s', (name, resource, states) => {
  const kind = kindOf(name) ?? expect.fail('no such kind')
  const move = async (to: Json) => {
    const { state: from, handle } = await kind.read(cycle.door, { resource })
    const change: Change = { resource, place: cycle.door.place, from, to, ...(handle && { handle }) }
    if (isSameState(kind, from, to)) return
    await kind.guard?.(cycle.door, change)
    await carry(cycle.door, kind, change)
  }

  test('goes from state to state as it is told, and back to exactly what was there', async () => {
    const before = await cycle.inventory()
    const { state: first } = await kind.read(cycle.door, { resource })
    for (const to of [...states, first]) {
      await move(to)
      const { state } = await kind.read(cycle.door, { resource })
      expect(isSameState(kind, state, to), JSON.stringify({ state, to })).toBe(true)
    }
    expect(settled(await cycle.inventory())).toEqual(settled(before))
  })

  test('comes from every state between two calls to either side', async () => {
    const { state: first } = await kind.read(cycle.door, { resource })
    for (const to of states) {
      const change: Change = { resource, place: cycle.door.place, from: first, to }
      const [call, ...more] = kind.calls(change)
      if (!call || more.length === 0) continue
      await cycle.door.send(call)
      const { state } = await kind.read(cycle.door, { resource })
      expect(kind.isBetween?.(change, state)).toBe(true)
      await move(to)
      await cycle.door.send(kind.calls({ ...change, from: to, to: first })[0] ?? call)
      await move(first)
      expect(isSameState(kind, (await kind.read(cycle.door, { resource })).state, first)).toBe(true)
    }
  })

  test('needs the action of every call, and is told in infrastructure as code', () => {
    for (const to of states) {
      const change: Change = { resource, place: cycle.door.place, from: null, to }
      for (const call of kind.calls(change)) {
        expect(call.needs[0]?.action).toBe(`ecr:${call.operation}`)
        expect(call.needs.every(({ resource: of }) => of === '*' || of.startsWith('arn:aws:'))).toBe(true)
      }
      if (to === null) continue
      const { place } = cycle.door
      const shown = [
        ...(kind.cloudformation ? [kind.cloudformation({ resource }, to, place)] : []),
        ...(kind.terraform ? [kind.terraform({ resource }, to, place)] : []),
      ]
      expect(shown.length).toBeGreaterThan(0)
      expect(JSON.stringify(shown)).not.toContain('undefined')
    }
  })
})

test('an account setting that no call brings back is said to be irreversible', () => {
  const kind = kindOf('account-setting') ?? expect.fail('no such kind')
  const change = (from: Json, to: Json) => ({ resource: 'X', place: cycle.door.place, from, to })
  expect(kind.irreversible?.(change(null, 'V2'))).toMatch(/no call that unsets/)
  expect(kind.irreversible?.(change('V1', 'V2'))).toMatch(/does not take V1/)
  expect(kind.irreversible?.(change('ENABLED', 'DISABLED'))).toBeUndefined()
})

import { expect, test } from 'vitest'
import { defaultSettings } from '../../controls/settings.ts'
import type { Inventory, ReplicationRule } from '../../inventory/inventory.ts'
import { type Baseline, defaultBaseline } from '../baseline.ts'
import type { Json } from '../call.ts'
import { Draft } from '../draft.ts'
import type { ReplicationState } from '../kinds/replication.ts'
import { replicationConfigured } from './replication-configured.ts'

const account = '111122223333'
const other = '444455556666'

interface Scene {
  rules?: ReplicationRule[]
  wish?: Partial<Baseline['replication']>
  modes?: string[]
  evidence?: Record<string, unknown>
}

function drafted({ rules = [], wish = {}, modes = ['IMMUTABLE'], evidence }: Scene) {
  const repositories = modes.map((mode, at) => ({
    name: `shop/${at}`,
    tagMutability: { mode, exclusions: [] },
  }))
  const inventory = {
    registry: { account, region: 'eu-west-1', partition: 'aws' },
    replication: { ok: rules },
    repositories: { ok: repositories },
  } as unknown as Inventory
  const baseline: Baseline = {
    ...defaultBaseline,
    replication: { destinations: [{ region: 'us-east-1' }], prefixes: [], ...wish },
    audit: defaultSettings,
  }
  const draft = Draft.empty()
  const finding = { control: 'replication-configured', resource: 'arn:registry', reason: 'Why.', evidence }
  replicationConfigured.propose({ inventory, baseline, draft, findings: [finding as never] })
  const edited = (key: string, from: Json): Json | undefined => draft.drafted.get(key)?.edits[0]?.edit(from)
  const state = { rules: rules.map(asState) }
  return {
    draft,
    rules: (edited('replication:registry', state) as ReplicationState | undefined)?.rules,
    template: (prefix: string, from: Json) => edited(`creation-template:${prefix}@us-east-1`, from),
  }
}

function asState({ destinations, prefixes }: ReplicationRule): ReplicationState['rules'][number] {
  return {
    destinations: destinations.map((one) => ({ region: one.region, registryId: one.account })),
    ...(prefixes.length > 0 && {
      repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
    }),
  }
}

const toUs = { region: 'us-east-1', registryId: account }

test('a rule for every repository, and a template for what arrives', () => {
  const { rules, template, draft } = drafted({})
  expect(rules).toEqual([{ destinations: [toUs] }])
  expect(template('ROOT', null)).toMatchObject({
    appliedFor: ['REPLICATION'],
    imageTagMutability: 'IMMUTABLE',
  })
  expect([draft.manual, draft.unfixed]).toEqual([[], []])
})

test('rules that are there stay as they are, and what they do already is not done twice', () => {
  const toOther = { destinations: [{ region: 'eu-west-1', account: other }], prefixes: ['data/'] }
  const partly = { destinations: [{ region: 'us-east-1', account }], prefixes: ['shop/'] }
  const { rules } = drafted({ rules: [toOther, partly] })
  expect(rules).toEqual([asState(toOther), asState(partly), { destinations: [toUs] }])

  const wish = { prefixes: ['shop/a'] }
  const { rules: none, draft } = drafted({ rules: [toOther, partly], wish })
  expect(none).toBeUndefined()
  expect(draft.unfixed).toMatchObject([{ reason: 'The rules are as the baseline wants them. Why.' }])
})

test('folders get a template each; what may move here may move there', () => {
  const { rules, template, draft } = drafted({
    wish: { prefixes: ['shop/', 'data/'] },
    modes: ['IMMUTABLE', 'MUTABLE'],
  })
  expect(rules?.[0]?.repositoryFilters?.map(({ filter }) => filter)).toEqual(['shop/', 'data/'])
  const made = template('shop', null) as Record<string, unknown>
  expect(made).not.toHaveProperty('imageTagMutability')
  expect(template('data', null)).toEqual(made)
  const { wish } = draft.drafted.get('creation-template:shop@us-east-1')?.edits[0] ?? {}
  expect(wish?.warnings?.join()).toContain('a tag that moves would be lost')
})

test('a template that replication uses already, or that would stop it, is left as it is', () => {
  const { template } = drafted({})
  const used = { appliedFor: ['REPLICATION'], imageTagMutability: 'MUTABLE' }
  expect(template('ROOT', used)).toBe(used)
  const roleless = { appliedFor: ['CREATE_ON_PUSH'], resourceTags: [{ Key: 'a', Value: 'b' }] }
  expect(template('ROOT', roleless)).toBe(roleless)
})

test('another account: the exact policy that it needs, and the command', () => {
  const wish = { destinations: [{ region: 'eu-central-1', account: other }], prefixes: ['shop/'] }
  const { draft, rules } = drafted({ wish })
  expect(rules).toEqual([
    {
      destinations: [{ region: 'eu-central-1', registryId: other }],
      repositoryFilters: [{ filter: 'shop/', filterType: 'PREFIX_MATCH' }],
    },
  ])
  const [step] = draft.manual
  expect(step?.resource).toBe(`ecr://${other}/eu-central-1`)
  const [, text = ''] = /--policy-text '(.*)'$/.exec(step?.instructions.at(-1) ?? '') ?? []
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Sid: `ReplicationFrom${account}`, Effect: 'Allow' },
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['ecr:CreateRepository', 'ecr:ReplicateImage'],
        Resource: [`arn:aws:ecr:eu-central-1:${other}:repository/shop/*`],
      },
    ],
  })
})

const tenRules = Array.from({ length: 10 }, (_, at) => ({
  destinations: [{ region: 'eu-west-3', account }],
  prefixes: [`team-${at}/`],
}))

test.each<[string, Scene, RegExp]>([
  ['no destination', { wish: { destinations: [] } }, /people to say/],
  ['the registry itself', { wish: { destinations: [{ region: 'eu-west-1' }] } }, /the same registry/],
  ['another partition', { wish: { destinations: [{ region: 'cn-north-1' }] } }, /another partition/],
  ['a stranger', { evidence: { untrusted: [other] } }, /^Why\. Whether that is meant/],
  ['ten rules', { rules: tenRules }, /no more than ten/],
])('%s: left, with the reason and what to do', (_, scene, reason) => {
  const { draft } = drafted(scene)
  expect(draft.drafted.size).toBe(0)
  expect(draft.unfixed).toMatchObject([{ resource: 'arn:registry', reason: expect.stringMatching(reason) }])
})

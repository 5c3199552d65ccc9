import { expect, test } from 'vitest'
import { failure, MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import type { RegistryIdentity, RegistrySettings } from '../vault/format.ts'
import { planRegistrySettings } from './registry-settings.ts'
import { planRestore, restore } from './restore.ts'
import { routeInto, run, signedShop, vaultWith } from './shop.fixture.ts'

const place = (account: string, region: string): RegistryIdentity => {
  const key = `ecr-${account}-${region}`
  return { key, url: `ecr://${account}/${region}`, kind: 'ecr', account, region, simulated: true }
}
const here = place('111122223333', 'eu-west-1')
const there = place('444455556666', 'us-east-1')

const policyOf = (account: string) =>
  JSON.stringify({ Statement: [{ Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*` }] })

const all: RegistrySettings = {
  policy: policyOf('111122223333'),
  replication: {
    rules: [{ destinations: [{ region: 'us-east-1', account: '444455556666' }], prefixes: [] }],
  },
  scanning: { scanType: 'BASIC', rules: [] },
  signing: { rules: [{ signingProfileArn: 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/p' }] },
  pullThroughRules: [
    { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io', createdAt: '2026-01-01T00:00:00Z' },
    {
      ecrRepositoryPrefix: 'hub',
      credentialArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:ecr-pullthroughcache/hub',
    },
  ],
  creationTemplates: [{ prefix: 'team', updatedAt: '2026-01-01T00:00:00Z' }],
  accountSettings: { BLOB_MOUNTING: 'ENABLED' },
  pullTimeExclusions: ['arn:aws:iam::111122223333:role/scanner'],
}

const names = (plan: ReturnType<typeof planRegistrySettings>) =>
  plan.changes.map(({ setting, name }) => [setting, name].filter(Boolean).join(' '))

test('equal settings need nothing, whatever the layout and the times', () => {
  const found = {
    ...all,
    policy: JSON.stringify(JSON.parse(all.policy ?? ''), null, 4),
    pullThroughRules: (all.pullThroughRules ?? []).map((rule) => ({ ...Object(rule), createdAt: 'later' })),
  }
  expect(planRegistrySettings(all, found, { from: here, to: here })).toEqual({ changes: [], warnings: [] })
})

test('what the target has beyond the snapshot stays; a differing pull-through rule is left as it is', () => {
  const found = {
    ...all,
    pullThroughRules: [{ ecrRepositoryPrefix: 'quay' }, { ecrRepositoryPrefix: 'hub' }],
  }
  const plan = planRegistrySettings({ pullThroughRules: all.pullThroughRules ?? [] }, found, {
    from: here,
    to: here,
  })
  expect(plan.changes).toEqual([])
  expect(plan.warnings).toHaveLength(2)
})

test('elsewhere: what belongs to the old account or Region is left out and named, the policy comes last', () => {
  const plan = planRegistrySettings(all, {}, { from: here, to: there })
  expect(names(plan)).toEqual([
    'accountSettings BLOB_MOUNTING',
    'pullThroughRules quay',
    'creationTemplates team',
    'scanning',
    'policy',
  ])
  expect(plan.warnings.join(' ')).toMatch(/hub.*scanner.*signing.*itself.*registry policy/)
})

test('another Region of the same account: roles and users are the same there', () => {
  const plan = planRegistrySettings(all, {}, { from: here, to: place('111122223333', 'us-east-1') })
  expect(names(plan)).toContain('pullTimeExclusions arn:aws:iam::111122223333:role/scanner')
  expect(names(plan)).not.toContain('signing')
})

test('a refused setting is listed, the others are set; a registry without settings refuses the flag', async () => {
  const { registry } = signedShop()
  registry.registrySettings = all
  const route = await routeInto(await vaultWith(registry), new MemoryRegistry('copy'))
  await expect(planRestore(route, { registrySettings: true }, run)).rejects.toMatchObject({ code: 'usage' })
  const applied: string[] = []
  const target = {
    ...route.target,
    registrySettings: async () => ({}),
    applyRegistrySetting: async ({ setting }: { setting: string }) => {
      if (setting === 'scanning') throw failure('access-denied', 'not allowed')
      applied.push(setting)
    },
  }
  const plan = await planRestore({ ...route, target }, { registrySettings: true }, run)
  const report = await restore({ ...route, target }, plan, run)
  expect(applied).toContain('policy')
  expect(report.registrySettings?.map(({ setting }) => setting)).toEqual(applied)
  expect(report).toMatchObject({ ok: false, identical: true, notRestored: [{ repository: '*' }] })
})

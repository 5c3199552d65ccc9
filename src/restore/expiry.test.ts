import { describe, expect, test } from 'vitest'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import type { Digest } from '../core/digest.ts'
import type { RestoreOptions } from './report.ts'
import { planRestore } from './restore.ts'
import { run, vaultWith } from './shop.fixture.ts'
import type { Target } from './target.ts'

const name = 'shop/api'

function rule(selection: object, rulePriority = 1): object {
  return { rulePriority, selection, action: { type: 'expire' } }
}

const keep = (countNumber: number) => rule({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber })
const untaggedAfter = (countNumber: number) =>
  rule({ tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber })

/** Images `v0` to `v<n>` in the order of their pushes. */
function shop(count: number, rules: object[] | undefined) {
  const registry = new MemoryRegistry('shop')
  registry.repository(name, rules ? { lifecyclePolicy: JSON.stringify({ rules }) } : {})
  const digests = Array.from({ length: count }, (_, n) =>
    registry.image(name, ['base', `${n}`], { config: `{"n":${n}}`, tags: [`v${n}`] }),
  )
  return { registry, digests }
}

/** As ECR: a registry that has settings. */
const asEcr = (registry: MemoryRegistry): Target => ({
  ...registry.target(),
  registrySettings: async () => ({}),
})

async function planned(source: MemoryRegistry, target: Target, options: RestoreOptions = {}) {
  const vault = await vaultWith(source)
  const route = { vault, snapshot: await vault.snapshots.find('latest'), target }
  const plan = await planRestore(route, options, run)
  return { ...plan, expires: plan.repositories.flatMap(({ expires = [] }) => expires) }
}

const tagsOf = (expires: readonly { tags: string[] }[]) => expires.map(({ tags }) => tags.join())

describe('the plan says what the lifecycle policy would expire', () => {
  test('by count: the first that are sent, at once', async () => {
    const { registry } = shop(5, [keep(3)])
    const { expires, warnings } = await planned(registry, asEcr(new MemoryRegistry('copy')))
    expect(tagsOf(expires)).toEqual(['v0', 'v1'])
    expect(expires).toMatchObject([{ when: 'at-once', rule: 1 }, { when: 'at-once' }])
    expect(warnings.join()).toContain('would expire 2 images at once (within 24 hours): v0, v1;')
    expect(warnings.join()).toContain('--settings none leaves the policy out')
  })

  test('nothing, when the policy keeps all of them', async () => {
    const { registry } = shop(3, [keep(3)])
    const { expires, warnings } = await planned(registry, asEcr(new MemoryRegistry('copy')))
    expect([expires, warnings]).toEqual([[], []])
  })

  test('by age: soon, not at once, since they count as pushed now', async () => {
    const { registry, digests } = shop(2, [untaggedAfter(14)])
    registry.repository(name).tags.delete('v0')
    const { expires, warnings } = await planned(registry, asEcr(new MemoryRegistry('copy')))
    expect(expires).toMatchObject([{ digest: digests[0], tags: [], when: '30-days' }])
    expect(warnings.join()).toContain('1 image within 30 days')
    const { registry: patient } = shop(2, [untaggedAfter(31)])
    patient.repository(name).tags.delete('v0')
    expect((await planned(patient, asEcr(new MemoryRegistry('copy')))).expires).toEqual([])
  })

  test('children of an index that has a tag are held by it', async () => {
    const { registry, digests } = shop(2, [untaggedAfter(1)])
    registry.index(name, digests as Digest[], { tags: ['all'] })
    for (const tag of ['v0', 'v1']) registry.repository(name).tags.delete(tag)
    expect((await planned(registry, asEcr(new MemoryRegistry('copy')))).expires).toEqual([])
  })

  test('what the target has besides counts too, and is not called ours', async () => {
    const { registry } = shop(3, [keep(3)])
    const target = new MemoryRegistry('copy')
    target.image(name, ['other'], { tags: ['other'] })
    const { expires } = await planned(registry, asEcr(target))
    // Pushed before the restore: it is the oldest, and goes first.
    expect(expires).toEqual([])
    expect(tagsOf((await planned(shop(3, [keep(2)]).registry, asEcr(target))).expires)).toEqual(['v0'])
  })

  test('by the policy that the target has and keeps', async () => {
    const { registry } = shop(3, undefined)
    const target = new MemoryRegistry('copy')
    target.repository(name, { lifecyclePolicy: JSON.stringify({ rules: [keep(1)] }) })
    const { expires, warnings } = await planned(registry, asEcr(target))
    expect(tagsOf(expires)).toEqual(['v0', 'v1'])
    expect(warnings.join()).toContain('change the policy first')
  })

  test('nothing without the policy, or where a registry has none', async () => {
    const { registry } = shop(5, [keep(3)])
    const none = { settings: 'none' } as const
    expect((await planned(registry, asEcr(new MemoryRegistry('copy')), none)).expires).toEqual([])
    expect((await planned(registry, new MemoryRegistry('copy').target())).expires).toEqual([])
  })

  test('a policy that cannot be read is said to be unknown', async () => {
    const { registry } = shop(1, undefined)
    registry.repository(name).settings.lifecyclePolicy = '{"rules":7}'
    const { warnings } = await planned(registry, asEcr(new MemoryRegistry('copy')))
    expect(warnings.join()).toContain('what its lifecycle policy does is not known')
  })
})

import { expect, test } from 'vitest'
import { defaultSettings } from '../../controls/settings.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { type Baseline, defaultBaseline } from '../baseline.ts'
import { Draft } from '../draft.ts'
import { tagImmutability } from './tag-immutability.ts'

type Mutability = { mode: string; exclusions: string[] }

/** What the fix makes of one repository, and what it warns of. */
function fixed(
  now: Mutability,
  {
    tags = [],
    wish = {},
    name = 'shop/api',
  }: { tags?: string[]; wish?: Partial<Baseline['tagMutability']>; name?: string },
) {
  const inventory = {
    repositories: {
      ok: [{ name, tagMutability: now, images: { ok: tags.map((tag) => ({ tags: [tag] })) } }],
    },
    pullThroughRules: { ok: [{ prefix: 'mirror', upstream: 'quay.io' }] },
  } as unknown as Inventory
  const baseline: Baseline = {
    ...defaultBaseline,
    tagMutability: { ...defaultBaseline.tagMutability, ...wish },
    audit: defaultSettings,
  }
  const draft = Draft.empty()
  const finding = { control: 'tag-immutability', resource: `arn:${name}`, repository: name }
  tagImmutability.propose({ inventory, baseline, draft, findings: [finding as never] })
  const [drafted] = draft.drafted.values()
  const { edit, wish: made } = drafted?.edits[0] ?? {}
  return { state: edit?.(now), warnings: made?.warnings ?? [], unfixed: draft.unfixed }
}

const mutable = { mode: 'MUTABLE', exclusions: [] }
const excluding = { mode: 'IMMUTABLE_WITH_EXCLUSION' } as const

test.each<[string, Mutability, Parameters<typeof fixed>[1], Mutability]>([
  ['all tags stay', mutable, { tags: ['1.0'] }, { mode: 'IMMUTABLE', exclusions: [] }],
  [
    'exclusions that are wished for',
    mutable,
    { wish: { ...excluding, exclusions: ['latest', 'dev-*'] } },
    { ...excluding, exclusions: ['latest', 'dev-*'] },
  ],
  [
    'those of the baseline only, but not where releases match',
    mutable,
    { tags: ['2024.1'], wish: { ...excluding, exclusions: ['latest', '2024*'] } },
    { ...excluding, exclusions: ['latest'] },
  ],
  [
    'tags that move by their name, where the mode is wished for without any',
    mutable,
    { tags: ['1.0', 'latest', 'feature-main', '1.0-latest'], wish: excluding },
    { ...excluding, exclusions: ['latest', 'feature-main'] },
  ],
  ['none of those there', mutable, { tags: ['1.0'], wish: excluding }, { mode: 'IMMUTABLE', exclusions: [] }],
  [
    'what may move already goes on moving',
    { ...excluding, exclusions: ['nightly', 'v*'] },
    { tags: ['v1.0', 'nightly'] },
    { ...excluding, exclusions: ['nightly'] },
  ],
  [
    'filters of a mutable mode mean the opposite',
    { mode: 'MUTABLE_WITH_EXCLUSION', exclusions: ['release-x'] },
    {},
    { mode: 'IMMUTABLE', exclusions: [] },
  ],
])('%s', (_, now, given, state) => {
  expect(fixed(now, given).state).toEqual(state)
})

test('tags that would stop to move are named, with the line that lets them', () => {
  const { warnings } = fixed(mutable, { tags: ['1.0', 'latest', 'main'] })
  expect(warnings).toEqual([
    expect.stringMatching(/^By its name, latest and main are tags.+\[latest, main\]/),
  ])
  expect(
    fixed(mutable, { tags: ['1.0', 'latest'], wish: { ...excluding, exclusions: ['latest'] } }).warnings,
  ).toEqual([])
})

test('what a pull-through cache fills is left as it is', () => {
  const { state, unfixed } = fixed(mutable, { name: 'mirror/nginx' })
  expect(state).toBeUndefined()
  expect(unfixed).toEqual([expect.objectContaining({ resource: 'arn:mirror/nginx' })])
})

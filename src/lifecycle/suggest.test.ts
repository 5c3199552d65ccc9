import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecast } from './forecast.fixture.ts'
import type { SuggestGoals } from './goals.ts'
import type { LifecycleImage } from './image.ts'
import { ago, digestFor, image, index, now } from './images.fixture.ts'
import { lintLifecycle } from './lint.ts'
import { parseLifecycle } from './parse.ts'
import { type SuggestRequest, suggest } from './suggest.ts'

const releases = Array.from({ length: 6 }, (_, at) => image(`r${at + 1}`, 60 - at * 10, [`v${at + 1}`]))
const ask = (goals: SuggestGoals, more: Partial<SuggestRequest> = {}) =>
  suggest({ goals, images: releases, inUse: [], now, ...more })
const keepTwo = { keepReleases: { count: 2, patterns: ['v*'] } }
const words = (found: ReturnType<typeof suggest>) => found.rules.map(({ words }) => words)
const goingOf = ({ simulation }: ReturnType<typeof suggest>) =>
  simulation?.images
    .filter(({ outcome }) => outcome !== 'kept')
    .map(({ image }) => image.tags[0] ?? image.digest)

describe('a policy for a goal', () => {
  test('releases and untagged', () => {
    const found = ask({ ...keepTwo, dropUntaggedAfter: 14 })
    expect(words(found)).toEqual([
      'tagged v*: expire all but the newest 2',
      'untagged: expire when pushed more than 14 days ago',
    ])
    expect(goingOf(found)).toEqual(['v1', 'v2', 'v3', 'v4'])
    expect(found.conditions).toContainEqual(expect.stringContaining('Nothing was said to be in use'))
    expect(lintLifecycle(found.text ?? '')).toMatchObject({ accepted: true, findings: [] })
  })

  test('what is in use is shielded, by the tag that is used', () => {
    const images = [...releases, image('old', 90, ['v0', 'prod'])]
    const found = ask(keepTwo, { images, inUse: [{ tag: 'prod', by: 'service shop' }] })
    expect(words(found)[0]).toBe('tagged prod: expire all but the newest 9999')
    expect(goingOf(found)).not.toContain('v0')
    expect(found.safety).toMatchObject([{ safe: true, users: ['service shop'] }])
  })

  test('one among the newest needs no shield, unless asked for', () => {
    const inUse = [{ digest: digestFor('r6'), by: 'task' }]
    expect(ask(keepTwo, { inUse }).rules).toHaveLength(1)
    expect(words(ask(keepTwo, { inUse, shieldAll: true }))[0]).toContain('tagged v6')
  })

  test('equal times count against the image', () => {
    const images = [image('a', 5, ['v1']), image('b', 5, ['v2'])]
    const goals = { keepReleases: { count: 1, patterns: ['v*'] } }
    for (const name of ['a', 'b'])
      expect(ask(goals, { images, inUse: [{ digest: digestFor(name), by: 'task' }] }).rules).toHaveLength(2)
  })

  test('what comes back from the archive will be newer than all', () => {
    const back = image('back', 400, ['v0'], { status: 'ACTIVATING', archivedAt: ago(100) })
    const inUse = [{ tag: 'v5', by: 'task' }]
    expect(ask(keepTwo, { inUse }).rules).toHaveLength(1)
    expect(ask(keepTwo, { inUse, images: [...releases, back] }).rules).toHaveLength(2)
  })

  test('archiving by pulls shields everything in use: what runs does not pull', () => {
    const inUse = [
      { tag: 'v1', by: 'a' },
      { tag: 'v6', by: 'b' },
    ]
    const found = ask({ archiveNotPulledFor: 90, expireArchivedAfter: 365 }, { inUse })
    expect(words(found)).toEqual([
      'tagged v1: expire all but the newest 9999',
      'tagged v6: expire all but the newest 9999',
      'any: archive when not pulled for more than 90 days',
      'archived any: expire when archived more than 365 days ago',
    ])
    expect(found.refused).toEqual([])
  })

  test('an index in use keeps its child, which is in use as well', () => {
    const images = [index('I', 50, ['v1'], ['M']), image('M', 50), image('N', 50)]
    const inUse = [{ digest: digestFor('M'), by: 'task' }]
    const found = ask({ dropUntaggedAfter: 14 }, { images, inUse })
    expect(found.refused).toEqual([])
    expect(found.safety.map(({ safe }) => safe)).toEqual([true, true])
    expect(goingOf(found)).toEqual([digestFor('N')])
    const hidden = images.map(({ children: _, ...rest }) => rest)
    expect(ask({ dropUntaggedAfter: 14 }, { images: hidden, inUse }).refused).toHaveLength(1)
  })
})

describe('what cannot be written', () => {
  test.each<[string, SuggestGoals, Partial<SuggestRequest>, [string, RegExp]]>([
    [
      'untagged and in use',
      { ...keepTwo, dropUntaggedAfter: 14 },
      { images: [...releases, image('u', 1)], inUse: [{ digest: digestFor('u'), by: 'pod x' }] },
      [
        'drop-untagged-after',
        /1 image in use would be taken, such as sha256:.* \(pod x\); an image without a tag/,
      ],
    ],
    [
      'archived and in use',
      { expireArchivedAfter: 90 },
      {
        images: [image('a', 400, ['v1'], { status: 'ARCHIVED', archivedAt: ago(10) })],
        inUse: [{ tag: 'v1', by: 'pod x' }],
      },
      ['expire-archived-after', /archived image cannot be shielded/],
    ],
    [
      'no tag but the one of the rule',
      { keepReleases: { count: 1, patterns: ['v*', 'v1'] } },
      {},
      ['keep-releases', /never acts/],
    ],
    [
      'tags that cannot be',
      { keepReleases: { count: 1, patterns: ['v/*'] } },
      {},
      ['keep-releases', /No tag/],
    ],
    [
      'five wildcards',
      { keepReleases: { count: 1, patterns: ['*a*b*c*d*'] } },
      {},
      ['keep-releases', /four \*/],
    ],
    [
      'archiving behind a rule for all',
      { keepReleases: { count: 1, patterns: ['*'] }, dropUntaggedAfter: 9, archiveNotPulledFor: 90 },
      {},
      ['archive-not-pulled-for', /never acts/],
    ],
    [
      'more images in use than rules',
      keepTwo,
      {
        images: Array.from({ length: 80 }, (_, at) => image(`i${at}`, 90 - at, [`v${at}`])),
        inUse: Array.from({ length: 80 }, (_, at) => ({ tag: `v${at}`, by: `task ${at}` })),
      },
      ['the whole policy', /50 rules at most; these are 79. 78 of the rules shield/],
    ],
  ])('%s', (_name, goals, more, [goal, why]) => {
    const { refused, text } = ask(goals, more)
    expect(text).toBeUndefined()
    expect(refused.map((each) => each.goal)).toContain(goal)
    expect(refused.find((each) => each.goal === goal)?.why).toMatch(why)
  })

  test('an untagged image in use only narrows archiving to tagged ones', () => {
    const images = [...releases, image('u', 1)]
    const found = ask({ archiveNotPulledFor: 90 }, { images, inUse: [{ digest: digestFor('u'), by: 'pod' }] })
    expect(found.refused).toEqual([])
    expect(words(found)).toEqual(['tagged *: archive when not pulled for more than 90 days'])
  })

  test.each<[SuggestGoals, RegExp]>([
    [{}, /No goal/],
    [{ keepReleases: { count: 0, patterns: ['v*'] } }, /--keep-releases cannot be 0/],
    [{ keepReleases: { count: 5, patterns: [] } }, /which tags/],
    [{ dropUntaggedAfter: 1.5 }, /--drop-untagged-after cannot be 1.5/],
    [{ expireArchivedAfter: 89 }, /--expire-archived-after cannot be 89/],
    [{ archiveNotPulledFor: Number.NaN }, /cannot be NaN/],
  ])('%j', (goals, what) => {
    expect(() => ask(goals)).toThrow(what)
  })
})

/** A repository as it may be: releases, branches, indexes with children, signatures, archived and restored images. */
const repository = fc
  .array(
    fc.record({
      tags: fc.uniqueArray(fc.constantFrom('v', 'dev-', 'prod', ''), { maxLength: 2 }),
      days: fc.integer({ min: 0, max: 60 }),
      pulled: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      status: fc.constantFrom<LifecycleImage['status'][]>(
        'ACTIVE',
        'ACTIVE',
        'ACTIVE',
        'ARCHIVED',
        'ACTIVATING',
      ),
      belongs: fc.constantFrom('nothing', 'nothing', 'child', 'referrer'),
      to: fc.nat(),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((parts) => {
    const images = parts.map(({ tags, days, pulled, status }, at) =>
      // No two of one time: which of those ECR keeps is not known.
      image(
        `i${at}`,
        days + at / 100,
        tags.filter(Boolean).map((tag) => (tag === 'prod' ? `prod-${at}` : `${tag}${at}`)),
        {
          status,
          ...(pulled !== undefined && { lastPull: ago(Math.min(pulled, days)) }),
          ...(status === 'ARCHIVED' && { archivedAt: ago(days / 2 + at / 100) }),
        },
      ),
    )
    parts.forEach(({ belongs, to }, at) => {
      const one = images[at]
      const other = images[to % images.length]
      if (!one || !other || one === other || one.subject || one.kind === 'index') return
      if (belongs === 'referrer' && other.kind !== 'artifact')
        Object.assign(one, { tags: [], kind: 'artifact', subject: other.digest })
      if (belongs === 'child' && other.kind !== 'artifact' && !other.subject)
        Object.assign(other, { kind: 'index', children: [...(other.children ?? []), one.digest] })
    })
    return images
  })

const goal = fc.record(
  {
    keepReleases: fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      patterns: fc.constantFrom(['v*'], ['*'], ['v*', 'dev-*']),
    }),
    dropUntaggedAfter: fc.integer({ min: 1, max: 20 }),
    archiveNotPulledFor: fc.integer({ min: 1, max: 40 }),
    expireArchivedAfter: fc.integer({ min: 90, max: 100 }),
  },
  { requiredKeys: [] },
)
const scene = fc
  .tuple(repository, goal, fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 4 }), fc.boolean())
  .filter(([, goals]) => Object.keys(goals).length > 0)
  .map(([images, goals, picks, shieldAll]) => {
    const inUse = picks.map(([at, byTag]) => {
      const used = images[at % images.length] as LifecycleImage
      const [tag] = used.tags
      return byTag && tag ? { tag, by: 'task' } : { digest: used.digest, by: 'task' }
    })
    return { images, goals, inUse, shieldAll }
  })
const used = (images: readonly LifecycleImage[], inUse: SuggestRequest['inUse']) =>
  images.filter(({ digest, tags }) =>
    inUse.some((use) => use.digest === digest || tags.includes(use.tag ?? '-')),
  )

describe('proof: nothing in use is ever taken while nothing is pushed', () => {
  test.each([
    ['with children told', false],
    ['with children hidden, as in a listing', true],
  ])('%s', (_name, hidden) => {
    let written = 0
    fc.assert(
      fc.property(scene, ({ images, ...rest }) => {
        const listed = hidden ? images.map(({ children: _, ...shown }) => shown) : images
        const { text } = suggest({ ...rest, images: listed, now })
        if (text === undefined) return
        written += 1
        const parsed = parseLifecycle(text)
        if ('unreadable' in parsed) throw new Error(parsed.unreadable)
        // ECR knows the children; what is activating is back within minutes.
        const there = images.map((each) =>
          each.status === 'ACTIVATING'
            ? { ...each, status: 'ACTIVE' as const, activatedAt: now.toISOString() }
            : each,
        )
        const gone = forecast(parsed.rules, there, { now, days: 170 })
        expect(used(images, rest.inUse).filter(({ digest }) => gone.has(digest))).toEqual([])
      }),
      { numRuns: 400 },
    )
    expect(written).toBeGreaterThan(100)
  })

  test('a refusal is no excuse: its rules would take an image in use, some day', () => {
    let refusals = 0
    fc.assert(
      fc.property(scene, ({ images, ...rest }) => {
        const settled = images.filter(({ status }) => status !== 'ACTIVATING')
        const { refused, rules } = suggest({ ...rest, images: settled, now })
        const blamed = new Set(refused.flatMap((each) => each.images))
        if (blamed.size === 0) return
        refusals += 1
        const gone = forecast(
          rules.map(({ rule }) => rule),
          settled,
          { now, days: 170 },
        )
        const lost = [...blamed].filter((digest) => gone.has(digest))
        expect(lost).toEqual([...blamed])
      }),
      { numRuns: 400 },
    )
    expect(refusals).toBeGreaterThan(20)
  })
})

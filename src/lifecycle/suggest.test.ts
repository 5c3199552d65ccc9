import { describe, expect, test } from 'vitest'
import type { SuggestGoals } from './goals.ts'
import { ago, digestFor, image, index, now } from './images.fixture.ts'
import { lintLifecycle } from './lint.ts'
import { proveKept, proveRefused } from './proof.fixture.ts'
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

describe('proof', () => {
  test.each([
    ['with children told', false],
    ['with children hidden, as in a listing', true],
  ])('nothing in use is ever taken while nothing is pushed, %s', (_name, hidden) => {
    expect(proveKept(120, { hidden })).toBeGreaterThan(30)
  })

  test('a refusal is no excuse: its rules would take an image in use, some day', () => {
    expect(proveRefused(120)).toBeGreaterThan(5)
  })
})

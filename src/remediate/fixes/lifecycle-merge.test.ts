import { describe, expect, test } from 'vitest'
import type { LifecycleImage } from '../../lifecycle/image.ts'
import { parseLifecycle } from '../../lifecycle/parse.ts'
import {
  type Merged,
  type Scene,
  withoutIdleRules,
  withShields,
  withUntaggedRule,
} from './lifecycle-merge.ts'

type Rule = {
  priority: number
  tagStatus: string
  patterns?: string[]
  storageClass?: string
  extra?: object
}

const policyOf = (...rules: Rule[]) =>
  JSON.stringify({
    rules: rules.map(({ priority, tagStatus, patterns, storageClass, extra }) => ({
      rulePriority: priority,
      description: `was ${priority}`,
      selection: {
        tagStatus,
        ...(patterns && { tagPatternList: patterns }),
        ...(storageClass
          ? { storageClass, countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 100 }
          : { countType: 'imageCountMoreThan', countNumber: 2 }),
      },
      action: { type: 'expire' },
      ...extra,
    })),
  })

const imageOf = (name: string, day: number, more: Partial<LifecycleImage> = {}): LifecycleImage => ({
  digest: `sha256:${name.padEnd(64, '0')}`,
  tags: [name],
  pushedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
  status: 'ACTIVE',
  kind: 'image',
  bytes: 1,
  ...more,
})
const empty: Scene = { images: [], inUse: [] }
const textOf = (merged: Merged) => ('text' in merged ? merged.text : expect.fail(merged.why))
const shapeOf = (merged: Merged) => {
  const parsed = parseLifecycle(textOf(merged) ?? '{"rules":[]}')
  if ('unreadable' in parsed) return []
  return parsed.rules.map(({ priority, tagStatus, tagLists }) =>
    [priority, tagStatus, ...(tagLists?.patterns ?? [])].join(' '),
  )
}

describe('a rule for untagged images', () => {
  test.each<[string, string | null, string[]]>([
    ['alone', null, ['1 untagged']],
    [
      'behind others',
      policyOf({ priority: 5, tagStatus: 'tagged', patterns: ['v*'] }),
      ['5 tagged v*', '6 untagged'],
    ],
    [
      'before any of the archive, which moves',
      policyOf(
        { priority: 1, tagStatus: 'tagged', patterns: ['v*'] },
        { priority: 2, tagStatus: 'any', storageClass: 'archive' },
      ),
      ['1 tagged v*', '2 untagged', '3 any'],
    ],
    [
      'before any of the archive, which has room',
      policyOf(
        { priority: 1, tagStatus: 'tagged', patterns: ['v*'] },
        { priority: 90, tagStatus: 'any', storageClass: 'archive' },
      ),
      ['1 tagged v*', '2 untagged', '90 any'],
    ],
  ])('%s', (_, text, shape) => {
    expect(shapeOf(withUntaggedRule(text, 14, empty))).toEqual(shape)
  })

  test.each(['untagged', 'any'])('a policy that has one for %s stays to the letter', (tagStatus) => {
    const text = `${policyOf({ priority: 1, tagStatus })}  `
    expect(withUntaggedRule(text, 14, empty)).toEqual({ text })
  })

  test('other rules are written as they were read', () => {
    const text = policyOf({ priority: 3, tagStatus: 'tagged', patterns: ['v*'] })
    const { rules } = JSON.parse(textOf(withUntaggedRule(text, 14, empty)) ?? '')
    expect(rules[0]).toEqual(JSON.parse(text).rules[0])
  })

  test('is refused where an untagged image is in use, and names it', () => {
    const bare = imageOf('a', 1, { tags: [] })
    const scene = { images: [bare], inUse: [{ digest: bare.digest, by: 'task/x' }] }
    expect(withUntaggedRule(null, 14, scene)).toEqual({
      why: 'It would take 1 image in use, such as the untagged a00000000000, which task/x uses.',
      inTheWay: [bare],
    })
  })

  test('is refused where untagged images are and what runs is not known', () => {
    const scene = { images: [imageOf('a', 1, { tags: [] })], inUse: [], missing: 'AccessDenied' }
    expect(withUntaggedRule(null, 14, scene)).toMatchObject({ why: expect.stringMatching(/AccessDenied/) })
    expect(shapeOf(withUntaggedRule(null, 14, { ...scene, images: [] }))).toEqual(['1 untagged'])
  })

  test.each([
    ['no JSON', '{'],
    ['members that are not known', policyOf({ priority: 1, tagStatus: 'any', extra: { newThing: 1 } })],
  ])('is refused for %s', (_, text) => {
    expect(withUntaggedRule(text, 14, empty)).toMatchObject({ why: expect.any(String), inTheWay: [] })
  })
})

describe('rules that spare images in use', () => {
  const images = [imageOf('1.0', 1), imageOf('1.1', 2), imageOf('1.2', 3), imageOf('1.3', 4)]
  const keepsTwo = policyOf({ priority: 1, tagStatus: 'tagged', patterns: ['*'] })

  test('come first, one for each image that would go, and what was there keeps its order', () => {
    const inUse = [
      { tag: '1.0', by: 'task/a' },
      { digest: images[1]?.digest ?? '', by: 'task/b' },
      { tag: '1.3', by: 'task/c' },
    ]
    const merged = withShields(keepsTwo, { images, inUse })
    expect(shapeOf(merged)).toEqual(['1 tagged 1.0', '2 tagged 1.1', '3 tagged *'])
    expect(withShields(textOf(merged), { images, inUse })).toEqual({ text: textOf(merged) })
  })

  test('a policy that takes nothing in use stays to the letter', () => {
    const text = `${keepsTwo}\n\n`
    expect(withShields(text, { images, inUse: [{ tag: '1.3', by: 'task/c' }] })).toEqual({ text })
  })

  test('cannot be had for an image without a tag', () => {
    const bare = imageOf('x', 1, { tags: [] })
    const text = policyOf({ priority: 1, tagStatus: 'any' })
    const scene = { images: [...images, bare], inUse: [{ digest: bare.digest, by: 'task/x' }] }
    expect(withShields(text, scene)).toMatchObject({ inTheWay: [bare] })
  })
})

describe('rules that never act', () => {
  test('go, and the others stay', () => {
    const text = policyOf(
      { priority: 1, tagStatus: 'tagged', patterns: ['v*'] },
      { priority: 2, tagStatus: 'tagged', patterns: ['v1*'] },
      { priority: 3, tagStatus: 'untagged' },
    )
    expect(shapeOf(withoutIdleRules(text))).toEqual(['1 tagged v*', '3 untagged'])
  })

  test('when none is left there is no policy', () => {
    expect(withoutIdleRules(policyOf({ priority: 1, tagStatus: 'tagged', patterns: ['#'] }))).toEqual({
      text: null,
    })
  })
})

import fc from 'fast-check'
import type { LifecycleImage } from './image.ts'
import { ago, image } from './images.fixture.ts'
import type { SuggestRequest } from './suggest.ts'

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
export const scene = fc
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
/** The images that somebody uses. */
export const used = (images: readonly LifecycleImage[], inUse: SuggestRequest['inUse']) =>
  images.filter(({ digest, tags }) =>
    inUse.some((use) => use.digest === digest || tags.includes(use.tag ?? '-')),
  )

import fc from 'fast-check'
import { expect } from 'vitest'
import { forecast } from './forecast.fixture.ts'
import { now } from './images.fixture.ts'
import { parseLifecycle } from './parse.ts'
import { scene, used } from './scene.fixture.ts'
import { suggest } from './suggest.ts'

/** Longer than any rule of the scenes waits. */
const days = 170

/**
 * Nothing in use is ever taken by a suggested policy while nothing is pushed: run each day, on random repositories.
 * `hidden`: the listing does not tell the children of indexes, as ECR's does not. Answers how many were written.
 */
export function proveKept(numRuns: number, { hidden }: { hidden: boolean }): number {
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
      const gone = forecast(parsed.rules, there, { now, days })
      expect(used(images, rest.inUse).filter(({ digest }) => gone.has(digest))).toEqual([])
    }),
    { numRuns },
  )
  return written
}

/**
 * A refusal is no excuse: the rules that it names would take each image that it names, some day. Answers how many.
 * One case is refused for nothing: an archived signature in use whose subject would only be archived, not expired.
 */
export function proveRefused(numRuns: number): number {
  let refusals = 0
  fc.assert(
    fc.property(scene, ({ images, ...rest }) => {
      const settled = images.filter(({ status }) => status !== 'ACTIVATING')
      const { refused, rules } = suggest({ ...rest, images: settled, now })
      const blamed = [...new Set(refused.flatMap((each) => each.images))]
      if (blamed.length === 0) return
      refusals += 1
      const gone = forecast(
        rules.map(({ rule }) => rule),
        settled,
        { now, days },
      )
      const kept = settled.filter(({ digest }) => blamed.includes(digest) && !gone.has(digest))
      expect(kept.filter(({ status, subject }) => status !== 'ARCHIVED' || subject === undefined)).toEqual([])
    }),
    { numRuns },
  )
  return refusals
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { initVault } from '../vault/vault.ts'
import { verifyVault } from '../vault/verify.ts'
import { planRestore, restore } from './restore.ts'

const run = quietRun({ clock: jumpingClock() })

/** One push into a registry: what it refers to is picked from what is there already. */
type Push =
  | { kind: 'image'; repository: number; layers: number[]; subject?: number; tags: string[] }
  | { kind: 'index'; repository: number; children: number[]; tags: string[] }
  | { kind: 'remove'; repository: number; image: number }

const tags = fc.array(
  fc.constantFrom('latest', '1', '2', 'v1.0', '__proto__', 'constructor', 'sha256-abc.sig'),
  { maxLength: 3 },
)
const repository = fc.nat({ max: 2 })
const push: fc.Arbitrary<Push> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('image' as const),
      repository,
      layers: fc.array(fc.nat({ max: 6 }), { maxLength: 4 }),
      tags,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('image' as const),
      repository,
      layers: fc.constant<number[]>([1]),
      subject: fc.nat({ max: 30 }),
      tags,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('index' as const),
      repository,
      children: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
      tags,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), repository, image: fc.nat({ max: 30 }) }),
  },
)

function apply(registry: MemoryRegistry, pushes: Push[], salt: string): void {
  for (const [at, one] of pushes.entries()) {
    const name = `team/r${one.repository}`
    const there = [...registry.repository(name).images.keys()]
    const pick = (wanted: number): Digest | undefined => there[wanted % Math.max(there.length, 1)]
    if (one.kind === 'remove') removeUnused(registry, name, pick(one.image))
    else if (one.kind === 'image') {
      const about = one.subject === undefined ? undefined : pick(one.subject)
      const options = { tags: one.tags, config: `{"${salt}":${at % 7}}`, ...(about && { subject: about }) }
      registry.image(
        name,
        one.layers.map((layer) => `layer ${layer} `.repeat(layer * 40)),
        options,
      )
    } else if (one.kind === 'index') {
      const children = one.children.map(pick).filter((digest) => digest !== undefined)
      if (children.length > 0) registry.index(name, [...new Set(children)], { tags: one.tags })
    }
  }
}

/** As ECR: an image that an index needs cannot be deleted (ecr-facts 4.8). */
function removeUnused(registry: MemoryRegistry, name: string, digest: Digest | undefined): void {
  const images = [...registry.repository(name).images.values()]
  if (digest && !images.some(({ bytes }) => bytes.includes(`"digest":"${digest}"`)))
    registry.remove(name, digest)
}

test('whatever a registry holds, a restore of its backup is the same registry', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(push, { maxLength: 25 }),
      fc.array(push, { maxLength: 6 }),
      async (first, later) => {
        const registry = new MemoryRegistry()
        const vault = await initVault(memoryStore(), run)
        apply(registry, first, 'a')
        const before = registry.contents()
        const one = await backup(registry.source(), vault, {}, run)
        apply(registry, later, 'b')
        const two = await backup(registry.source(), vault, { concurrency: 2 }, run)
        const three = await backup(registry.source(), vault, {}, run)
        expect(three.requests).toMatchObject({ manifestRequests: 0, blobRequests: 0 })
        for (const [id, contents] of [
          [one.snapshot, before],
          [two.snapshot, registry.contents()],
        ] as const) {
          const target = new MemoryRegistry('copy')
          const route = { vault, snapshot: await vault.snapshots.find(id), target: target.target() }
          const report = await restore(route, await planRestore(route, {}, run), run)
          expect(report).toMatchObject({ ok: true, identical: true })
          expect(withoutUnusedBlobs(target.contents())).toEqual(withoutUnusedBlobs(contents))
        }
        expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
})

/** A registry keeps blobs of deleted images for a while; nobody can ask for them, and no backup has them. */
function withoutUnusedBlobs(contents: unknown): unknown {
  return (contents as { blobs?: unknown }[]).map(({ blobs: _, ...rest }) => rest)
}

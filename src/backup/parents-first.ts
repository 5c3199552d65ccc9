import type { Digest } from '../core/digest.ts'
import type { ManifestRow } from '../vault/format.ts'

/** Every index before what it lists, as far as the rows know; a cycle ends where it is met. */
export function parentsFirst(digests: readonly Digest[], rows: ReadonlyMap<Digest, ManifestRow>): Digest[] {
  const wanted = new Set(digests)
  const seen = new Set<Digest>()
  const childrenFirst: Digest[] = []
  const visit = (digest: Digest): void => {
    if (seen.has(digest)) return
    seen.add(digest)
    for (const child of rows.get(digest)?.manifests ?? []) visit(child)
    if (wanted.has(digest)) childrenFirst.push(digest)
  }
  for (const digest of digests) visit(digest)
  return childrenFirst.reverse()
}

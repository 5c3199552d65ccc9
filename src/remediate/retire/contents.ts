import { digestOf } from '../../core/digest.ts'
import type { RepositoryState } from '../../vault/format.ts'

/** A hash of what a repository holds: every digest and its tags, whatever their order. */
export function contentsOf(images: readonly { digest: string; tags: readonly string[] }[]): string {
  const lines = images.map(({ digest, tags }) => `${digest} ${[...tags].sort().join(' ')}`)
  return digestOf(lines.sort().join('\n'))
}

/** Of a repository in a snapshot. */
export function contentsIn({ manifests, tags }: RepositoryState): string {
  const named = new Map<string, string[]>(manifests.map(({ digest }) => [digest, []]))
  for (const [tag, digest] of Object.entries(tags)) named.get(digest)?.push(tag)
  return contentsOf([...named].map(([digest, list]) => ({ digest, tags: list })))
}

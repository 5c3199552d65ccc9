import { matchesGlob } from '../core/glob.ts'
import type { LifecycleRule } from './policy.ts'

/** True when every image that `inner` looks at is looked at by `outer` too. May say false where it is so: it never errs the other way. */
export function covers(outer: LifecycleRule, inner: LifecycleRule): boolean {
  if (outer.storageClass !== inner.storageClass) return false
  if (outer.tagStatus === 'any') return true
  if (outer.tagStatus !== inner.tagStatus) return false
  if (outer.tagStatus === 'untagged') return true
  const given = globsOf(inner)
  return globsOf(outer).every((glob) => given.some((narrow) => contains(glob, narrow)))
}

/** A prefix is a pattern that goes on; a `*` in one is itself, and no tag has it. */
function globsOf({ tagLists = {} }: LifecycleRule): string[] {
  return [
    ...(tagLists.patterns ?? []),
    ...(tagLists.prefixes ?? []).map((prefix) => `${prefix.replaceAll('*', '\u0001')}*`),
  ]
}

/** Every text of the narrow pattern is one of the wide: its `*` can only stand where the wide one has one. */
function contains(wide: string, narrow: string): boolean {
  return matchesGlob(wide, narrow.replaceAll('*', '\u0000'))
}

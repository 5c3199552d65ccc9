import type { Kind } from '../kind.ts'
import { repositoryPolicy } from './repository-policy.ts'
import { tagMutability } from './tag-mutability.ts'

/** In the order in which an apply goes through them; a rollback goes the other way. */
export const kinds: readonly Kind[] = [tagMutability, repositoryPolicy].map((kind) => kind as unknown as Kind)

export function kindOf(name: string): Kind | undefined {
  return kinds.find((kind) => kind.name === name)
}

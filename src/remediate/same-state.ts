import { isDeepStrictEqual } from 'node:util'
import type { Json } from './call.ts'
import type { Kind } from './kind.ts'

export function isSameState(kind: Kind, one: Json, other: Json): boolean {
  return kind.isSame ? kind.isSame(one, other) : isDeepStrictEqual(plain(one), plain(other))
}

/** Members that are undefined are not there, as in a plan file. */
function plain(state: Json): unknown {
  return JSON.parse(JSON.stringify(state))
}

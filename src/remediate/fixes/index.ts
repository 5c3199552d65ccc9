import type { Fix } from '../fix.ts'
import { tagImmutability } from './tag-immutability.ts'

/** By control, in the order of the controls. */
export const fixes: readonly Fix[] = [tagImmutability]

import type { Fix } from '../fix.ts'
import { addUntaggedRule } from './lifecycle-present.ts'

export const untaggedStale: Fix = { control: 'untagged-stale', propose: addUntaggedRule }

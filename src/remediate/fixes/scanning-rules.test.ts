import { expect, test } from 'vitest'
import { filtersFor, withFilters } from './scanning-rules.ts'

const rule = (scanFrequency: string, ...filters: string[]) => ({
  scanFrequency,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' })),
})
const state = { scanType: 'ENHANCED', rules: [rule('SCAN_ON_PUSH', 'a*'), rule('CONTINUOUS_SCAN', 'b')] }

test('filters join the rule of their frequency; nothing else moves', () => {
  expect(withFilters(state, 'CONTINUOUS_SCAN', ['b', 'c*'])).toEqual({
    ...state,
    rules: [rule('SCAN_ON_PUSH', 'a*'), rule('CONTINUOUS_SCAN', 'b', 'c*')],
  })
  expect(withFilters({ scanType: 'BASIC', rules: [] }, 'SCAN_ON_PUSH', ['*'])).toEqual({
    scanType: 'BASIC',
    rules: [rule('SCAN_ON_PUSH', '*')],
  })
})

test('what is there already is no change', () => {
  expect(withFilters(state, 'SCAN_ON_PUSH', ['a*'])).toBe(state)
})

test('all that lack it are *; some of them are named', () => {
  expect(filtersFor(['a', 'b'], ['a', 'b'])).toEqual(['*'])
  expect(filtersFor(['a'], ['a', 'b'])).toEqual(['a*'])
})

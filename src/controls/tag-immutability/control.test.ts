import { expect, test } from 'vitest'
import { inventory, repository, settings } from '../inventory.fixture.ts'
import { tagImmutability } from './control.ts'

test.each([
  ['IMMUTABLE', [], 'pass', 'No tag can be moved.'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'pass', 'No tag can be moved but latest and dev-*.'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', '*'], 'fail', 'lets every tag move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['**'], 'fail', 'lets every tag move'],
  ['MUTABLE', [], 'fail', 'Any push may move an existing tag.'],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'fail', 'only v* cannot be moved'],
  ['MUTABLE_WITH_EXCLUSION', ['*'], 'pass', 'makes every tag immutable'],
  ['SOMETHING_NEW', [], 'unknown', 'SOMETHING_NEW'],
])('%s without %j: %s', (mode, exclusions, status, words) => {
  const verdict = tagImmutability.judge(
    repository({ tagMutability: { mode, exclusions: [...exclusions] } }),
    inventory(),
    settings(),
  )
  expect(verdict.status).toBe(status)
  expect(verdict.reason).toContain(words)
})

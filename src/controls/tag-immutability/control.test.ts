import { expect, test } from 'vitest'
import { inventory, repository, settings } from '../inventory.fixture.ts'
import { tagImmutability } from './control.ts'

test.each([
  ['IMMUTABLE', [], 'pass', 'No tag can be moved.'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'pass', 'No tag can be moved but latest and dev-*.'],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', '*'], 'fail', 'lets every tag move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['**'], 'fail', 'lets every tag move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['v*'], 'fail', 'The exclusion v* lets releases move, such as v1.2.3.'],
  ['IMMUTABLE_WITH_EXCLUSION', ['dev-*', '1.*'], 'fail', 'The exclusion 1.* lets releases move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['*.*'], 'fail', 'lets releases move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['*-alpine'], 'fail', 'such as 1.2.3-alpine'],
  ['IMMUTABLE_WITH_EXCLUSION', ['release-*'], 'fail', 'lets releases move'],
  ['IMMUTABLE_WITH_EXCLUSION', ['*-SNAPSHOT', 'pr-*', 'nightly'], 'pass', 'but *-SNAPSHOT, pr-* and nightly'],
  // A filter without a star names one tag; this one the repository has.
  ['IMMUTABLE_WITH_EXCLUSION', ['1.0.0'], 'fail', 'such as 1.0.0'],
  ['IMMUTABLE_WITH_EXCLUSION', ['1.0.1'], 'pass', 'but 1.0.1'],
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

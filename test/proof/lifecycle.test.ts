import { expect, test } from 'vitest'
import { proveKept, proveRefused } from '../../src/lifecycle/proof.fixture.ts'
import { printFigures } from '../support/figures.ts'

const runs = 1_500

test('a suggested lifecycle policy never takes what is in use', () => {
  const told = proveKept(runs, { hidden: false })
  const hidden = proveKept(runs, { hidden: true })
  const refused = proveRefused(runs)
  expect(Math.min(told, hidden, refused)).toBeGreaterThan(runs / 20)
  printFigures('suggested lifecycle policies', {
    repositories: 3 * runs,
    'policies run for 171 days': told + hidden,
    'refusals shown to be right': refused,
  })
})

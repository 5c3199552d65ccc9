import { test } from 'vitest'
import { faultCase } from './fault-runs.ts'
import { print, search } from './replay.ts'

const seeds = 800

test(`${seeds} seeds of faults that are left when every retry was in vain`, async () => {
  const file = 'test/sim/faults-memory.test.ts'
  const one = faultCase('memory')
  print('faults, memory', await search(one, { file, variable: 'SIM_SEEDS', first: 1, count: seeds }))
})

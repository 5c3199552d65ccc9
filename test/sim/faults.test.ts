import { test } from 'vitest'
import { faultCase } from './fault-runs.ts'
import { print, search } from './replay.ts'

const seeds = 250

test(`${seeds} seeds of faults under the real clients: throttling, cuts, lost answers, silence`, async () => {
  const file = 'test/sim/faults.test.ts'
  const one = faultCase('sockets')
  const counts = await search(one, { file, variable: 'SIM_SEEDS', first: 1, count: seeds }).finally(one.close)
  print('faults, sockets', counts)
})

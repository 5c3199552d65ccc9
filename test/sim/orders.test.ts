import { test } from 'vitest'
import { orderCase, rounds } from './orders.ts'
import { print, search } from './replay.ts'

/** One half of the seeds; orders-2.test.ts has the other, for the second core. */
const worlds = 1667

test(`${worlds * rounds} random orders of backups, prunes, restores, verifications, holds and pushes`, async () => {
  const file = 'test/sim/orders.test.ts'
  print('orders', await search(orderCase(), { file, variable: 'SIM_ORDERS', first: 1, count: worlds }))
})

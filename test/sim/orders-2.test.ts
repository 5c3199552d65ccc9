import { test } from 'vitest'
import { orderCase, rounds } from './orders.ts'
import { print, search } from './replay.ts'

const worlds = 1667

test(`${worlds * rounds} more random orders`, async () => {
  const file = 'test/sim/orders-2.test.ts'
  print(
    'orders-2',
    await search(orderCase(), { file, variable: 'SIM_ORDERS', first: 1_000_001, count: worlds }),
  )
})

import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { PartBuffers } from './buffers.ts'

test('no more than so many are taken at once, in the order of asking, and the same ones again', async () => {
  const buffers = new PartBuffers(2)
  const order: number[] = []
  const [one, two] = [await buffers.take(8), await buffers.take(8)]
  const later = [3, 4].map(async (name) => {
    const buffer = await buffers.take(8)
    order.push(name)
    return buffer
  })
  await setImmediate()
  expect(order).toEqual([])
  buffers.give(two)
  await setImmediate()
  expect(order).toEqual([3])
  buffers.give(one)
  expect(await Promise.all(later)).toEqual([two, one])
  expect((await later[0]) === two && (await later[1]) === one).toBe(true)
})

test('another size is another buffer', async () => {
  const buffers = new PartBuffers(1)
  const small = await buffers.take(4)
  buffers.give(small)
  expect((await buffers.take(9)).length).toBe(9)
})

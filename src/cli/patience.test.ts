import { expect, test } from 'vitest'
import { endedInTime } from './patience.ts'

const never = new Promise<string>(() => {})

test('work that ends is what counts, stopped or not', async () => {
  expect(await endedInTime(Promise.resolve('done'), new AbortController().signal)).toBe('done')
  expect(await endedInTime(Promise.resolve('done'), AbortSignal.abort())).toBe('done')
  await expect(endedInTime(Promise.reject(new Error('no')), AbortSignal.abort())).rejects.toThrow('no')
})

test('work that hangs after a stop is left alone', async () => {
  const controller = new AbortController()
  const ended = endedInTime(never, controller.signal, 1)
  controller.abort()
  await expect(ended).rejects.toThrow(expect.objectContaining({ code: 'interrupted' }))
  await expect(endedInTime(never, AbortSignal.abort(), 1)).rejects.toThrow(
    expect.objectContaining({ code: 'interrupted' }),
  )
})

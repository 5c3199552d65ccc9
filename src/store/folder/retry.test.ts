import { expect, test } from 'vitest'
import { jumpingClock } from '../../core/clock.ts'
import { whenDescriptorsAllow } from './retry.ts'

function failing(code: string, times: number): { open: () => Promise<string>; calls: () => number } {
  let calls = 0
  const open = async () => {
    if (++calls <= times) throw Object.assign(new Error(code), { code })
    return 'open'
  }
  return { open, calls: () => calls }
}

test.each(['EMFILE', 'ENFILE'])('%s is waited for', async (code) => {
  const { open } = failing(code, 3)
  expect(await whenDescriptorsAllow(jumpingClock(), open)).toBe('open')
})

test('not for ever', async () => {
  const { open, calls } = failing('EMFILE', 100)
  await expect(whenDescriptorsAllow(jumpingClock(), open)).rejects.toMatchObject({ code: 'EMFILE' })
  expect(calls()).toBe(5)
})

test('other errors are not waited for', async () => {
  const { open, calls } = failing('EACCES', 1)
  await expect(whenDescriptorsAllow(jumpingClock(), open)).rejects.toMatchObject({ code: 'EACCES' })
  expect(calls()).toBe(1)
})

import { expect, test } from 'vitest'
import { isOfTheFuture } from './future.ts'

const key = (time: string) => `snapshots/oci-memory/${time}-aaaaaaaaaaaa.json`
const at = (text: string) => new Date(`2026-06-01T${text}Z`)

test.each([
  ['before both clocks', '20260601T110000Z', '12:00:00', '11:00:05', false],
  ['within the hour', '20260601T130000Z', '12:00:00', '12:00:00', false],
  ['a second more than the hour', '20260601T130001Z', '12:00:00', '12:00:00', true],
  ['the reader is slow, and the store knows better', '20260601T180000Z', '12:00:00', '18:00:09', false],
  ['the store is slow, and the reader knows better', '20260601T180000Z', '18:00:00', '12:00:09', false],
  ['of another century', '20990601T180000Z', '12:00:00', '12:00:00', true],
])('%s', (_what, time, now, modified, future) => {
  expect(isOfTheFuture({ key: key(time), modified: at(modified) }, at(now))).toBe(future)
})

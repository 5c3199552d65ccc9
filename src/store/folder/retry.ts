import type { Clock } from '../../core/clock.ts'
import { errnoOf } from './errors.ts'

const waits = [20, 80, 320, 1280]

/** Opens something; when no file descriptor is free it waits for others to close theirs, a few times. */
export async function whenDescriptorsAllow<T>(clock: Clock, open: () => Promise<T>): Promise<T> {
  for (const wait of waits) {
    try {
      return await open()
    } catch (error) {
      if (!['EMFILE', 'ENFILE'].includes(errnoOf(error) ?? '')) throw error
      await clock.sleep(wait)
    }
  }
  return await open()
}

import type { Door } from './door.ts'
import type { Journal } from './journal.ts'

/** The process is gone: nothing of it runs any more. */
export class Crash extends Error {}

export interface Crashing {
  door: Door
  journal: Journal
  /** The moments that were passed; the crash is at one of them. */
  moments(): number
}

/**
 * A door and a journal that die at the n-th moment: before and after each entry of the journal and each change, so that
 * after a change its answer is lost. Whatever is asked afterwards fails.
 */
export function crashing({ door, journal }: { door: Door; journal: Journal }, at: number): Crashing {
  let passed = 0
  const alive = () => {
    if (passed > at) throw new Crash()
  }
  const moment = () => {
    alive()
    passed += 1
    if (passed > at) throw new Crash()
  }
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    moment()
    const answer = await work()
    moment()
    return answer
  }
  const dying: Door = {
    ...door,
    ask: (...asked) => {
      alive()
      return door.ask(...asked)
    },
    find: (...asked) => {
      alive()
      return door.find(...asked)
    },
    send: (call) => around(() => door.send(call)),
  }
  const dyingJournal: Journal = {
    ...journal,
    begin: (...begun) => around(() => journal.begin(...begun)),
    write: (...written) => around(() => journal.write(...written)),
  }
  return { door: dying, journal: dyingJournal, moments: () => passed }
}

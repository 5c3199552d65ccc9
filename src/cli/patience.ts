import { interrupted } from '../core/errors.ts'

/** How long a command may take to stop cleanly after Ctrl-C: what hangs then, such as a dead server, is left alone. */
const patience = 3000

/** The work's own end; or, when it was stopped and does not end in time, an interruption. */
export function endedInTime<T>(work: Promise<T>, signal: AbortSignal, limit = patience): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const giveUp = () => {
      timer = setTimeout(() => reject(interrupted()), limit)
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer))
}

import { exit } from '../core/errors.ts'

/** What each exit code means, in the words of the help and of the last line on stderr. */
export const exitWords: Record<number, string> = {
  [exit.ok]: 'fine',
  [exit.failed]: 'failed',
  [exit.usage]: 'wrong usage',
  [exit.findings]: 'findings at or over the gate',
  [exit.partial]: 'partly done or partly unknown',
  [exit.damaged]: 'damaged data found',
  [exit.refused]: 'refused',
  [exit.credentials]: 'credentials missing or expired',
  [exit.interrupted]: 'interrupted',
}

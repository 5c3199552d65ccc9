import { randomBytes } from 'node:crypto'

/** 12 hex digits: enough that two runs in the same second do not meet. */
export function newId(): string {
  return randomBytes(6).toString('hex')
}

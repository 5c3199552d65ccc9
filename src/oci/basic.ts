import type { Authorization } from './authority.ts'

/** A user name and password that never change. */
export function basicAuthorization(username: string, password: string): Authorization {
  const header = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
  return async () => header
}

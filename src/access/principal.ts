import { parseArn } from '../core/arn.ts'
import type { Principal } from './policy.ts'

/**
 * `everybody`: any AWS account. `dangling`: the unique id of a user or role that was deleted; AWS shows it in place
 * of the ARN, and nobody can ever be it again. `service`: an AWS service.
 */
export type PrincipalKind = 'everybody' | 'own-account' | 'other-account' | 'dangling' | 'service' | 'other'

export function kindOfPrincipal({ type, id }: Principal, ownAccount: string): PrincipalKind {
  if (type === 'Service') return 'service'
  if (type !== 'AWS') return 'other'
  if (/^A(ROA|IDA)[A-Z0-9]{8,}$/.test(id)) return 'dangling'
  const account = accountOf(id)
  // AWS refuses a wildcard inside an ARN here; should one turn up it is read as what it would mean.
  if (account.includes('*') || account.includes('?')) return 'everybody'
  return account === ownAccount ? 'own-account' : 'other-account'
}

/** The account that a principal belongs to: of an ARN, or the id itself. */
export function accountOf(id: string): string {
  // Most that are asked for are the same as before.
  if (id !== lastId) lastAccount = parseArn(id)?.account ?? id
  lastId = id
  return lastAccount
}

let lastId = ''
let lastAccount = ''

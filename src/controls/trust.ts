import type { Narrowing } from '../access/condition.ts'
import type { Grant } from '../access/grant.ts'
import { accountOf } from '../access/principal.ts'
import { parseArn } from '../core/arn.ts'
import { narrowingWords } from './grant-words.ts'
import type { AuditSettings } from './settings.ts'

type Trusted = Pick<AuditSettings, 'trustedAccounts' | 'trustedOrganizations'>

export function namesTrust({ trustedAccounts, trustedOrganizations }: Trusted): boolean {
  return trustedAccounts.length + trustedOrganizations.length > 0
}

/** Other accounts that a grant lets in, by id; `*` and what limits it for those that it does not name. */
export function letIn({ everybody, others, narrowed }: Grant): string[] {
  const named = [...new Set(others.map(accountOf))]
  if (!everybody || narrowed.some(keepsOthersOut)) return named
  const [limit] = narrowed
  return [limit ? `everybody of ${narrowingWords(limit)}` : 'any AWS account', ...named]
}

/** Those of them whom the settings do not trust. A condition that leaves the trusted only is enough. */
export function untrustedIn(grant: Grant, trusted: Trusted): string[] {
  if (grant.narrowed.some((narrowing) => leavesTrusted(narrowing, trusted))) return []
  return letIn(grant).filter((account) => !trusted.trustedAccounts.includes(account))
}

/** What keeps other accounts out of `*`: this account, its networks. */
function keepsOthersOut({ reach }: Narrowing): boolean {
  return reach === 'own-account' || reach === 'network'
}

function leavesTrusted(narrowing: Narrowing, trusted: Trusted): boolean {
  if (narrowing.reach === 'own-account') return true
  if (narrowing.reach === 'network') return false
  return narrowing.values.length > 0 && narrowing.values.every((value) => isTrusted(value, trusted))
}

function isTrusted(value: string, { trustedAccounts, trustedOrganizations }: Trusted): boolean {
  // The registry's own organization, or its own account, filled in by AWS.
  if (/^\$\{aws:ResourceOrg(ID|Paths)\}$/i.test(value)) return trustedOrganizations.length > 0
  if (/^\$\{aws:ResourceAccount\}$/i.test(value)) return true
  const organization = /^o-[a-z0-9]+/.exec(value)?.[0]
  if (organization) return trustedOrganizations.includes(organization)
  return trustedAccounts.includes(parseArn(value)?.account ?? value)
}

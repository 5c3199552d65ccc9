import type { Grant, Guest } from '../access/grant.ts'
import type { AuditSettings } from './settings.ts'

type Trusted = Pick<AuditSettings, 'trustedAccounts' | 'trustedOrganizations'>

export function namesTrust({ trustedAccounts, trustedOrganizations }: Trusted): boolean {
  return trustedAccounts.length + trustedOrganizations.length > 0
}

/** Who gets in from other accounts, by account; by what limits them for those that are not named. */
export function namesOf(guests: readonly Guest[]): string[] {
  return [...new Set(guests.map(nameOf))]
}

function nameOf({ kind, name, account }: Guest): string {
  if (kind === 'anybody') return name
  return kind === 'named' ? (account ?? name) : `everybody of ${name}`
}

/** Guests of whom one can say who they are. */
export function placed({ guests }: Grant): Guest[] {
  return guests.filter(({ kind }) => kind !== 'unplaced')
}

/** Those whom the settings do not trust: neither the account, nor the organization that it has to be in. */
export function untrusted(guests: readonly Guest[], trusted: Trusted): Guest[] {
  return guests.filter(
    ({ account, organization }) =>
      !(account !== undefined && trusted.trustedAccounts.includes(account)) &&
      !(organization !== undefined && isTrusted(organization, trusted)),
  )
}

function isTrusted(value: string, { trustedOrganizations }: Trusted): boolean {
  // The registry's own organization, filled in by AWS.
  if (/^\$\{aws:ResourceOrg(ID|Paths)\}$/i.test(value)) return trustedOrganizations.length > 0
  const organization = /^o-[a-z0-9]+/.exec(value)?.[0]
  return organization !== undefined && trustedOrganizations.includes(organization)
}

/** Whoever is named counts, whatever a condition that is not known here makes of it. */
export function isCertain({ kind, doubts }: Guest): boolean {
  return doubts.length === 0 || kind === 'named'
}

import type { Grant } from '../../access/grant.ts'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { abilityWords, accountWords, grantEvidence, statementWords } from '../grant-words.ts'
import { judgePolicy, readGrants, readPolicy, unclearVerdict } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { isCertain, namesOf, namesTrust, placed, untrusted } from '../trust.ts'

export const crossAccountTrusted: RepositoryControl = {
  id: 'cross-account-trusted',
  title: 'The repository policy lets in trusted accounts only',
  severity: 'high',
  why: 'An account that nobody remembers still reads every image, and whoever owns it now reads them too.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'AC-4'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Take the account out of the policy, or add it to trustedAccounts in holdfast.yaml if it belongs there.',
  scope: 'repository',
  judge: (repository, inventory, settings) =>
    namesTrust(settings)
      ? judgePolicy(
          { policy: repository.policy, none: 'No policy: only this account has access.' },
          (policy) => judgeGrants(readGrants(policy, repository, inventory), settings),
        )
      : withoutList(repository, inventory),
}

/** Nobody has said whom to trust, so nobody can be judged; but who is let in is worth a look. */
function withoutList(repository: RepositoryInventory, inventory: Inventory): Verdict {
  const { policy } = repository
  const ask = 'holdfast.yaml names no trustedAccounts and no trustedOrganizations'
  if ('error' in policy || policy.ok === null) return notApplicable(`${ask}.`)
  const found = readPolicy(policy)
  if (found.unreadable !== undefined) return notApplicable(`${ask}.`)
  const named = namesOf(readGrants(found, repository, inventory).flatMap(placed))
  if (named.length === 0) return notApplicable(`${ask}; the policy lets in no other account.`)
  return notApplicable(`${ask}; the policy lets in ${accountWords(named)}.`)
}

function judgeGrants(grants: readonly Grant[], settings: AuditSettings): Verdict {
  const bad = only(grants, (grant) => untrusted(placed(grant), settings))
  const certain = only(bad, ({ guests }) => guests.filter(isCertain))
  const [worst] = certain
  if (worst) {
    const more = certain.length > 1 ? `; ${certain.length - 1} more such` : ''
    const reason = `${badWords(worst)}${more}.`
    return fail(reason, { statements: certain.slice(0, 20).map(grantEvidence) })
  }
  const unclear = [...bad, ...only(grants, ({ guests }) => guests.filter(({ kind }) => kind === 'unplaced'))]
  if (unclear.length > 0) return unclearVerdict(unclear)
  const named = namesOf(grants.flatMap(({ guests }) => guests))
  return pass(
    named.length === 0 ? 'No other account is let in.' : `Trusted, all of them: ${accountWords(named)}.`,
  )
}

/** The grants with some of their guests; those that have none left are left out. */
function only(grants: readonly Grant[], choose: (grant: Grant) => Grant['guests']): Grant[] {
  return grants
    .map((grant) => ({ ...grant, guests: choose(grant) }))
    .filter(({ guests }) => guests.length > 0)
}

function badWords(grant: Grant): string {
  const { guests } = grant
  return `Not trusted, and may ${abilityWords(guests)}: ${accountWords(namesOf(guests))} (${statementWords(grant)})`
}

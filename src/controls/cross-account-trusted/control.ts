import { type Grant, givesSomething } from '../../access/grant.ts'
import type { Policy } from '../../access/policy.ts'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { abilityWords, accountWords, grantEvidence, statementWords } from '../grant-words.ts'
import { judgePolicy, readGrants, readPolicy, unclearVerdict } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { letIn, namesTrust, untrustedIn } from '../trust.ts'

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
  judge: ({ policy }, { registry }, settings) =>
    namesTrust(settings)
      ? judgePolicy({ policy, none: 'No policy: only this account has access.' }, (found) =>
          judgeGrants(found, registry.account, settings),
        )
      : withoutList(policy, registry.account),
}

/** Nobody has said whom to trust, so nobody can be judged; but who is let in is worth a look. */
function withoutList(policy: RepositoryInventory['policy'], account: string): Verdict {
  const ask = 'holdfast.yaml names no trustedAccounts and no trustedOrganizations'
  if ('error' in policy || policy.ok === null) return notApplicable(`${ask}.`)
  const found = readPolicy(policy)
  if ('unreadable' in found) return notApplicable(`${ask}.`)
  const named = new Set(readGrants(found, account).filter(givesSomething).flatMap(letIn))
  if (named.size === 0) return notApplicable(`${ask}; the policy lets in no other account.`)
  return notApplicable(`${ask}; the policy lets in ${accountWords([...named])}.`)
}

function judgeGrants(policy: Policy, account: string, settings: AuditSettings): Verdict {
  const grants = readGrants(policy, account).filter(givesSomething)
  const bad = grants.filter((grant) => untrustedIn(grant, settings).length > 0)
  const certain = bad.filter(({ others, unclear }) => others.length > 0 || unclear.length === 0)
  const [worst] = certain
  if (worst) {
    const more = certain.length > 1 ? `; ${certain.length - 1} more such` : ''
    const reason = `${badWords(worst, settings)}${more}.`
    return fail(reason, { statements: certain.slice(0, 20).map(grantEvidence) })
  }
  const unclear = [
    ...bad,
    ...grants.filter(({ strangers, narrowed }) => strangers.length > 0 && !narrowed.length),
  ]
  if (unclear.length > 0) return unclearVerdict(unclear)
  const named = new Set(grants.flatMap(letIn))
  return pass(
    named.size === 0 ? 'No other account is let in.' : `Trusted, all of them: ${accountWords([...named])}.`,
  )
}

function badWords(grant: Grant, settings: AuditSettings): string {
  const who = accountWords(untrustedIn(grant, settings))
  return `Not trusted, and may ${abilityWords(grant)}: ${who} (${statementWords(grant)})`
}

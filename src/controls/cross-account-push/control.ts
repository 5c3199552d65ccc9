import type { Ability } from '../../access/actions.ts'
import type { Grant } from '../../access/grant.ts'
import type { Policy } from '../../access/policy.ts'
import { accountOf } from '../../access/principal.ts'
import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { abilityWords, accountWords, grantEvidence, narrowingWords, statementWords } from '../grant-words.ts'
import { judgePolicy, readGrants, unclearVerdict } from '../policy-verdict.ts'

export const crossAccountPush: RepositoryControl = {
  id: 'cross-account-push',
  title: 'Other accounts can pull at most: no push, delete or policy change',
  severity: 'high',
  why: 'Whoever breaks into the other account can replace or delete the images that you run.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-6', 'SI-7'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3', 'CC6.8'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Leave other accounts only ecr:BatchGetImage and ecr:GetDownloadUrlForLayer; let them push to their own registry.',
  scope: 'repository',
  judge: ({ policy }, { registry }) =>
    judgePolicy({ policy, none: 'No policy: only this account has access.' }, (found) =>
      judgeGrants(found, registry.account),
    ),
}

function judgeGrants(policy: Policy, account: string): Verdict {
  const grants = readGrants(policy, account)
  const writes = grants.filter(changesSomething)
  const reaching = writes.filter(reachesOthers)
  const bad = reaching.filter((grant) => grant.others.length > 0 || isClear(grant))
  const dangling = writes.flatMap((grant) => grant.dangling)
  if (bad.length > 0) {
    const [worst] = bad
    const more = bad.length > 1 ? `; ${bad.length - 1} more such` : ''
    return fail(`${worst ? badWords(worst) : ''}${more}.`, {
      statements: bad.slice(0, 20).map(grantEvidence),
    })
  }
  if (reaching.length > 0) return unclearVerdict(reaching)
  if (dangling.length > 0) {
    const reason = `No other account can write. Dangling, and safe to remove (deleted users or roles): ${accountWords(dangling)}.`
    return pass(reason, { dangling: dangling.slice(0, 20) })
  }
  return pass('No other account can push, delete or change the policy.')
}

function badWords(grant: Grant): string {
  const how = grant.broad ? ' by a wildcard' : ''
  return `${whoWords(grant)} may ${abilityWords(grant)}${how} (${statementWords(grant)})`
}

function whoWords(grant: Grant): string {
  if (!grant.everybody) {
    const accounts = [...new Set(grant.others.map(accountOf))]
    return `${accounts.length === 1 ? 'Account' : 'Accounts'} ${accountWords(accounts)}`
  }
  const [limit] = grant.narrowed
  return limit ? `Every account of ${narrowingWords(limit)}` : 'Any AWS account'
}

const writing: Ability[] = ['push', 'create', 'delete', 'configure', 'set-policy']

/** An action that is not known here counts as a change unless its name says that it reads. */
function changesSomething({ actions }: Grant): boolean {
  const reads = /^ecr:(get|list|describe|batchget|batchcheck|validate)/i
  return (
    writing.some((ability) => actions.abilities.has(ability)) ||
    actions.unlisted.some((action) => !reads.test(action))
  )
}

/** For `*` a condition may leave this account, a network or an AWS service; named accounts stay what they are. */
function reachesOthers({ everybody, others, narrowed, strangers }: Grant): boolean {
  if (others.length > 0) return true
  return (
    (everybody || strangers.length > 0) &&
    !narrowed.some(({ reach }) => ['own-account', 'network', 'source'].includes(reach))
  )
}

function isClear({ everybody, unclear }: Grant): boolean {
  return everybody && unclear.length === 0
}

import { type Ability, type GrantedActions, grantedActions } from '../../access/actions.ts'
import type { Grant, Guest } from '../../access/grant.ts'
import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { abilityWords, accountWords, clip, grantEvidence, statementWords } from '../grant-words.ts'
import { judgePolicy, readGrants, unclearVerdict } from '../policy-verdict.ts'
import { isCertain, namesOf } from '../trust.ts'

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
  judge: (repository, inventory) =>
    judgePolicy({ policy: repository.policy, none: 'No policy: only this account has access.' }, (policy) =>
      judgeGrants(readGrants(policy, repository, inventory)),
    ),
}

function judgeGrants(grants: readonly Grant[]): Verdict {
  const reaching = grants
    .map((grant) => ({ ...grant, guests: grant.guests.filter(isOther).filter(changesSomething) }))
    .filter(({ guests }) => guests.length > 0)
  const bad = reaching
    .map((grant) => ({ ...grant, guests: grant.guests.filter(isCertain) }))
    .filter(({ guests }) => guests.length > 0)
  const [worst] = bad
  if (worst) {
    const more = bad.length > 1 ? `; ${bad.length - 1} more such` : ''
    return fail(`${badWords(worst)}${more}.`, { statements: bad.slice(0, 20).map(grantEvidence) })
  }
  if (reaching.length > 0) return unclearVerdict(reaching)
  const dangling = grants
    .filter((one) => one.dangling.length > 0 && givesChange(grantedActions(one.source.actions)))
    .flatMap((one) => one.dangling)
  if (dangling.length > 0) {
    const reason = `No other account can write. Dangling, and safe to remove (deleted users or roles): ${accountWords(dangling)}.`
    return pass(reason, { dangling: dangling.slice(0, 20) })
  }
  return pass('No other account can push, delete or change the policy.')
}

function badWords(grant: Grant): string {
  const how = isBroad(grant) ? ' by a wildcard' : ''
  return `${whoWords(grant)} may ${abilityWords(grant.guests)}${how} (${statementWords(grant)})`
}

function isBroad({ source: { actions } }: Grant): boolean {
  return actions.not || actions.list.some((action) => /[*?]/.test(action))
}

function whoWords({ guests }: Grant): string {
  if (guests.some(({ kind }) => kind === 'anybody')) return 'Any AWS account'
  const named = guests.filter(({ kind }) => kind === 'named')
  const limited = guests.find(({ kind }) => kind !== 'named')
  if (limited) return `Every account of ${clip(limited.name)}`
  const accounts = namesOf(named)
  return `${accounts.length === 1 ? 'Account' : 'Accounts'} ${accountWords(accounts)}`
}

/** A service of AWS that acts for somebody is judged by cross-account-trusted. */
function isOther({ kind }: Guest): boolean {
  return kind !== 'service'
}

const writing: Ability[] = ['push', 'create', 'delete', 'configure', 'set-policy']

function changesSomething({ actions }: Guest): boolean {
  return givesChange(grantedActions({ not: false, list: actions }))
}

/** An action that is not known here counts as a change unless its name says that it reads. */
function givesChange({ abilities, unlisted }: GrantedActions): boolean {
  const reads = /^ecr:(get|list|describe|batchget|batchcheck|validate)/i
  return writing.some((ability) => abilities.has(ability)) || unlisted.some((action) => !reads.test(action))
}

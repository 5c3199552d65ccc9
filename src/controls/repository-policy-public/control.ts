import type { Grant, Guest } from '../../access/grant.ts'
import { fail, pass, type RepositoryControl, type Verdict } from '../control.ts'
import { abilityWords, clip, grantEvidence, join, statementWords, trapsInWords } from '../grant-words.ts'
import { judgePolicy, readGrants, unclearVerdict } from '../policy-verdict.ts'

export const repositoryPolicyPublic: RepositoryControl = {
  id: 'repository-policy-public',
  title: 'The repository policy is not open to every AWS account',
  severity: 'critical',
  why: 'Anybody with an AWS account can use the repository: read what is in the images, or replace them.',
  needs: ['ecr:GetRepositoryPolicy'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'AC-6'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Name the accounts in the statement, or add StringEquals aws:PrincipalOrgID with your organization.',
  scope: 'repository',
  judge: (repository, inventory) =>
    judgePolicy({ policy: repository.policy, none: 'No policy: only this account has access.' }, (policy) =>
      judgeGrants(readGrants(policy, repository, inventory)),
    ),
}

function judgeGrants(grants: readonly Grant[]): Verdict {
  const open = grants.filter((grant) => anybodyIn(grant).length > 0)
  if (open.length > 0) {
    const [worst] = open
    const more = open.length > 1 ? `; ${open.length - 1} more such` : ''
    return fail(`${worst ? openWords(worst) : ''}${more}.`, { open: open.slice(0, 20).map(grantEvidence) })
  }
  const unclear = grants.filter(({ guests }) => guests.some(mayBeAnybody))
  if (unclear.length > 0) return unclearVerdict(unclear)
  const limits = grants
    .filter(({ everybody }) => everybody)
    .flatMap((grant) => grant.limits.slice(0, 1).map((words) => clip(words)))
  if (limits.length > 0) return pass(`Open by *, but limited by ${join([...new Set(limits)].slice(0, 5))}.`)
  return pass('No statement lets in every AWS account.')
}

function anybodyIn({ guests }: Grant): Guest[] {
  return guests.filter(({ kind, doubts }) => kind === 'anybody' && doubts.length === 0)
}

function mayBeAnybody({ kind }: Guest): boolean {
  return kind === 'anybody' || kind === 'unplaced'
}

function openWords(grant: Grant): string {
  return `Any AWS account may ${abilityWords(anybodyIn(grant))} (${statementWords(grant)})${trapsInWords(grant)}`
}

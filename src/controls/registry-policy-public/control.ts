import { type Grant, grantsOf } from '../../access/grant.ts'
import type { Policy } from '../../access/policy.ts'
import type { Answer } from '../../inventory/inventory.ts'
import { fail, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import { abilityWords, deceptiveWords, grantEvidence, statementWords } from '../grant-words.ts'
import { judgePolicy } from '../policy-verdict.ts'

export const registryPolicyPublic: RegistryControl = {
  id: 'registry-policy-public',
  title: 'The registry policy is not open to every AWS account',
  severity: 'critical',
  why: 'One statement covers every repository: strangers can put images into the registry, or read all of it.',
  needs: ['ecr:GetRegistryPolicy', 'ecr:GetAccountSetting'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'AC-6'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Name the accounts that replicate or pull in the statement instead of *.',
  scope: 'registry',
  judge: ({ registryPolicy, registryPolicyScope, registry }) =>
    judgePolicy({ policy: registryPolicy, none: 'The registry has no policy.' }, (policy) =>
      judgeGrants(policy, registry.account, registryPolicyScope),
    ),
}

function judgeGrants(policy: Policy, account: string, scope: Answer<string>): Verdict {
  const open = grantsOf(policy, account).filter(
    ({ everybody, narrowed }) => everybody && narrowed.length === 0,
  )
  const always = open.filter(({ actions }) => actions.names.some((name) => underV1.has(name)))
  if (always.length > 0) return openVerdict(always)
  const onlyUnderV2 = open.filter(({ actions }) => actions.names.length + actions.unlisted.length > 0)
  if (onlyUnderV2.length === 0) return pass('No statement lets in every AWS account.')
  if ('error' in scope) return unknown(scope.error)
  if (scope.ok === 'V1') {
    return pass('Open by *, but without effect: the registry has scope V1, which ignores these actions.')
  }
  return openVerdict(onlyUnderV2)
}

/** The only actions that a registry policy governs in the old scope (ecr-facts 2.10). */
const underV1 = new Set(['ReplicateImage', 'BatchImportUpstreamImage', 'CreateRepository'])

function openVerdict(open: Grant[]): Verdict {
  const [worst] = open
  const more = open.length > 1 ? `; ${open.length - 1} more such` : ''
  const words = worst
    ? `Any AWS account may ${abilityWords(worst)} (${statementWords(worst)})${deceptiveWords(worst)}`
    : ''
  return fail(`${words}${more}.`, { open: open.map(grantEvidence) })
}

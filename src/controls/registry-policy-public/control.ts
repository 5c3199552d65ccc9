import { type Grant, givesSomething, opennessOf } from '../../access/grant.ts'
import type { Answer } from '../../inventory/inventory.ts'
import { fail, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import {
  abilityWords,
  accountWords,
  clip,
  deceptiveWords,
  grantEvidence,
  statementWords,
} from '../grant-words.ts'
import { judgePolicy, notJudged, readGrants, unclearVerdict } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { letIn, namesTrust, untrustedIn } from '../trust.ts'

export const registryPolicyPublic: RegistryControl = {
  id: 'registry-policy-public',
  title: 'The registry policy lets in neither strangers nor more than it names',
  severity: 'high',
  why: 'One statement covers every repository: strangers can put images into the registry, or read all of it.',
  needs: ['ecr:GetRegistryPolicy', 'ecr:GetAccountSetting'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2'] },
    { framework: 'NIST 800-53', ids: ['AC-3', 'AC-4', 'AC-6'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.8.3'] },
  ],
  fix: 'Name the accounts that replicate or pull in the statement instead of *.',
  scope: 'registry',
  judge: ({ registryPolicy, registryPolicyScope, registry }, settings) =>
    judgePolicy({ policy: registryPolicy, none: 'The registry has no policy.' }, (policy) =>
      judgeGrants(readGrants(policy, registry.account), registryPolicyScope, settings),
    ),
}

function judgeGrants(grants: readonly Grant[], scope: Answer<string>, settings: AuditSettings): Verdict {
  const outside = grants.filter(givesSomething)
  const flaws = [
    ...outside.filter((grant) => opennessOf(grant) === 'open').map(openFlaw),
    ...outside.filter((grant) => isBroad(grant)).map(broadFlaw),
    ...(namesTrust(settings) ? outside.flatMap((grant) => untrustedFlaw(grant, settings)) : []),
  ]
  const always = flaws.filter(({ grant }) => countsUnderV1(grant))
  if (always.length > 0) return failed(always)
  if (flaws.length > 0) {
    if ('error' in scope) return unknown(scope.error)
    if (scope.ok === 'V2') return failed(flaws)
    if (scope.ok !== 'V1') return notJudged(`the registry policy has the scope ${clip(scope.ok)}`)
  }
  const unclear = outside.filter((grant) => opennessOf(grant) === 'unclear')
  if (unclear.length > 0) return unclearVerdict(unclear)
  return flaws.length > 0
    ? pass('Too wide, but without effect: the registry has scope V1, which ignores these actions.')
    : pass('No statement lets in strangers, or more than it names.')
}

/** The only actions that a registry policy governs in the old scope (ecr-facts 2.10). */
const underV1 = new Set(['ReplicateImage', 'BatchImportUpstreamImage', 'CreateRepository'])

function countsUnderV1({ actions }: Grant): boolean {
  return actions.names.some((name) => underV1.has(name))
}

interface Flaw {
  grant: Grant
  severity: 'critical' | 'high'
  words: string
}

function openFlaw(grant: Grant): Flaw {
  return { grant, severity: 'critical', words: `Any AWS account may ${abilityWords(grant)} ${tail(grant)}` }
}

/** By a wildcard or NotAction, more than reading and pulling, for another account. */
function isBroad(grant: Grant): boolean {
  const { broad, others, everybody, actions } = grant
  const writes = [...actions.abilities].some((ability) => ability !== 'read' && ability !== 'pull')
  return broad && writes && (others.length > 0 || everybody) && letIn(grant).length > 0
}

function broadFlaw(grant: Grant): Flaw {
  const words = `A wildcard lets ${accountWords(letIn(grant))} ${abilityWords(grant)} in every repository it covers`
  return { grant, severity: 'high', words: `${words} ${tail(grant)}` }
}

function untrustedFlaw(grant: Grant, settings: AuditSettings): Flaw[] {
  const accounts = untrustedIn(grant, settings)
  const certain = grant.others.length > 0 || grant.unclear.length === 0
  if (accounts.length === 0 || !certain) return []
  const words = `Not trusted, and may ${abilityWords(grant)}: ${accountWords(accounts)} ${tail(grant)}`
  return [{ grant, severity: 'high', words }]
}

function tail(grant: Grant): string {
  return `(${statementWords(grant)})${deceptiveWords(grant)}`
}

/** The gravest first; a statement that is wrong in two ways counts once. */
function failed(flaws: readonly Flaw[]): Verdict {
  const [worst] = flaws
  const statements = [...new Set(flaws.map(({ grant }) => grant))]
  const more = statements.length > 1 ? `; ${statements.length - 1} more such` : ''
  const verdict = fail(`${worst?.words ?? ''}${more}.`, { open: statements.slice(0, 20).map(grantEvidence) })
  return worst?.severity === 'critical' ? { ...verdict, severity: 'critical' } : verdict
}

import { isOfFirstScope } from '../../access/action-scope.ts'
import { grantedActions } from '../../access/actions.ts'
import type { Grant, Guest } from '../../access/grant.ts'
import type { Answer } from '../../inventory/inventory.ts'
import { fail, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import {
  abilityWords,
  accountWords,
  actionsOf,
  clip,
  grantEvidence,
  statementWords,
  trapsInWords,
} from '../grant-words.ts'
import { judgePolicy, notJudged, readRegistryGrants, unclearVerdict } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { isCertain, namesOf, namesTrust, placed, untrusted } from '../trust.ts'

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
  judge: (inventory, settings) => {
    const { registryPolicy, registryPolicyScope } = inventory
    return judgePolicy({ policy: registryPolicy, none: 'The registry has no policy.' }, (policy) =>
      judgeGrants(readRegistryGrants(policy, inventory), registryPolicyScope, settings),
    )
  },
}

function judgeGrants(grants: readonly Grant[], scope: Answer<string>, settings: AuditSettings): Verdict {
  const flaws = [
    ...grants.flatMap(openFlaw),
    ...grants.flatMap(broadFlaw),
    ...(namesTrust(settings) ? grants.flatMap((grant) => untrustedFlaw(grant, settings)) : []),
  ]
  const always = flaws.filter(countsUnderV1)
  if (always.length > 0) return failed(always)
  if (flaws.length > 0) {
    if ('error' in scope) return unknown(scope.error)
    if (scope.ok === 'V2') return failed(flaws)
    if (scope.ok !== 'V1') return notJudged(`the registry policy has the scope ${clip(scope.ok)}`)
  }
  const unclear = grants.filter(({ guests }) => guests.some((guest) => !isCertain(guest)))
  if (unclear.length > 0) return unclearVerdict(unclear)
  return flaws.length > 0
    ? pass('Too wide, but without effect: the registry has scope V1, which ignores these actions.')
    : pass('No statement lets in strangers, or more than it names.')
}

interface Flaw {
  grant: Grant
  guests: Guest[]
  severity: 'critical' | 'high'
  words: string
}

/** The only actions that a registry policy governs in the old scope (ecr-facts 2.10). */
function countsUnderV1({ guests }: Flaw): boolean {
  return actionsOf(guests).some((action) => isOfFirstScope(action.toLowerCase()))
}

function openFlaw(grant: Grant): Flaw[] {
  const guests = grant.guests.filter((guest) => guest.kind === 'anybody' && isCertain(guest))
  if (guests.length === 0) return []
  return [
    {
      grant,
      guests,
      severity: 'critical',
      words: `Any AWS account may ${abilityWords(guests)} ${tail(grant)}`,
    },
  ]
}

/** By a wildcard or NotAction, more than reading and pulling, for another account. */
function broadFlaw(grant: Grant): Flaw[] {
  const guests = placed(grant).filter(isCertain)
  const { abilities } = grantedActions({ not: false, list: actionsOf(guests) })
  const writes = [...abilities].some((ability) => ability !== 'read' && ability !== 'pull')
  const { not, list } = grant.source.actions
  if (!writes || !(not || list.some((action) => /[*?]/.test(action)))) return []
  const words = `A wildcard lets ${accountWords(namesOf(guests))} ${abilityWords(guests)} in every repository it covers`
  return [{ grant, guests, severity: 'high', words: `${words} ${tail(grant)}` }]
}

function untrustedFlaw(grant: Grant, settings: AuditSettings): Flaw[] {
  const guests = untrusted(placed(grant).filter(isCertain), settings)
  if (guests.length === 0) return []
  const words = `Not trusted, and may ${abilityWords(guests)}: ${accountWords(namesOf(guests))} ${tail(grant)}`
  return [{ grant, guests, severity: 'high', words }]
}

function tail(grant: Grant): string {
  return `(${statementWords(grant)})${trapsInWords(grant)}`
}

/** The gravest first; a statement that is wrong in two ways counts once. */
function failed(flaws: readonly Flaw[]): Verdict {
  const [worst] = flaws
  const statements = [...new Set(flaws.map(({ grant }) => grant))]
  const more = statements.length > 1 ? `; ${statements.length - 1} more such` : ''
  const verdict = fail(`${worst?.words ?? ''}${more}.`, { open: statements.slice(0, 20).map(grantEvidence) })
  return worst?.severity === 'critical' ? { ...verdict, severity: 'critical' } : verdict
}

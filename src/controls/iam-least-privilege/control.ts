import type { Ability } from '../../access/actions.ts'
import { matchesGlob } from '../../core/glob.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'
import {
  fail,
  type Judged,
  pass,
  type ResourceControl,
  registryArn,
  type Severity,
  unknown,
  type Verdict,
} from '../control.ts'
import { abilitiesInWords, clip, join } from '../grant-words.ts'
import { isWrite, type Right, type Rights, rightsOf } from '../identity-rights.ts'
import { notJudged } from '../policy-verdict.ts'
import type { AuditSettings } from '../settings.ts'
import { type KeyState, keysOf } from '../user-keys.ts'

export const iamLeastPrivilege: ResourceControl = {
  id: 'iam-least-privilege',
  title: 'Users and roles may push, delete and configure only where they have to',
  severity: 'high',
  why: 'One stolen key or pipeline that may push everywhere is enough to put code into everything that runs.',
  needs: ['iam:GetAccountAuthorizationDetails', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  mappings: [
    { framework: 'CIS EKS', ids: ['5.1.2', '5.1.3'] },
    { framework: 'NIST 800-53', ids: ['AC-2', 'AC-3', 'AC-6', 'IA-5'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['7.2.1', '7.2.2', '7.2.5', '8.3.9', '8.6.3'] },
    { framework: 'SOC 2', ids: ['CC6.1', 'CC6.2', 'CC6.3'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.15', 'A.5.18', 'A.8.2'] },
  ],
  fix: 'Name the repositories in the policy that is named here, and let roles push in place of access keys.',
  scope: 'resource',
  judge: (inventory, settings) => {
    const { identities } = inventory
    if ('error' in identities)
      return [{ resource: registryArn(inventory), verdict: unknown(identities.error) }]
    const found = holdersIn(identities.ok).flatMap((holder): Judged[] => {
      const rights = rightsOf(holder, inventory)
      const writes = rights.rights.filter(isWrite)
      if (writes.length === 0 && rights.unclear.length === 0) return []
      return [{ resource: holder.arn, verdict: judgeHolder({ holder, rights, writes, inventory, settings }) }]
    })
    return found.length > 0 ? found : [{ resource: registryArn(inventory), verdict: nobody }]
  },
}

const nobody = pass('No user and no role may push to this registry, delete from it or configure it.')

/** Roles that AWS made for its services cannot be changed. */
function holdersIn({ users, roles }: Identities): (IamUser | IamRole)[] {
  return [...users, ...roles.filter(({ arn }) => !arn.includes(':role/aws-service-role/'))]
}

interface Case {
  holder: IamUser | IamRole
  rights: Rights
  writes: readonly Right[]
  inventory: Inventory
  settings: AuditSettings
}

/** What is certainly wrong counts whatever else is not known. */
function judgeHolder(one: Case): Verdict {
  const { rights, settings, holder, writes } = one
  const named = settings.writers.some((pattern) => matchesGlob(pattern, holder.arn))
  const keys = 'groups' in holder ? keysOf(holder, one.inventory) : undefined
  const wide = rightProblems(one, named)
  const problems = [...wide, ...keyProblems(one, keys, { named, said: wide.length > 0 })]
  const [first] = problems
  if (first) return failing(problems, one, keys)
  if (rights.unclear.length > 0) return notJudged(clip(rights.unclear[0] ?? '', 300))
  if (keys && 'error' in keys) return unknown(keys.error)
  const may = abilitiesInWords(abilitiesOf(writes))
  if (named) return pass(`May ${may}, as audit.writers of holdfast.yaml says.`)
  if (rights.administrator !== undefined)
    return pass(`An administrator (${rights.administrator}): may do everything, here as everywhere.`)
  return pass(`May ${may}, in some repositories only (${sourceOf(writes)}).`)
}

interface Problem {
  words: string
  severity?: Severity
}

function rightProblems({ rights, writes, settings }: Case, named: boolean): Problem[] {
  if (named || writes.length === 0) return []
  const strange = settings.writers.length > 0
  if (rights.administrator !== undefined) {
    const words = `an administrator (${rights.administrator}) whom audit.writers does not name`
    return strange ? [{ words, severity: 'low' }] : []
  }
  const broad = writes.filter(({ everywhere }) => everywhere)
  if (broad.length > 0) {
    const onlySettings = broad.every(({ ability }) => ability === 'configure')
    const words = `may ${abilitiesInWords(abilitiesOf(broad))} in every repository (${sourceOf(broad)})`
    return [{ words, ...(onlySettings && { severity: 'medium' as const }) }]
  }
  const words = `may ${abilitiesInWords(abilitiesOf(writes))} (${sourceOf(writes)}), and audit.writers does not name it`
  return strange ? [{ words }] : []
}

/** A key of a user does not expire; of whom the settings name, only its age counts. */
function keyProblems(
  { rights, writes, settings }: Case,
  keys: KeyState | undefined,
  { named, said }: { named: boolean; said: boolean },
): Problem[] {
  if (!keys || 'error' in keys || writes.length === 0) return []
  const strong = writes.some(({ ability }) => ability === 'push' || ability === 'delete')
  const old = keys.active.filter(({ days }) => days !== undefined && days > settings.accessKeyDays)
  const oldest = Math.max(...keys.active.map(({ days }) => days ?? 0))
  if (keys.active.length > 0 && strong && !named) {
    const may = rights.administrator === undefined ? abilitiesInWords(abilitiesOf(writes)) : 'do everything'
    return [{ words: `may ${said ? 'do so' : may} with ${keyWords(keys.active.length)} of ${oldest} days` }]
  }
  if (old.length === 0) return []
  const words = `has ${keyWords(old.length)} older than ${settings.accessKeyDays} days (${oldest})`
  return [{ words, severity: 'medium' }]
}

function keyWords(count: number): string {
  return count === 1 ? 'a permanent access key' : `${count} permanent access keys`
}

function failing(
  problems: readonly Problem[],
  { writes, rights }: Case,
  keys: KeyState | undefined,
): Verdict {
  const words = join(problems.map(({ words }) => words))
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
  const verdict = fail(text, {
    statements: [...new Set(writes.map(({ policy, statement }) => clip(`${statement} of ${policy}`)))].slice(
      0,
      5,
    ),
    actions: writes.map(({ action }) => action).slice(0, 12),
    ...(writes.length > 12 && { actionsInAll: writes.length }),
    ...(rights.administrator !== undefined && { administrator: true }),
    ...(keys && 'active' in keys && { activeKeys: keys.active.length }),
  })
  const order: Severity[] = ['high', 'medium', 'low']
  const gravest = order.find((severity) => problems.some((each) => (each.severity ?? 'high') === severity))
  return gravest && gravest !== 'high' ? { ...verdict, severity: gravest } : verdict
}

function abilitiesOf(rights: readonly Right[]): Set<Ability> {
  return new Set(rights.map(({ ability }) => ability))
}

/** Where the gravest comes from. */
function sourceOf(rights: readonly Right[]): string {
  const order: Ability[] = ['set-policy', 'delete', 'push', 'configure']
  const first = order.flatMap((ability) => rights.filter((right) => right.ability === ability))[0]
  return first ? clip(`${first.statement} of policy ${first.policy}`) : ''
}

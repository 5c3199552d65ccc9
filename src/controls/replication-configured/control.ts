import { plural } from '../../core/bytes.ts'
import type {
  Inventory,
  MissingAnswer,
  ReplicationRule,
  RepositoryInventory,
} from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import { join } from '../grant-words.ts'
import type { AuditSettings } from '../settings.ts'

export const replicationConfigured: RegistryControl = {
  id: 'replication-configured',
  title: 'Images are replicated to another Region or account that is trusted, and arrive',
  severity: 'low',
  why: 'When the Region is down or the account is lost, nothing can be pulled from anywhere.',
  needs: ['ecr:DescribeRegistry', 'ecr:DescribeRepositories', 'ecr:DescribeImageReplicationStatus'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CP-6', 'AC-4'] },
    { framework: 'SOC 2', ids: ['A1.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.14'] },
  ],
  fix: 'Add a replication rule to the registry; it takes along what is pushed from then on.',
  scope: 'registry',
  judge: (inventory, settings) => {
    const { replication, repositories } = inventory
    if ('error' in replication) return unknown(replication.error)
    if ('error' in repositories) return unknown(repositories.error)
    if (repositories.ok.length === 0) return notApplicable('The registry holds no repository.')
    const rules = replication.ok.filter(({ destinations }) => destinations.length > 0)
    if (rules.length === 0) return fail('No replication rule: the images are in this Region only.')
    return (
      untrusted(rules, inventory, settings) ??
      notArrived(repositories.ok) ??
      judgeRules(rules, repositories.ok)
    )
  },
}

/** Only what is said can be held against a destination: without trustedAccounts any account may be meant. */
function untrusted(
  rules: ReplicationRule[],
  { registry }: Inventory,
  { trustedAccounts }: AuditSettings,
): Verdict | undefined {
  if (trustedAccounts.length === 0) return undefined
  const accounts = new Set(rules.flatMap(({ destinations }) => destinations.map(({ account }) => account)))
  const strange = [...accounts].filter((id) => id !== registry.account && !trustedAccounts.includes(id))
  if (strange.length === 0) return undefined
  const reason = `Images go to ${join(strange.slice(0, 5))}, which trustedAccounts does not name.`
  return { ...fail(reason, { untrusted: strange.slice(0, 20) }), severity: 'high' }
}

/** Of the newest image of each repository. A copy that is on its way is no failure. */
function notArrived(repositories: RepositoryInventory[]): Verdict | undefined {
  const failed: string[] = []
  let missing: MissingAnswer | undefined
  for (const { name, replicationStatus: answer } of repositories) {
    if ('error' in answer) missing ??= answer.error
    else {
      const lost = (answer.ok ?? []).filter(({ status }) => status === 'FAILED')
      failed.push(...lost.map(({ account, region }) => `${name} to ${account}/${region}`))
    }
  }
  if (failed.length > 0) {
    const more = failed.length > 3 ? ` and ${failed.length - 3} more` : ''
    const reason = `The newest image did not arrive: ${failed.slice(0, 3).join(', ')}${more}.`
    return fail(reason, { failed: failed.slice(0, 20) })
  }
  return missing && unknown(missing)
}

function judgeRules(rules: ReplicationRule[], repositories: RepositoryInventory[]): Verdict {
  const covered = repositories.filter(({ name }) => rules.some((rule) => matches(rule, name)))
  const all = repositories.length
  if (covered.length === 0) {
    const prefixes = rules.flatMap((rule) => rule.prefixes)
    return fail(`The rules match no repository: no name begins with ${join(prefixes)}.`, { prefixes })
  }
  const where = destinationsOf(rules)
  const left = repositories.filter((one) => !covered.includes(one)).map(({ name }) => name)
  const counted = `${covered.length} of ${plural(all, 'repository', 'repositories')}`
  return pass(`${counted} to ${join(where)}. The templates there cannot be seen from here.`, {
    destinations: where,
    notReplicated: left.slice(0, 20),
    ...(left.length > 20 && { notReplicatedInAll: left.length }),
  })
}

/** A prefix of the name, not of its path; no prefix is every repository (ecr-facts 2.4). */
function matches({ prefixes }: ReplicationRule, name: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))
}

function destinationsOf(rules: ReplicationRule[]): string[] {
  const all = rules.flatMap(({ destinations }) =>
    destinations.map(({ account, region }) => `${account}/${region}`),
  )
  return [...new Set(all)]
}

import { plural } from '../../core/bytes.ts'
import type { ReplicationRule, RepositoryInventory } from '../../inventory/inventory.ts'
import { fail, notApplicable, pass, type RegistryControl, unknown, type Verdict } from '../control.ts'
import { join } from '../grant-words.ts'

export const replicationConfigured: RegistryControl = {
  id: 'replication-configured',
  title: 'Images are replicated to another Region or account',
  severity: 'low',
  why: 'When the Region is down or the account is lost, nothing can be pulled from anywhere.',
  needs: ['ecr:DescribeRegistry', 'ecr:DescribeRepositories'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['CP-6'] },
    { framework: 'SOC 2', ids: ['A1.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.8.14'] },
  ],
  fix: 'Add a replication rule to the registry; it takes along what is pushed from then on.',
  scope: 'registry',
  judge: ({ replication, repositories }) => {
    if ('error' in replication) return unknown(replication.error)
    if ('error' in repositories) return unknown(repositories.error)
    if (repositories.ok.length === 0) return notApplicable('The registry holds no repository.')
    const rules = replication.ok.filter(({ destinations }) => destinations.length > 0)
    if (rules.length === 0) return fail('No replication rule: the images are in this Region only.')
    return judgeRules(rules, repositories.ok)
  },
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
  return pass(`${covered.length} of ${plural(all, 'repository', 'repositories')} to ${join(where)}.`, {
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

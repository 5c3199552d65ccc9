import type { CompiledPolicy } from '../../access/layer.ts'
import { kindOfPrincipal } from '../../access/principal.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import {
  fail,
  type Judged,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { clip, join } from '../grant-words.ts'
import { judgePolicy, statementsOf } from '../policy-verdict.ts'

export const danglingPrincipals: ResourceControl = {
  id: 'dangling-principals',
  title: 'Policies name nobody who was deleted',
  severity: 'low',
  why: 'The statement is for nobody, and hides who it was for; a Deny for a deleted user spares his successor.',
  needs: ['ecr:GetRepositoryPolicy', 'ecr:GetRegistryPolicy', 'ecr:DescribeRepositories'],
  mappings: [
    { framework: 'NIST 800-53', ids: ['AC-2'] },
    { framework: 'PCI DSS 4.0.1', ids: ['8.2.6'] },
    { framework: 'SOC 2', ids: ['CC6.2'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.18'] },
  ],
  fix: 'Remove the id from the policy, or put the ARN of the new user or role in its place.',
  scope: 'resource',
  judge: (inventory) => {
    const { registryPolicy, repositories, registry } = inventory
    const ofRegistry = judgePolicy(
      { policy: registryPolicy, none: 'The registry has no policy.' },
      (policy) => judgePrincipals(policy, registry.account),
    )
    return [
      { resource: registryArn(inventory), verdict: whole(ofRegistry, repositories) },
      ...each(inventory),
    ]
  },
}

/** When the repositories could not be listed, nobody knows what their policies name. */
function whole(ofRegistry: Verdict, repositories: Inventory['repositories']): Verdict {
  return 'error' in repositories && ofRegistry.status === 'pass' ? unknown(repositories.error) : ofRegistry
}

function each({ repositories, registry }: Inventory): Judged[] {
  if ('error' in repositories) return []
  return repositories.ok.map(({ arn, name, policy }) => ({
    resource: arn,
    repository: name,
    verdict: judgePolicy({ policy, none: 'No policy.' }, (found) => judgePrincipals(found, registry.account)),
  }))
}

function judgePrincipals(policy: CompiledPolicy, account: string): Verdict {
  const found = statementsOf(policy).flatMap(({ name, effect, principals }) =>
    principals.list
      .filter((principal) => kindOfPrincipal(principal, account) === 'dangling')
      .map(({ id }) => ({ statement: clip(name), effect, id: clip(id) })),
  )
  if (found.length === 0) return pass('Every principal is somebody.')
  const ids = [...new Set(found.map(({ id }) => id))]
  const [first] = found
  const what =
    ids.length === 1 ? 'is the id of a user or role that was' : 'are the ids of users or roles that were'
  const where = first ? ` (${first.effect}, statement ${first.statement})` : ''
  return fail(`${join(ids.slice(0, 5))} ${what} deleted${where}.`, { principals: found.slice(0, 20) })
}

import { repositoryGround } from '../access/ecr-ground.ts'
import { grantsOf } from '../access/grant.ts'
import { compilePolicy } from '../access/layer.ts'
import { repositoryArn } from '../core/arn.ts'
import type { Inventory } from '../inventory/inventory.ts'

/** Whether repositories with this policy are open to every AWS account, or why nobody can say. */
export function opennessOfTemplate(
  document: string,
  registry: Inventory['registry'],
): 'open' | 'closed' | { unclear: string } {
  const policy = compilePolicy({ name: 'template', document }, 'repository policy')
  if (policy.unreadable !== undefined) return { unclear: policy.unreadable }
  const ground = repositoryGround(registry, { arn: repositoryArn(registry, 'zz-none') })
  const guests = grantsOf(policy, ground)
    .flatMap((grant) => grant.guests)
    .filter(({ kind }) => kind === 'anybody' || kind === 'unplaced')
  if (guests.some(({ doubts }) => doubts.length === 0)) return 'open'
  const [doubt] = guests.flatMap(({ doubts }) => doubts)
  return doubt === undefined ? 'closed' : { unclear: doubt }
}

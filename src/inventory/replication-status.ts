import type { EcrControl } from '../ecr/control.ts'
import { answer } from './answer.ts'
import type { Answer, ReplicationRule, RepositoryInventory } from './inventory.ts'

type Status = RepositoryInventory['replicationStatus']

/** How far the newest image got, if a rule takes the repository; null when none does. */
export async function replicationStatus(
  ecr: EcrControl,
  found: Pick<RepositoryInventory, 'name' | 'images'> & { replication: Answer<ReplicationRule[]> },
  signal: AbortSignal,
): Promise<Status> {
  const { name, images, replication } = found
  if ('error' in replication) return replication
  if (!replication.ok.some((rule) => takes(rule, name))) return { ok: null }
  if ('error' in images) return images
  const active = images.ok.filter(({ status, tags }) => status === 'ACTIVE' && tags.length > 0)
  const newest = active.reduce<(typeof active)[number] | undefined>(
    (best, image) => (best && best.pushedAt >= image.pushedAt ? best : image),
    undefined,
  )
  if (!newest) return { ok: null }
  return answer(
    'ecr:DescribeImageReplicationStatus',
    ecr.describeImageReplicationStatus(name, newest.digest, signal),
  )
}

/** Without a filter a rule takes every repository (ecr-facts 2.4). */
function takes({ prefixes }: ReplicationRule, name: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))
}

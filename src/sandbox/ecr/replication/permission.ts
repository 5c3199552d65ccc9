import { partitionOf, repositoryArn } from '../../../core/arn.ts'
import { matchesGlob } from '../../../core/glob.ts'
import { listOf, namesCaller, type Statement, statementsOf } from '../../policy-match.ts'
import type { Registry } from '../../world.ts'

/**
 * Whether a registry lets another do that to one of its repositories. Within an account nothing has to be allowed;
 * another account needs an Allow in the registry policy (ecr-facts 2.4 and 2.10).
 * Assumption: an Allow with a condition does not count, and a Deny always does, whoever asks.
 */
export function letsIn(
  registry: Registry,
  from: { account: string; region: string },
  { action, repository }: { action: 'ReplicateImage' | 'CreateRepository'; repository: string },
): boolean {
  const arn = repositoryArn(registry, repository)
  const applying = statementsOf(registry.policy).filter((each) => appliesTo(each, { from, action, arn }))
  if (applying.some(({ Effect }) => Effect === 'Deny')) return false
  if (from.account === registry.account) return true
  return applying.some(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined)
}

function appliesTo(
  { Principal, Action, Resource }: Statement,
  question: { from: { account: string; region: string }; action: string; arn: string },
): boolean {
  const { from, action, arn } = question
  const wanted = `ecr:${action}`.toLowerCase()
  return (
    namesCaller(Principal, replicator(from)) &&
    listOf(Action).some((each) => matchesGlob(String(each).toLowerCase(), wanted)) &&
    listOf(Resource).some((each) => matchesGlob(String(each), arn))
  )
}

/** ECR copies as the service-linked role of the source account. */
export function replicator({ account, region }: { account: string; region: string }) {
  const role = 'aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication'
  const arn = `arn:${partitionOf(region)}:iam::${account}:role/${role}`
  return { account, region, arn, userId: 'AROAREPLICATION', accessKeyId: 'replication' }
}

import { parseArn } from '../../../core/arn.ts'
import { isRepositoryName } from '../../../core/reference.ts'
import { AwsError } from '../../http.ts'
import type { Registry, Repository } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { repositoryOf } from '../find-repository.ts'
import { settleActivations } from '../images/activation.ts'
import type { EcrCall } from '../operation.ts'
import { asText, needText } from './read.ts'

export const mutabilities = [
  'MUTABLE',
  'IMMUTABLE',
  'MUTABLE_WITH_EXCLUSION',
  'IMMUTABLE_WITH_EXCLUSION',
] as const

export function asRepositoryName(value: unknown, member: string): string {
  const name = asText(value, member, { min: 2, max: 256 })
  if (isRepositoryName(name)) return name
  throw invalidParameter(member, 'must satisfy the regular expression of repository names')
}

/** The repository that the call is about, or the error that ECR answers. */
export function needRepository(call: EcrCall): Repository {
  const name = asRepositoryName(needText(call.input, 'repositoryName'), 'repositoryName')
  const repository = repositoryOf(call.registry, name)
  settleActivations(call.world, call.registry, repository)
  return repository
}

/** The members with which nearly every answer about a repository begins. */
export function namesOf(registry: Registry, repository: Repository) {
  return { registryId: registry.account, repositoryName: repository.name }
}

/**
 * The repository of an ARN, of this Region only.
 * Assumption: resource tags are never shared across accounts.
 */
export function repositoryOfArn(call: EcrCall, text: string): Repository {
  const arn = parseArn(text)
  const name = /^repository\/(.+)$/.exec(arn?.resource ?? '')?.[1]
  if (arn?.service !== 'ecr' || name === undefined || !isRepositoryName(name))
    throw invalidParameter('resourceArn', 'Invalid ARN')
  if (arn.region !== call.registry.region)
    throw new AwsError('RepositoryNotFoundException', `The repository ${text} is not in this Region`)
  if (arn.account !== call.registry.account)
    throw new AwsError(
      'AccessDeniedException',
      `User: ${call.caller.arn} is not authorized on resource: ${text}`,
    )
  return repositoryOf(call.registry, name)
}

/** Timestamps are epoch seconds on the wire (ecr-facts 1.1). */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

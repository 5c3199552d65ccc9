import type { Registry, Repository } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { asMembers, type Members, needText, readList, readText } from '../input/read.ts'
import { mutabilities, namesOf, needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'

export interface Mutability {
  mutability: Repository['mutability']
  exclusionFilters: string[]
}

export const putImageTagMutability: EcrOperation = (call) => {
  const repository = needRepository(call)
  needText(call.input, 'imageTagMutability')
  Object.assign(repository, readMutability(call.input))
  return answer(call.registry, repository)
}

/** Filters and `*_WITH_EXCLUSION` come together or not at all (ecr-facts 2.3). */
export function readMutability(input: Members): Mutability {
  const asked = readText(input, 'imageTagMutability', { oneOf: mutabilities }) ?? 'MUTABLE'
  const mutability = asked as Mutability['mutability']
  const member = 'imageTagMutabilityExclusionFilters'
  const exclusionFilters = readList(input, member, { min: 1, max: 5 })?.map(readFilter)
  const excludes = mutability.endsWith('_WITH_EXCLUSION')
  if (excludes && !exclusionFilters)
    throw invalidParameter(
      member,
      `ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as ${mutability}`,
    )
  if (!excludes && exclusionFilters)
    throw invalidParameter(
      member,
      `ImageTagMutabilityExclusionFilters can't be given when imageTagMutability is set as ${mutability}`,
    )
  return { mutability, exclusionFilters: exclusionFilters ?? [] }
}

/** The members as answers show them: no filters, no member. */
export function mutabilityMembers({ mutability, exclusionFilters }: Mutability) {
  const filters = exclusionFilters.map((filter) => ({ filterType: 'WILDCARD', filter }))
  return {
    imageTagMutability: mutability,
    ...(filters.length > 0 && { imageTagMutabilityExclusionFilters: filters }),
  }
}

function readFilter(value: unknown): string {
  const filter = asMembers(value, 'imageTagMutabilityExclusionFilters')
  needText(filter, 'filterType', { oneOf: ['WILDCARD'] })
  return needText(filter, 'filter', { min: 1, max: 128, pattern: /^[0-9a-zA-Z._*-]{1,128}$/ })
}

function answer(registry: Registry, repository: Repository) {
  return { ...namesOf(registry, repository), ...mutabilityMembers(repository) }
}

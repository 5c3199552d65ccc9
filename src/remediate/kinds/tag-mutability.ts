import { repositoryCall } from '../call.ts'
import type { Kind } from '../kind.ts'
import { ofRepository, repositoryOf } from './repository.ts'

type TagMutability = {
  mode: string
  /** Wildcards of tags to which the mode does not apply. */
  exclusions: string[]
}

export const tagMutability: Kind<TagMutability> = {
  name: 'tag-mutability',
  title: 'tag mutability of repository',
  ofRepository: true,
  reads: (target, place) => [ofRepository('ecr:DescribeRepositories', target, place)],
  read: async (door, target) => {
    const repository = await repositoryOf(door, target)
    if (!repository) return { state: null }
    const filters = repository.imageTagMutabilityExclusionFilters ?? []
    return {
      state: {
        mode: repository.imageTagMutability ?? 'MUTABLE',
        exclusions: filters.map(({ filter = '' }) => filter),
      },
    }
  },
  calls: ({ resource, to, place }) =>
    to === null
      ? []
      : [
          repositoryCall(
            'PutImageTagMutability',
            {
              repositoryName: resource,
              imageTagMutability: to.mode,
              ...(to.exclusions.length > 0 && {
                imageTagMutabilityExclusionFilters: to.exclusions.map((filter) => ({
                  filterType: 'WILDCARD',
                  filter,
                })),
              }),
            },
            place,
          ),
        ],
  // A push that moves a tag is refused from then on.
  risk: () => 'visible',
  terraform: ({ resource }, { mode, exclusions }) => ({
    type: 'aws_ecr_repository',
    arguments: {
      name: resource,
      image_tag_mutability: mode,
      ...(exclusions.length > 0 && {
        image_tag_mutability_exclusion_filter: exclusions.map((filter) => ({
          filter,
          filter_type: 'WILDCARD',
        })),
      }),
    },
    importId: resource,
    blocks: ['image_tag_mutability_exclusion_filter'],
  }),
  cloudformation: ({ resource }, { mode, exclusions }) => ({
    type: 'AWS::ECR::Repository',
    properties: {
      RepositoryName: resource,
      ImageTagMutability: mode,
      ...(exclusions.length > 0 && {
        ImageTagMutabilityExclusionFilters: exclusions.map((filter) => ({
          ImageTagMutabilityExclusionFilterType: 'WILDCARD',
          ImageTagMutabilityExclusionFilterValue: filter,
        })),
      }),
    },
    identifier: { RepositoryName: resource },
  }),
}

import { type Call, sentTo } from '../call.ts'
import type { Change, Kind } from '../kind.ts'
import { ofRepository } from './repository.ts'

/** All of the user's own: ECR keeps those that begin with `aws:`. */
type ResourceTags = { readonly [key: string]: string }

export const repositoryTags: Kind<ResourceTags> = {
  name: 'repository-tags',
  title: 'resource tags of repository',
  ofRepository: true,
  reads: (target, place) => [ofRepository('ecr:ListTagsForResource', target, place)],
  read: async (door, target) => {
    const { region, resource } = target
    const { resource: resourceArn } = ofRepository('', target, door.place)
    const found = await door.find('ecr', 'ListTagsForResource', {
      input: { resourceArn },
      ...{ region, resource, absent: ['RepositoryNotFoundException'] },
    })
    if (!found) return { state: null }
    const own = (found.tags ?? []).filter(({ Key = '' }) => !/^aws:/i.test(Key))
    return { state: Object.fromEntries(own.map(({ Key = '', Value = '' }) => [Key, Value])) }
  },
  calls: (change) => {
    const { from, to } = change
    if (from === null || to === null) return []
    const set = Object.entries(to).filter(([key, value]) => from[key] !== value)
    const gone = Object.keys(from).filter((key) => !Object.hasOwn(to, key))
    return sentTo(change.region, [
      ...(set.length > 0
        ? [tagCall('TagResource', change, { tags: set.map(([Key, Value]) => ({ Key, Value })) })]
        : []),
      ...(gone.length > 0 ? [tagCall('UntagResource', change, { tagKeys: gone })] : []),
    ])
  },
  // Policies may decide by tags.
  risk: () => 'visible',
  isBetween: ({ from, to }, current) => {
    if (from === null || to === null || current === null) return false
    const keys = new Set([from, to, current].flatMap((tags) => Object.keys(tags)))
    return [...keys].every((key) => current[key] === from[key] || current[key] === to[key])
  },
  terraform: ({ resource }, tags) => ({
    type: 'aws_ecr_repository',
    arguments: { name: resource, tags },
    importId: resource,
  }),
  cloudformation: ({ resource }, tags) => ({
    type: 'AWS::ECR::Repository',
    properties: {
      RepositoryName: resource,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
    identifier: { RepositoryName: resource },
  }),
}

function tagCall(
  operation: 'TagResource' | 'UntagResource',
  change: Change<ResourceTags>,
  input: { tags: { Key: string; Value: string }[] } | { tagKeys: string[] },
): Call {
  const need = ofRepository(`ecr:${operation}`, change, change.place)
  return { service: 'ecr', operation, input: { resourceArn: need.resource, ...input }, needs: [need] }
}

import { AwsError } from '../http.ts'
import { invalid, needText, readList, readText, readTexts } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { PublicRepositoryState } from './state.ts'

export const ecrPublic: NeighbourService = {
  name: 'ecr-public',
  wire: { kind: 'json', version: '1.1', target: 'SpencerFrontendService', known: knownOperations },
  errors: { input: 'InvalidParameterException', token: 'InvalidParameterException' },
  onlyIn: 'us-east-1',
  operations: {
    DescribeImages: describeImages,
    DescribeRepositories: describeRepositories,
    GetRepositoryPolicy: getRepositoryPolicy,
    ListTagsForResource: listTagsForResource,
    TagResource: tagResource,
  },
}

const paging = { token: 'nextToken', size: 'maxResults', default: 100, most: 1000 }

/** Names and pages exclude each other. */
function describeRepositories(call: NeighbourCall): Record<string, unknown> {
  checkRegistry(call)
  const names = readTexts(call, 'repositoryNames', 100)
  if (names?.length) {
    refusePaging(call, 'repositoryNames')
    return { repositories: names.map((name) => findRepository(call, name).repository) }
  }
  const all = repositoriesOf(call).map(({ repository }) => repository)
  const { items, more } = pageOf(call, all, { ...paging, keyOf: ({ repositoryName }) => repositoryName })
  return { repositories: items, ...more }
}

function describeImages(call: NeighbourCall): Record<string, unknown> {
  checkRegistry(call)
  const { repository, images } = findRepository(call, needText(call, 'repositoryName'))
  const { repositoryName, registryId } = repository
  const ids = readList(call, 'imageIds', 100) as { imageTag?: string; imageDigest?: string }[] | undefined
  const all = images.map((image) => ({ registryId, repositoryName, ...image }))
  if (!ids?.length) {
    const { items, more } = pageOf(call, all, { ...paging, keyOf: ({ imageDigest }) => imageDigest })
    return { imageDetails: items, ...more }
  }
  refusePaging(call, 'imageIds')
  const imageDetails = ids.map(({ imageTag, imageDigest }) => {
    const found = all.find(
      (image) =>
        (imageDigest === undefined || image.imageDigest === imageDigest) &&
        (imageTag === undefined || image.imageTags.includes(imageTag)),
    )
    if (found) return found
    const text = `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${registryId}'`
    throw new AwsError('ImageNotFoundException', text)
  })
  return { imageDetails }
}

function getRepositoryPolicy(call: NeighbourCall): Record<string, unknown> {
  checkRegistry(call)
  const { repository, policy } = findRepository(call, needText(call, 'repositoryName'))
  const { registryId, repositoryName } = repository
  if (policy !== undefined) return { registryId, repositoryName, policyText: policy }
  const text = `Repository policy does not exist for ${within(repositoryName, registryId)}`
  throw new AwsError('RepositoryPolicyNotFoundException', text)
}

function listTagsForResource(call: NeighbourCall): Record<string, unknown> {
  const { tags } = taggedIn(call)
  return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
}

/** A tag that is there gets the new value; the others stay. */
function tagResource(call: NeighbourCall): Record<string, unknown> {
  const repository = taggedIn(call)
  const given = readList(call, 'tags', mostTags) as { Key?: unknown; Value?: unknown }[] | undefined
  const pairs = (given ?? []).map(({ Key, Value = '' }) => [Key, Value] as const)
  const isPair = (pair: readonly unknown[]): pair is [string, string] =>
    pair.every((text) => typeof text === 'string') && pair[0] !== ''
  if (!given || !pairs.every(isPair)) throw invalid(call, 'tags', 'must be a list of keys and values')
  const tags = { ...repository.tags, ...Object.fromEntries(pairs) }
  if (Object.keys(tags).length > mostTags)
    throw new AwsError('TooManyTagsException', `A resource has at most ${mostTags} tags`)
  repository.tags = tags
  return {}
}

const mostTags = 50

function taggedIn(call: NeighbourCall): PublicRepositoryState {
  const arn = needText(call, 'resourceArn')
  const name = /^arn:[^:]+:ecr-public::\d{12}:repository\/(.+)$/.exec(arn)?.[1]
  if (name === undefined) throw invalid(call, 'resourceArn', 'must be the ARN of a public repository')
  return findRepository(call, name)
}

/** Assumption: the registry of another account is treated as one without such a repository. */
function checkRegistry(call: NeighbourCall): void {
  const id = readText(call, 'registryId') ?? call.caller.account
  if (id !== call.caller.account) throw notFound(String(call.input['repositoryName'] ?? '*'), id)
}

function findRepository(call: NeighbourCall, name: string): PublicRepositoryState {
  const found = repositoriesOf(call).find(({ repository }) => repository.repositoryName === name)
  if (found) return found
  throw notFound(name, call.caller.account)
}

function notFound(name: string, account: string): AwsError {
  return new AwsError(
    'RepositoryNotFoundException',
    `The repository does not exist: ${within(name, account)}`,
  )
}

function within(name: string, account: string): string {
  return `the repository with name '${name}' in the registry with id '${account}'`
}

function refusePaging(call: NeighbourCall, because: string): void {
  for (const name of ['maxResults', 'nextToken']) {
    if (call.input[name] != null) throw invalid(call, name, `cannot be used together with ${because}`)
  }
}

function repositoriesOf({ account }: NeighbourCall): PublicRepositoryState[] {
  return account.ecrPublic?.repositories ?? []
}

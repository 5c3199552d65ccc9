import { awsErrorCode } from '../aws/errors.ts'
import type { Door } from './door.ts'
import type { Target } from './kind.ts'

export interface ListedThere {
  digest: string
  tags: string[]
  status: string
  pushedAt?: string
}

/** Every image, untagged and archived ones too (law 10), from a listing alone; undefined: no such repository. */
export async function imagesOf(door: Door, { resource, region }: Target): Promise<ListedThere[] | undefined> {
  const images: ListedThere[] = []
  const filter = { tagStatus: 'ANY', imageStatus: 'ANY' } as const
  let nextToken: string | undefined
  try {
    do {
      const input = { repositoryName: resource, filter, maxResults: 1000, ...(nextToken && { nextToken }) }
      const page = await door.ask('ecr', 'DescribeImages', { input, region, resource })
      for (const { imageDigest: digest, imageTags: tags = [], ...more } of page.imageDetails ?? [])
        images.push({
          ...{ digest: digest ?? '', tags, status: more.imageStatus ?? 'ACTIVE' },
          ...(more.imagePushedAt && { pushedAt: more.imagePushedAt.toISOString() }),
        })
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    return images
  } catch (error) {
    if (awsErrorCode(error) === 'RepositoryNotFoundException') return undefined
    throw error
  }
}

/** Names of all repositories of a Region. */
export async function repositoriesIn(door: Door, region: string | undefined): Promise<string[]> {
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const input = { maxResults: 1000, ...(nextToken && { nextToken }) }
    const page = await door.ask('ecr', 'DescribeRepositories', { input, region })
    for (const { repositoryName } of page.repositories ?? []) if (repositoryName) names.push(repositoryName)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return names
}

import {
  ECRPUBLICClient,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr-public'
import { allSettled } from '../../core/parallel.ts'
import { answer } from '../answer.ts'
import type { PublicRepository } from '../neighbours.ts'
import { type Asking, ask, askAll, tagRecord } from './question.ts'

/** ECR Public has one API, in us-east-1, and only in the standard partition. */
export async function collectPublicRepositories({
  aws,
  partition,
  signal,
}: Asking): Promise<PublicRepository[]> {
  if (partition !== 'aws') return []
  const client = new ECRPUBLICClient({ ...aws.clientConfig('ecr-public'), region: 'us-east-1' })
  const tagsOf = async (arn: string) => {
    const command = new ListTagsForResourceCommand({ resourceArn: arn })
    const found = await ask('ecr-public:ListTagsForResource', client.send(command, { abortSignal: signal }))
    return tagRecord(found.tags)
  }
  try {
    const listed = await askAll(
      'ecr-public:DescribeRepositories',
      paginateDescribeRepositories({ client }, {}, { abortSignal: signal }),
      (page) => page.repositories,
    )
    const read = listed.map(async ({ repositoryArn = '', ...one }) => ({
      name: one.repositoryName ?? '',
      arn: repositoryArn,
      uri: one.repositoryUri ?? '',
      createdAt: one.createdAt?.toISOString() ?? '',
      tags: await answer('ecr-public:ListTagsForResource', tagsOf(repositoryArn)),
    }))
    return await allSettled(read)
  } finally {
    client.destroy()
  }
}

import { DescribeImageReplicationStatusCommand } from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'

export function replicationCalls(ask: Ask) {
  return {
    /** How far an image got, by destination. */
    async describeImageReplicationStatus(
      repository: string,
      digest: string,
      signal?: AbortSignal,
    ): Promise<{ region: string; account: string; status: string }[]> {
      const input = { repositoryName: repository, imageId: { imageDigest: digest } }
      const answer = await ask(
        { operation: 'DescribeImageReplicationStatus', resource: `${repository}@${digest}`, signal },
        (ecr, options) => ecr.send(new DescribeImageReplicationStatusCommand(input), options),
      )
      return (answer.replicationStatuses ?? []).map(({ region = '', registryId = '', status = '' }) => ({
        region,
        account: registryId,
        status,
      }))
    },
  }
}

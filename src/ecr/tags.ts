import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'

/** Resource tags of a repository, which are told apart by its ARN. */
export function tagCalls(ask: Ask) {
  return {
    async listTagsForResource(arn: string, signal?: AbortSignal): Promise<Record<string, string>> {
      const answer = await ask({ operation: 'ListTagsForResource', resource: arn, signal }, (ecr, options) =>
        ecr.send(new ListTagsForResourceCommand({ resourceArn: arn }), options),
      )
      return Object.fromEntries((answer.tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))
    },

    async tagResource(arn: string, tags: Record<string, string>, signal?: AbortSignal): Promise<void> {
      const input = { resourceArn: arn, tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
      await ask({ operation: 'TagResource', resource: arn, signal }, (ecr, options) =>
        ecr.send(new TagResourceCommand(input), options),
      )
    },

    async untagResource(arn: string, keys: readonly string[], signal?: AbortSignal): Promise<void> {
      const input = { resourceArn: arn, tagKeys: [...keys] }
      await ask({ operation: 'UntagResource', resource: arn, signal }, (ecr, options) =>
        ecr.send(new UntagResourceCommand(input), options),
      )
    },
  }
}

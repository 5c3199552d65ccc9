import { type Call, repositoryCall } from '../call.ts'
import type { Target } from '../kind.ts'
import { ofRepository } from '../kinds/repository.ts'
import type { Place } from '../place.ts'
import { type Encryption, markerTag } from './encryption.ts'
import { copyNeeds, keyNeeds, rebuildNeeds } from './needs.ts'

/** With all its images: only sent when a verified snapshot holds them (law 1). */
export function deletion(target: Target, place: Place): Call {
  const call = repositoryCall('DeleteRepository', { repositoryName: target.resource, force: true }, place)
  return { ...call, needs: [...call.needs, ...copyNeeds(target, place)] }
}

export function creation(
  target: Target,
  place: Place,
  { encryption, tags = {} }: { encryption: Encryption; tags?: Record<string, string> },
): Call {
  const { type, kmsKey } = encryption
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const call = repositoryCall(
    'CreateRepository',
    {
      repositoryName: target.resource,
      encryptionConfiguration: { encryptionType: type, ...(kmsKey !== undefined && { kmsKey }) },
      ...(list.length > 0 && { tags: list }),
    },
    place,
  )
  return { ...call, needs: [...call.needs, ...rebuildNeeds(target, place), ...keyNeeds(encryption)] }
}

export function marking(target: Target, place: Place, snapshot: string): Call {
  const need = ofRepository('ecr:TagResource', target, place)
  const tags = [{ Key: markerTag, Value: snapshot }]
  return {
    service: 'ecr',
    operation: 'TagResource',
    input: { resourceArn: need.resource, tags },
    needs: [need],
  }
}

/** A tag that is not there is nothing to ECR. */
export function unmarking(target: Target, place: Place, tag = markerTag): Call {
  const need = ofRepository('ecr:UntagResource', target, place)
  const input = { resourceArn: need.resource, tagKeys: [tag] }
  return { service: 'ecr', operation: 'UntagResource', input, needs: [need] }
}

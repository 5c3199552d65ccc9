import { permissions } from '../../aws/permissions.ts'
import { type Call, type Need, repositoryCall } from '../call.ts'
import type { Target } from '../kind.ts'
import { ofRepository } from '../kinds/repository.ts'
import type { Encryption } from '../migrate/encryption.ts'
import { creation } from '../migrate/requests.ts'
import type { Place } from '../place.ts'

/** With all its images: only sent when a verified snapshot holds them (law 1). */
export function removal(target: Target, place: Place): Call {
  const call = repositoryCall('DeleteRepository', { repositoryName: target.resource, force: true }, place)
  const compared = ['GetRepositoryPolicy', 'GetLifecyclePolicy']
  return {
    ...call,
    needs: [...call.needs, ...compared.map((name) => ofRepository(`ecr:${name}`, target, place))],
  }
}

/** What a restore of one repository takes stands with its first call. */
export function remaking(target: Target, place: Place, encryption: Encryption): Call {
  const call = creation(target, place, { encryption })
  return { ...call, needs: [...call.needs, ...restoreNeeds(target, place)] }
}

export function markCall(target: Target, place: Place, marks: Readonly<Record<string, string>>): Call {
  const need = ofRepository('ecr:TagResource', target, place)
  const tags = Object.entries(marks).map(([Key, Value]) => ({ Key, Value }))
  return {
    service: 'ecr',
    operation: 'TagResource',
    input: { resourceArn: need.resource, tags },
    needs: [need],
  }
}

/** Keys are asked for by the creation, each by its name. */
function restoreNeeds(target: Target, place: Place): Need[] {
  return permissions.restore
    .filter(({ scope }) => scope !== 'account')
    .map(({ action, scope }) => {
      const whole = scope === 'registry' || action === 'ecr:DescribeRepositories'
      return whole ? { action, resource: '*' } : ofRepository(action, target, place)
    })
}

import { parseArn } from '../../core/arn.ts'
import type { PreparedCaller } from '../caller.ts'

/** The element that means this caller and, of those that a policy can name, nobody else. */
export function principalOf({ caller }: PreparedCaller): Record<string, string> | undefined {
  switch (caller.kind) {
    case 'service':
      return { Service: caller.name }
    case 'federated':
      return { Federated: caller.provider }
    case 'account':
      return { AWS: `arn:${caller.partition ?? 'aws'}:iam::${caller.account}:root` }
    case 'root':
      return undefined
    case 'role':
      return { AWS: caller.session === undefined ? caller.arn : sessionArn(caller.arn, caller.session) }
    default:
      return { AWS: caller.arn }
  }
}

function sessionArn(role: string, session: string): string {
  const { partition, account, resource } = parseArn(role) ?? { partition: 'aws', account: '', resource: '' }
  return `arn:${partition}:sts::${account}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/${session}`
}

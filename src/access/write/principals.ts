import { parseArn } from '../../core/arn.ts'

/** One who is let in by a repository policy. */
export interface WrittenPrincipal {
  /** As it is written: an account id becomes the ARN of its root. */
  arn: string
  account: string
  kind: 'account' | 'user' | 'role' | 'session'
}

/** A text that cannot be let in, and why. */
export interface NoPrincipal {
  wrong: string
}

export function readPrincipal(text: string, partition: string): WrittenPrincipal | NoPrincipal {
  if (/^\d{12}$/.test(text))
    return { arn: `arn:${partition}:iam::${text}:root`, account: text, kind: 'account' }
  if (text === '*')
    return {
      wrong: 'it is every AWS account there is. For the accounts of an organization, give --org alone',
    }
  if (/^[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(text))
    return { wrong: 'it is a service, which needs conditions on whom it works for (aws:SourceArn)' }
  const arn = parseArn(text)
  if (!arn || !/^\d{12}$/.test(arn.account))
    return { wrong: 'it is no account id, and no ARN of a user or role' }
  if (/[*?$]/.test(text)) return { wrong: 'a principal is named in full: AWS takes no wildcard here' }
  const kind = kindOf(arn.service, arn.resource)
  if (kind === undefined)
    return { wrong: 'only accounts, users, roles and sessions of roles are principals; groups are none' }
  return { arn: text, account: arn.account, kind }
}

function kindOf(service: string, resource: string): WrittenPrincipal['kind'] | undefined {
  if (service === 'sts') return /^assumed-role\/[^/]+\/[^/]+$/.test(resource) ? 'session' : undefined
  if (service !== 'iam') return undefined
  if (resource === 'root') return 'account'
  return /^(user|role)\/.+/.test(resource)
    ? (resource.slice(0, resource.indexOf('/')) as 'user' | 'role')
    : undefined
}

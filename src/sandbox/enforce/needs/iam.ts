import { detailsOf, iamOf } from '../../iam/directory.ts'
import type { Need } from '../decide.ts'
import { type Asked, iamArn, textIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

/** On nobody in particular, whatever names they take. */
const ofTheAccount = [
  'GenerateCredentialReport',
  'GetCredentialReport',
  'GetAccountSummary',
  'GetAccountAuthorizationDetails',
  'ListAccountAliases',
  'ListVirtualMFADevices',
  'ListPolicies',
]

/** On the user, group, role or policy that is named, by the ARN with its path. */
export function iamNeeds(asked: Asked): Need[] {
  const { operation, input } = asked
  const policyArn = textIn(input, 'PolicyArn')
  const boundary = textIn(input, 'PermissionsBoundary')
  const values = {
    'iam:policyarn': policyArn === undefined ? [] : [policyArn],
    'iam:permissionsboundary': boundary === undefined ? [] : [boundary],
  }
  const resource = ofTheAccount.includes(operation) ? '*' : resourceIn(asked)
  return [{ action: `iam:${operation}`, resource, additions: { ...tagAdditions(asked), values } }]
}

/** A policy is attached to somebody: that one is the resource, and not the policy. */
function resourceIn(asked: Asked): string {
  const { operation, input } = asked
  const role = textIn(input, 'RoleName')
  const user = textIn(input, 'UserName')
  const group = textIn(input, 'GroupName')
  if (role !== undefined) return iamArn(asked, `role${pathOf(asked, 'role', role)}${role}`)
  if (group !== undefined) return iamArn(asked, `group${pathOf(asked, 'group', group)}${group}`)
  if (user !== undefined) return iamArn(asked, `user${pathOf(asked, 'user', user)}${user}`)
  const policy = textIn(input, 'PolicyArn', 'Arn')
  if (policy !== undefined) return policy
  const name = textIn(input, 'PolicyName')
  if (operation === 'CreatePolicy' && name !== undefined)
    return iamArn(asked, `policy${textIn(input, 'Path') ?? '/'}${name}`)
  return allOf(asked)
}

/** Who names nobody asks for all of a kind, or for himself. */
function allOf(asked: Asked): string {
  const { operation, caller } = asked
  if (/^List(Users|Roles|Groups)$/.test(operation))
    return iamArn(asked, `${operation.slice('List'.length, -1).toLowerCase()}/*`)
  return caller.arn.includes(':user/') ? caller.arn : '*'
}

function pathOf({ world, caller, input }: Asked, kind: 'user' | 'group' | 'role', name: string): string {
  const account = world.state.accounts[caller.account]
  const fallback = textIn(input, 'Path') ?? '/'
  if (!account) return fallback
  if (kind === 'role') {
    const role = Object.hasOwn(account.roles, name) ? account.roles[name] : undefined
    return role ? detailsOf(account, role).path : fallback
  }
  const all = kind === 'user' ? iamOf(account).users : iamOf(account).groups
  return Object.hasOwn(all, name) ? (all[name]?.path ?? fallback) : fallback
}

import { parseArn } from '../../core/arn.ts'
import { invalid, needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Role } from '../world.ts'
import type { Xml } from '../xml.ts'
import { keptUser } from './change-users.ts'
import { checkDocument } from './changes.ts'
import { detailsOf, needPolicy, needRole } from './directory.ts'
import { boundaryOf, roleDocument, tagList } from './documents.ts'
import { deleteConflict, newId, readNewIdentity, refuseTaken } from './new-identity.ts'

/** Of services that make their roles themselves nothing is made here. */
export function createRole({ world, account, caller, input }: QueryCall): Xml {
  const { name, ...asked } = readNewIdentity(account, input, { member: 'RoleName', longest: 64 })
  refuseTaken('Role', Object.keys(account.roles), name)
  const trustPolicy = needText(input, 'AssumeRolePolicyDocument')
  checkDocument(trustPolicy, 'trust')
  const description = readText(input, 'Description')
  const partition = parseArn(caller.arn)?.partition ?? 'aws'
  const role: Role = {
    name,
    arn: `arn:${partition}:iam::${account.id}:role${asked.path}${name}`,
    id: newId('AROA', 17),
    trustPolicy,
    details: {
      ...asked,
      createdAt: world.now(),
      ...(description !== undefined && { description }),
      maxSessionSeconds: longestSession(input),
      attached: [],
      inline: {},
    },
  }
  account.roles[name] = role
  const more = { PermissionsBoundary: boundaryOf(asked), Tags: tagList(asked.tags) }
  return { Role: { ...roleDocument(account, role), ...more } }
}

export function deleteRole({ account, input }: QueryCall): Xml {
  const role = needRole(account, needText(input, 'RoleName'))
  const { attached, inline } = detailsOf(account, role)
  if (attached.length > 0) throw deleteConflict('detach all policies')
  if (Object.keys(inline).length > 0) throw deleteConflict('delete policies')
  delete account.roles[role.name]
  return undefined
}

function longestSession(input: URLSearchParams): number {
  const text = readText(input, 'MaxSessionDuration') ?? '3600'
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 3600 && seconds <= 43_200) return seconds
  throw invalid(`1 validation error detected: Value '${text}' at 'maxSessionDuration' must be 3600 to 43200`)
}

/** What limits a user or a role from now on, or no longer. */
export function putBoundary(kind: 'User' | 'Role'): (call: QueryCall) => Xml {
  return (call) => {
    const { arn } = needPolicy(call.account, needText(call.input, 'PermissionsBoundary'))
    holderOf(kind, call).boundary = arn
    return undefined
  }
}

export function deleteBoundary(kind: 'User' | 'Role'): (call: QueryCall) => Xml {
  return (call) => {
    delete holderOf(kind, call).boundary
    return undefined
  }
}

function holderOf(kind: 'User' | 'Role', { account, input }: QueryCall): { boundary?: string } {
  if (kind === 'Role') {
    const role = needRole(account, needText(input, 'RoleName'))
    return (role.details ??= detailsOf(account, role))
  }
  return keptUser(account, needText(input, 'UserName'))
}

import { parseArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import { sortedBy } from '../query-input.ts'
import type { Account, Role } from '../world.ts'
import { awsPolicies } from './aws-policies.ts'
import type { IamGroup, IamKey, IamState, IamUser, ManagedPolicy, RoleDetails } from './state.ts'

/** When an account, a user or a role was made that was given no date. */
const longAgo = Date.parse('2024-01-15T09:00:00Z')

export function iamOf({ iam }: Account): IamState {
  return iam ?? { createdAt: longAgo, aliases: [], root: { keys: [] }, users: {}, groups: {}, policies: {} }
}

/** All users with all their keys: whoever can sign a request is a user, described or not. */
export function usersOf(account: Account): IamUser[] {
  const { users, createdAt } = iamOf(account)
  const all = new Map(Object.values(users).map((user) => [user.name, { ...user, keys: [...user.keys] }]))
  for (const { arn, userId, accessKeyId, sessionToken } of Object.values(account.keys)) {
    const name = parseArn(arn)?.resource.match(/^user\/(?:.*\/)?([^/]+)$/)?.[1]
    if (name === undefined || sessionToken !== undefined) continue
    const user = all.get(name) ?? plainUser(name, { id: userId, createdAt })
    all.set(name, user)
    if (user.keys.some((key) => key.accessKeyId === accessKeyId)) continue
    user.keys.push({ accessKeyId, createdAt: user.createdAt, status: 'Active' })
  }
  return sortedBy([...all.values()], ({ name }) => name)
}

export function plainUser(name: string, { id, createdAt }: { id: string; createdAt: number }): IamUser {
  return { name, id, path: '/', createdAt, keys: [], mfa: [], groups: [], attached: [], inline: {}, tags: {} }
}

export function rolesOf(account: Account): Role[] {
  return sortedBy(Object.values(account.roles), ({ name }) => name)
}

export function detailsOf(account: Account, { details }: Role): RoleDetails {
  return details ?? { path: '/', createdAt: iamOf(account).createdAt, attached: [], inline: {}, tags: {} }
}

export function groupsOf(account: Account): IamGroup[] {
  return sortedBy(Object.values(iamOf(account).groups), ({ name }) => name)
}

export function needUser(account: Account, name: string): IamUser {
  const found = usersOf(account).find((user) => user.name === name)
  if (found) return found
  throw noSuchEntity(`The user with name ${name} cannot be found.`)
}

export function needRole(account: Account, name: string): Role {
  const found = rolesOf(account).find((role) => role.name === name)
  if (found) return found
  throw noSuchEntity(`The role with name ${name} cannot be found.`)
}

/** One of the account's own, or one of AWS's. */
export function needPolicy(account: Account, arn: string): ManagedPolicy {
  const found = findPolicy(account, arn)
  if (found) return found
  throw noSuchEntity(`Policy ${arn} was not found.`)
}

export function findPolicy(account: Account, arn: string): ManagedPolicy | undefined {
  const own = iamOf(account).policies
  if (Object.hasOwn(own, arn)) return own[arn]
  return Object.hasOwn(awsPolicies, arn) ? awsPolicies[arn] : undefined
}

/** How often a managed policy is attached, and how often it is somebody's boundary. */
export function usesOf(account: Account, arn: string): { attached: number; boundary: number } {
  const roles = rolesOf(account).map((role) => detailsOf(account, role))
  const people = [...usersOf(account), ...roles]
  const holders = [...people, ...groupsOf(account)]
  return {
    attached: holders.filter(({ attached }) => attached.includes(arn)).length,
    boundary: people.filter(({ boundary }) => boundary === arn).length,
  }
}

export function userArn({ id }: Account, { path, name }: Pick<IamUser, 'path' | 'name'>): string {
  return `arn:aws:iam::${id}:user${path}${name}`
}

export function findKey(account: Account, keyId: string): { user: IamUser; key: IamKey } | undefined {
  for (const user of usersOf(account)) {
    const key = user.keys.find(({ accessKeyId }) => accessKeyId === keyId)
    if (key) return { user, key }
  }
  return undefined
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, { status: 404 })
}

import { invalid, isoSeconds, members, readList, sortedBy } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account, Role } from '../world.ts'
import type { Xml } from '../xml.ts'
import { awsPolicies } from './aws-policies.ts'
import { detailsOf, groupsOf, iamOf, rolesOf, usersOf, usesOf } from './directory.ts'
import {
  attachedList,
  boundaryOf,
  encodeDocument,
  inlineList,
  lastUseOf,
  policyDocument,
  tagList,
  userDocument,
  versionDocument,
} from './documents.ts'
import { iamPage } from './page.ts'
import type { IamGroup, IamUser, ManagedPolicy } from './state.ts'

/** The element that each kind of entity is listed under, in the order in which the pages have them. */
const kinds = {
  User: 'UserDetailList',
  Group: 'GroupDetailList',
  Role: 'RoleDetailList',
  LocalManagedPolicy: 'Policies',
  AWSManagedPolicy: 'Policies',
} as const
type Kind = keyof typeof kinds

interface Entity {
  kind: Kind
  /** Where it stands among all. */
  key: string
  show: () => Xml
}

/**
 * Every identity and every policy of the account, cut into pages together.
 * Assumption: of the policies of AWS, those that somebody has attached.
 */
export function getAccountAuthorizationDetails(call: QueryCall): Xml {
  const { account, input } = call
  const filter = readList(input, 'Filter.member')
  const wrong = filter.find((kind) => !Object.hasOwn(kinds, kind))
  if (wrong !== undefined)
    throw invalid(`1 validation error detected: Value '[${wrong}]' at 'filter' is no type of entity`)
  const all = entitiesOf(account).filter(({ kind }) => filter.length === 0 || filter.includes(kind))
  const { items, rest } = iamPage(call, all, {
    list: `GetAccountAuthorizationDetails ${[...filter].sort().join()}`,
    keyOf: ({ key }) => key,
  })
  const lists = [...new Set(Object.values(kinds))].map((list) => {
    const shown = items.filter(({ kind }) => kinds[kind] === list).map(({ show }) => show())
    return [list, members(shown)] as const
  })
  return { ...rest, ...Object.fromEntries(lists) }
}

function entitiesOf(account: Account): Entity[] {
  const own = Object.values(iamOf(account).policies)
  const used = Object.values(awsPolicies).filter(({ arn }) => {
    const { attached, boundary } = usesOf(account, arn)
    return attached + boundary > 0
  })
  const all = [
    ...usersOf(account).map((user) => entity('User', user, () => userDetail(account, user))),
    ...groupsOf(account).map((group) => entity('Group', group, () => groupDetail(account, group))),
    ...rolesOf(account).map((role) => entity('Role', role, () => roleDetail(account, role))),
    ...own.map((each) => entity('LocalManagedPolicy', each, () => policyDetail(account, each))),
    ...used.map((each) => entity('AWSManagedPolicy', each, () => policyDetail(account, each))),
  ]
  return sortedBy(all, ({ key }) => key)
}

function entity(kind: Kind, { name }: { name: string }, show: () => Xml): Entity {
  return { kind, key: `${Object.keys(kinds).indexOf(kind)} ${name}`, show }
}

function userDetail(account: Account, user: IamUser): Xml {
  const { PasswordLastUsed: _, ...document } = userDocument(account, user)
  return {
    ...document,
    UserPolicyList: inlineList(user.inline),
    GroupList: members(user.groups),
    AttachedManagedPolicies: attachedList(account, user.attached),
    PermissionsBoundary: boundaryOf(user),
    Tags: tagList(user.tags),
  }
}

function groupDetail(account: Account, group: IamGroup): Xml {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: `arn:aws:iam::${account.id}:group${group.path}${group.name}`,
    CreateDate: isoSeconds(group.createdAt),
    GroupPolicyList: inlineList(group.inline),
    AttachedManagedPolicies: attachedList(account, group.attached),
  }
}

function roleDetail(account: Account, role: Role): Xml {
  const details = detailsOf(account, role)
  return {
    Path: details.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoSeconds(details.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    InstanceProfileList: members([]),
    RolePolicyList: inlineList(details.inline),
    AttachedManagedPolicies: attachedList(account, details.attached),
    PermissionsBoundary: boundaryOf(details),
    Tags: tagList(details.tags),
    RoleLastUsed: lastUseOf(account, role),
  }
}

function policyDetail(account: Account, policy: ManagedPolicy): Xml {
  const versions = policy.versions.map((version) => versionDocument(policy, version))
  return { ...policyDocument(account, policy), PolicyVersionList: members(versions) }
}

import type {
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam'
import { IAMClient, paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam'
import type { IamGroup, IamPolicy, IamRole, IamUser, Identities } from '../neighbours.ts'
import { type Asking, ask, tagRecord } from './question.ts'

/** Every user, role, group and policy of the account, in one listing. */
export async function collectIdentities({ aws, signal }: Asking): Promise<Identities> {
  const client = new IAMClient(aws.clientConfig('iam'))
  const found: Identities = { users: [], roles: [], groups: [], policies: [] }
  try {
    const pages = paginateGetAccountAuthorizationDetails(
      { client, pageSize: 1000 },
      {},
      { abortSignal: signal },
    )
    await ask('iam:GetAccountAuthorizationDetails', readInto(found, pages))
    return found
  } finally {
    client.destroy()
  }
}

async function readInto(
  found: Identities,
  pages: AsyncIterable<GetAccountAuthorizationDetailsResponse>,
): Promise<void> {
  for await (const page of pages) {
    found.users.push(...(page.UserDetailList ?? []).map(toUser))
    found.roles.push(...(page.RoleDetailList ?? []).map(toRole))
    found.groups.push(...(page.GroupDetailList ?? []).map(toGroup))
    found.policies.push(...(page.Policies ?? []).map(toPolicy))
  }
}

function toUser(user: UserDetail): IamUser {
  return {
    ...holder(user.UserName, user.Arn, user.UserPolicyList),
    attached: attached(user.AttachedManagedPolicies),
    id: user.UserId ?? '',
    createdAt: user.CreateDate?.toISOString() ?? '',
    groups: user.GroupList ?? [],
    ...boundary(user.PermissionsBoundary?.PermissionsBoundaryArn),
    tags: tagRecord(user.Tags),
  }
}

function toRole(role: RoleDetail): IamRole {
  const lastUsed = role.RoleLastUsed?.LastUsedDate
  return {
    ...holder(role.RoleName, role.Arn, role.RolePolicyList),
    attached: attached(role.AttachedManagedPolicies),
    id: role.RoleId ?? '',
    createdAt: role.CreateDate?.toISOString() ?? '',
    trust: decoded(role.AssumeRolePolicyDocument),
    ...boundary(role.PermissionsBoundary?.PermissionsBoundaryArn),
    ...(lastUsed && { lastUsed: lastUsed.toISOString() }),
    tags: tagRecord(role.Tags),
  }
}

function toGroup(group: GroupDetail): IamGroup {
  return {
    ...holder(group.GroupName, group.Arn, group.GroupPolicyList),
    attached: attached(group.AttachedManagedPolicies),
  }
}

function toPolicy(policy: ManagedPolicyDetail): IamPolicy {
  const standard = policy.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion)
  return { arn: policy.Arn ?? '', name: policy.PolicyName ?? '', document: decoded(standard?.Document) }
}

function holder(name = '', arn = '', inline: PolicyDetail[] = []) {
  return {
    name,
    arn,
    inline: inline.map(({ PolicyName = '', PolicyDocument }) => ({
      name: PolicyName,
      document: decoded(PolicyDocument),
    })),
  }
}

function attached(policies: { PolicyArn?: string | undefined }[] = []): string[] {
  return policies.flatMap(({ PolicyArn }) => PolicyArn ?? [])
}

function boundary(arn: string | undefined): { boundary?: string } {
  return arn ? { boundary: arn } : {}
}

/** IAM gives documents URL-encoded (RFC 3986); one that is not is kept as it came. */
function decoded(document = ''): string {
  try {
    return decodeURIComponent(document)
  } catch {
    return document
  }
}

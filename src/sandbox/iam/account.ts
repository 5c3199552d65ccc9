import { entries } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import { groupsOf, iamOf, rolesOf, usersOf } from './directory.ts'
import { iamList } from './page.ts'

/** AWS's quotas of a new account. */
const quotas = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  RolesQuota: 1000,
  PoliciesQuota: 1500,
  InstanceProfilesQuota: 1000,
  ServerCertificatesQuota: 20,
  AccessKeysPerUserQuota: 2,
  SigningCertificatesPerUserQuota: 2,
  GroupsPerUserQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  VersionsPerPolicyQuota: 5,
  PolicyVersionsInUseQuota: 10000,
  PolicySizeQuota: 6144,
  UserPolicySizeQuota: 2048,
  GroupPolicySizeQuota: 5120,
  RolePolicySizeQuota: 10240,
  AssumeRolePolicySizeQuota: 2048,
  GlobalEndpointTokenVersion: 1,
}

export function getAccountSummary({ account }: QueryCall): Xml {
  return { SummaryMap: entries({ ...quotas, ...countsOf(account) }) }
}

function countsOf(account: Account): Record<string, number> {
  const { root, policies, spareDevices = [] } = iamOf(account)
  const users = usersOf(account)
  const inUse = users.flatMap(({ mfa }) => mfa).length + Number(root.mfa !== undefined)
  return {
    Users: users.length,
    Groups: groupsOf(account).length,
    Roles: rolesOf(account).length,
    Policies: Object.keys(policies).length,
    PolicyVersionsInUse: Object.values(policies).flatMap(({ versions }) => versions).length,
    MFADevices: inUse + spareDevices.length,
    MFADevicesInUse: inUse,
    AccountMFAEnabled: Number(root.mfa !== undefined),
    AccountAccessKeysPresent: Number(root.keys.length > 0),
    AccountPasswordPresent: 1,
    AccountSigningCertificatesPresent: 0,
    InstanceProfiles: 0,
    Providers: 0,
    ServerCertificates: 0,
  }
}

export function listAccountAliases(call: QueryCall): Xml {
  return iamList(call, [...iamOf(call.account).aliases].sort(), {
    list: 'ListAccountAliases',
    member: 'AccountAliases',
    keyOf: (alias) => alias,
    show: (alias) => alias,
  })
}

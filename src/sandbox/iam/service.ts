import type { QueryService } from '../query-service.ts'
import { getAccountSummary, listAccountAliases } from './account.ts'
import { getAccountAuthorizationDetails } from './authorization-details.ts'
import { generateCredentialReport, getCredentialReport } from './credential-report.ts'
import { knownIamOperations } from './known-operations.ts'
import { getPolicy, getPolicyVersion } from './policies.ts'
import { getRole, getRolePolicy, listAttachedRolePolicies, listRoles } from './roles.ts'
import {
  getAccessKeyLastUsed,
  getUser,
  listAccessKeys,
  listMfaDevices,
  listUsers,
  listVirtualMfaDevices,
} from './users.ts'

/** The read side of IAM. One for all Regions: it answers whatever Region a request is signed for. */
export const iamService: QueryService = {
  name: 'iam',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  style: 'query',
  operations: {
    GenerateCredentialReport: generateCredentialReport,
    GetAccessKeyLastUsed: getAccessKeyLastUsed,
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
    GetAccountSummary: getAccountSummary,
    GetCredentialReport: getCredentialReport,
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    GetUser: getUser,
    ListAccessKeys: listAccessKeys,
    ListAccountAliases: listAccountAliases,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    ListMFADevices: listMfaDevices,
    ListRoles: listRoles,
    ListUsers: listUsers,
    ListVirtualMFADevices: listVirtualMfaDevices,
  },
  known: knownIamOperations,
  spelling: { InternalFailure: ['ServiceFailure', 500] },
}

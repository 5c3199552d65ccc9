import type { QueryService } from '../query-service.ts'
import { getAccountSummary, listAccountAliases } from './account.ts'
import { getAccountAuthorizationDetails } from './authorization-details.ts'
import { createRole, deleteBoundary, deleteRole, putBoundary } from './change-roles.ts'
import { createAccessKey, createUser, deleteAccessKey, deleteUser } from './change-users.ts'
import {
  attachPolicy,
  deletePolicy,
  detachPolicy,
  putPolicy,
  updateAccessKey,
  updateAssumeRolePolicy,
} from './changes.ts'
import { generateCredentialReport, getCredentialReport } from './credential-report.ts'
import { getInlinePolicy, listAttachedPolicies } from './held-policies.ts'
import { knownIamOperations } from './known-operations.ts'
import { generateServiceLastAccessed, getServiceLastAccessed } from './last-accessed.ts'
import {
  createPolicy,
  createPolicyVersion,
  deletePolicy as deleteManagedPolicy,
  deletePolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './managed-policies.ts'
import { getPolicy, getPolicyVersion } from './policies.ts'
import { getRole, listRoles } from './roles.ts'
import {
  getAccessKeyLastUsed,
  getUser,
  listAccessKeys,
  listMfaDevices,
  listUsers,
  listVirtualMfaDevices,
} from './users.ts'

/** Quotas of all inline policies of one holder together, white space not counted. */
const longest = { User: 2048, Group: 5120, Role: 10_240 }

/** IAM, as far as the audit reads it and its advice changes it. One for all Regions: it answers whatever Region a request is signed for. */
export const iamService: QueryService = {
  name: 'iam',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  style: 'query',
  operations: {
    AttachGroupPolicy: attachPolicy('Group'),
    AttachRolePolicy: attachPolicy('Role'),
    AttachUserPolicy: attachPolicy('User'),
    CreateAccessKey: createAccessKey,
    CreatePolicy: createPolicy,
    CreatePolicyVersion: createPolicyVersion,
    CreateRole: createRole,
    CreateUser: createUser,
    DeleteAccessKey: deleteAccessKey,
    DeleteGroupPolicy: deletePolicy('Group'),
    DeletePolicy: deleteManagedPolicy,
    DeletePolicyVersion: deletePolicyVersion,
    DeleteRole: deleteRole,
    DeleteRolePermissionsBoundary: deleteBoundary('Role'),
    DeleteRolePolicy: deletePolicy('Role'),
    DeleteUser: deleteUser,
    DeleteUserPermissionsBoundary: deleteBoundary('User'),
    DeleteUserPolicy: deletePolicy('User'),
    DetachGroupPolicy: detachPolicy('Group'),
    DetachRolePolicy: detachPolicy('Role'),
    DetachUserPolicy: detachPolicy('User'),
    GenerateCredentialReport: generateCredentialReport,
    GenerateServiceLastAccessedDetails: generateServiceLastAccessed,
    GetAccessKeyLastUsed: getAccessKeyLastUsed,
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
    GetAccountSummary: getAccountSummary,
    GetCredentialReport: getCredentialReport,
    GetGroupPolicy: getInlinePolicy('Group'),
    GetPolicy: getPolicy,
    GetPolicyVersion: getPolicyVersion,
    GetRole: getRole,
    GetRolePolicy: getInlinePolicy('Role'),
    GetServiceLastAccessedDetails: getServiceLastAccessed,
    GetUser: getUser,
    GetUserPolicy: getInlinePolicy('User'),
    ListAccessKeys: listAccessKeys,
    ListAccountAliases: listAccountAliases,
    ListAttachedGroupPolicies: listAttachedPolicies('Group'),
    ListAttachedRolePolicies: listAttachedPolicies('Role'),
    ListAttachedUserPolicies: listAttachedPolicies('User'),
    ListMFADevices: listMfaDevices,
    ListPolicyVersions: listPolicyVersions,
    ListRoles: listRoles,
    ListUsers: listUsers,
    ListVirtualMFADevices: listVirtualMfaDevices,
    PutGroupPolicy: putPolicy('Group', longest.Group),
    PutRolePermissionsBoundary: putBoundary('Role'),
    PutRolePolicy: putPolicy('Role', longest.Role),
    PutUserPermissionsBoundary: putBoundary('User'),
    PutUserPolicy: putPolicy('User', longest.User),
    SetDefaultPolicyVersion: setDefaultPolicyVersion,
    UpdateAccessKey: updateAccessKey,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  },
  known: knownIamOperations,
  spelling: { InternalFailure: ['ServiceFailure', 500] },
}

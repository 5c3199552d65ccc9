import type { QueryService } from '../query-service.ts'
import { assumeRole } from './assume-role.ts'

/** The real ones that are not here. */
const missing = [
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetSessionToken',
  'GetWebIdentityToken',
]

export const stsService: QueryService = {
  name: 'sts',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  style: 'query',
  operations: {
    GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.account }),
    AssumeRole: ({ world, caller, input }) => assumeRole(world, caller, input),
  },
  known: ['GetCallerIdentity', 'AssumeRole', ...missing],
}

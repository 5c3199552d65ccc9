import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

export interface RestrictedCredentials {
  accessKeyId: string
  secretAccessKey: string
  /** Of a session of a role. */
  sessionToken?: string
}

/** Names of actions, allowed on everything; or a whole policy document; or its statements. */
export type Permissions = readonly string[] | { Statement: unknown }

type Started = Pick<Sandbox, 'awsEndpoint' | 'accounts'>

let made = 0
/** Of all inline policies of a user together. */
const mostOfUser = 2048

/**
 * Makes, through the sandbox's own IAM, a user of the first account with exactly these permissions, and a key for
 * it. It is held to them while the sandbox enforces IAM (`sandbox.enforceIam(true)`). What is too much for the
 * policies of a user is a session of a role instead.
 */
export async function restrictedUser(
  sandbox: Started,
  permissions: Permissions,
): Promise<RestrictedCredentials> {
  const PolicyDocument = documentOf(permissions)
  if (PolicyDocument.replace(/\s/g, '').length > mostOfUser) return restrictedSession(sandbox, permissions)
  const iam = new IAMClient(configOf(sandbox))
  const UserName = `restricted-${++made}`
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

/** The same as a session of a role that everybody of the account may assume. */
export async function restrictedSession(
  sandbox: Started,
  permissions: Permissions,
): Promise<RestrictedCredentials> {
  const RoleArn = await restrictedRole(sandbox, permissions)
  const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'restricted' })
  const { Credentials } = await new STSClient(configOf(sandbox)).send(asked)
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

/** A role of the first account with exactly these permissions. */
export async function restrictedRole(sandbox: Started, permissions: Permissions): Promise<string> {
  const iam = new IAMClient(configOf(sandbox))
  const RoleName = `restricted-${++made}`
  const trust = { Effect: 'Allow', Principal: { AWS: sandbox.accounts[0]?.id }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = documentOf(permissions)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }))
  return Role?.Arn ?? ''
}

/** What a shell exports to be that user. */
export function envAs(
  env: Record<string, string>,
  { accessKeyId, secretAccessKey, sessionToken }: RestrictedCredentials,
): Record<string, string> {
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  return { ...env, ...keys, ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }) }
}

function configOf({ awsEndpoint, accounts }: Started) {
  const [{ accessKeyId, secretAccessKey } = { accessKeyId: '', secretAccessKey: '' }] = accounts
  const credentials = { accessKeyId, secretAccessKey }
  return { endpoint: awsEndpoint, region: 'eu-west-1', credentials, maxAttempts: 1 }
}

/** No permission at all is a policy, too: IAM takes none that is empty. */
function documentOf(permissions: Permissions): string {
  const Version = '2012-10-17'
  if (!Array.isArray(permissions)) return JSON.stringify({ Version, ...permissions })
  const Action = permissions.length === 0 ? ['none:Nothing'] : permissions
  return JSON.stringify({ Version, Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
}

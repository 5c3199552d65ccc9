/** What IAM remembers of an account. Times are epoch milliseconds, documents JSON text. */
export interface IamState {
  createdAt: number
  aliases: string[]
  root: RootUser
  /** By name. A user that only has a key in `Account.keys` is there too (`directory.ts`). */
  users: Record<string, IamUser>
  groups: Record<string, IamGroup>
  /** The account's own, by ARN. Those of AWS are in `aws-policies.ts`. */
  policies: Record<string, ManagedPolicy>
  /** Serial numbers of virtual MFA devices that nobody uses. */
  spareDevices?: string[]
  report?: CredentialReport
  /** Reports on what was used last, by job. */
  accessJobs?: Record<string, AccessJob>
}

export interface RootUser {
  passwordLastUsed?: number
  mfa?: MfaDevice
  keys: IamKey[]
}

export interface IamUser {
  name: string
  id: string
  path: string
  createdAt: number
  password?: { changedAt: number; lastUsed?: number }
  keys: IamKey[]
  mfa: MfaDevice[]
  groups: string[]
  /** ARNs of managed policies. */
  attached: string[]
  /** Inline policies, by name. */
  inline: Record<string, string>
  boundary?: string
  tags: Record<string, string>
}

/** What IAM tells of a key; the secret, for those that can sign here, is in `Account.keys`. */
export interface IamKey {
  accessKeyId: string
  createdAt: number
  status: 'Active' | 'Inactive'
  lastUsed?: { at: number; region: string; service: string }
}

export interface MfaDevice {
  /** An ARN when it is virtual. */
  serial: string
  enabledAt: number
}

export interface IamGroup {
  name: string
  id: string
  path: string
  createdAt: number
  attached: string[]
  inline: Record<string, string>
}

/** What AssumeRole does not need to know of a role. */
export interface RoleDetails {
  path: string
  createdAt: number
  description?: string
  maxSessionSeconds?: number
  attached: string[]
  inline: Record<string, string>
  boundary?: string
  tags: Record<string, string>
  lastUsed?: { at: number; region: string }
}

export interface ManagedPolicy {
  name: string
  id: string
  arn: string
  path: string
  description?: string
  createdAt: number
  /** The newest last. */
  versions: PolicyVersion[]
  defaultVersion: string
  /** Highest number of a version that there ever was; absent: the newest one's. */
  lastVersion?: number
}

export interface PolicyVersion {
  id: string
  document: string
  createdAt: number
}

export interface CredentialReport {
  state: 'started' | 'complete'
  generatedAt: number
}

export interface AccessJob {
  /** Of the user or role that is looked at. */
  arn: string
  granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL'
  /** Who asked. */
  by: string
  createdAt: number
  /** Whether somebody has looked already. */
  asked: boolean
}

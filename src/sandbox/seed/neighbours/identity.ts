import { createHash } from 'node:crypto'
import type { IamGroup, IamKey, IamUser, ManagedPolicy, MfaDevice, RoleDetails } from '../../iam/state.ts'
import type { Role } from '../../world.ts'

export const main = '111122223333'
export const partner = '444455556666'
export const home = 'eu-west-1'
export const day = 24 * 60 * 60 * 1000

/** Makes the records of identities; what is not given is as a new identity has it. */
export function user(name: string, rest: Partial<IamUser> & { createdAt: number }): IamUser {
  const plain = { path: '/', keys: [], mfa: [], groups: [], attached: [], inline: {}, tags: {} }
  return { name, id: idOf('AIDA', name), ...plain, ...rest }
}

export function group(name: string, rest: Partial<IamGroup> & { createdAt: number }): IamGroup {
  return { name, id: idOf('AGPA', name), path: '/', attached: [], inline: {}, ...rest }
}

export function role(
  name: string,
  { trust, ...rest }: Partial<RoleDetails> & { createdAt: number; trust: object },
): Role {
  const details = { path: '/', attached: [], inline: {}, tags: {}, ...rest }
  const arn = `arn:aws:iam::${main}:role${details.path}${name}`
  return { name, arn, id: idOf('AROA', name), trustPolicy: document(trust), details }
}

/** The last document is the default version. */
export function managedPolicy(
  name: string,
  { createdAt, description, documents }: { createdAt: number; description?: string; documents: object[][] },
): ManagedPolicy {
  const versions = documents.map((statements, at) => ({
    id: `v${at + 1}`,
    document: document(...statements),
    createdAt: createdAt + at * 1000,
  }))
  return {
    name,
    id: idOf('ANPA', name),
    arn: `arn:aws:iam::${main}:policy/${name}`,
    path: '/',
    ...(description !== undefined && { description }),
    createdAt,
    versions,
    defaultVersion: `v${documents.length}`,
  }
}

export function key(accessKeyId: string, createdAt: number, rest: Partial<IamKey> = {}): IamKey {
  return { accessKeyId, createdAt, status: 'Active', ...rest }
}

export function phone(name: string, enabledAt: number): MfaDevice {
  return { serial: `arn:aws:iam::${main}:mfa/${name}`, enabledAt }
}

export function document(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export function allow(actions: string | readonly string[], resource: string | readonly string[] = '*') {
  return { Effect: 'Allow', Action: actions, Resource: resource }
}

export function trustService(service: string, condition?: object) {
  const Principal = { Service: `${service}.amazonaws.com` }
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  return condition ? { ...statement, Condition: condition } : statement
}

export function trustAccount(account: string, condition?: object) {
  const Principal = { AWS: `arn:aws:iam::${account}:root` }
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  return condition ? { ...statement, Condition: condition } : statement
}

/** GitHub's tokens of one branch of one repository. */
export function trustPipeline(repository: string) {
  const provider = 'token.actions.githubusercontent.com'
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${main}:oidc-provider/${provider}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${provider}:aud`]: 'sts.amazonaws.com',
        [`${provider}:sub`]: `repo:${repository}:ref:refs/heads/main`,
      },
    },
  }
}

export const onlyFromMain = { StringEquals: { 'aws:SourceAccount': main } }

/** Everything but the way to an MFA device is denied to whoever has signed in without one. */
export const denyWithoutMfa = {
  Sid: 'DenyWithoutMfa',
  Effect: 'Deny',
  NotAction: ['iam:ListMFADevices', 'iam:EnableMFADevice', 'iam:ResyncMFADevice', 'sts:GetSessionToken'],
  Resource: '*',
  Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
}

export function idOf(prefix: string, name: string): string {
  const digest = createHash('sha256').update(`${prefix} ${name}`).digest('hex').toUpperCase()
  return `${prefix}${digest.slice(0, 17)}`
}

export function named<T extends { name: string }>(list: readonly T[]): Record<string, T> {
  return Object.fromEntries(list.map((each) => [each.name, each]))
}

import { isoSeconds, members } from '../query-input.ts'
import type { Account, Role } from '../world.ts'
import type { Xml } from '../xml.ts'
import { detailsOf, findPolicy, userArn, usesOf } from './directory.ts'
import type { IamUser, ManagedPolicy, PolicyVersion } from './state.ts'

/** IAM sends policy documents percent-encoded as RFC 3986 has it, and leaves the decoding to the reader. */
export function encodeDocument(text: string): string {
  const encode = (found: string) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replace(/[!'()*]/g, encode)
}

export function userDocument(account: Account, user: IamUser) {
  const { path, name, id, createdAt, password } = user
  return {
    Path: path,
    UserName: name,
    UserId: id,
    Arn: userArn(account, user),
    CreateDate: isoSeconds(createdAt),
    PasswordLastUsed: password?.lastUsed === undefined ? undefined : isoSeconds(password.lastUsed),
  }
}

export function roleDocument(account: Account, role: Role) {
  const { path, createdAt, description, maxSessionSeconds = 3600 } = detailsOf(account, role)
  return {
    Path: path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoSeconds(createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: description,
    MaxSessionDuration: maxSessionSeconds,
  }
}

export function lastUseOf(account: Account, role: Role): Xml {
  const { lastUsed } = detailsOf(account, role)
  return lastUsed ? { LastUsedDate: isoSeconds(lastUsed.at), Region: lastUsed.region } : {}
}

export function policyDocument(account: Account, policy: ManagedPolicy) {
  const { attached, boundary } = usesOf(account, policy.arn)
  const { name, id, arn, path, description, createdAt, versions, defaultVersion } = policy
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundary,
    IsAttachable: true,
    Description: description,
    CreateDate: isoSeconds(createdAt),
    UpdateDate: isoSeconds(versions.at(-1)?.createdAt ?? createdAt),
  }
}

export function versionDocument(
  { defaultVersion }: ManagedPolicy,
  { id, document, createdAt }: PolicyVersion,
) {
  return {
    Document: encodeDocument(document),
    VersionId: id,
    IsDefaultVersion: id === defaultVersion,
    CreateDate: isoSeconds(createdAt),
  }
}

export function attachedList(account: Account, arns: readonly string[]) {
  // In AWS the order says nothing; here it does not change when one goes and comes back.
  const list = [...arns]
    .sort()
    .map((arn) => ({ PolicyName: findPolicy(account, arn)?.name ?? '', PolicyArn: arn }))
  return members(list)
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1
}

export function inlineList(inline: Record<string, string>) {
  const list = Object.entries(inline)
    .sort(byName)
    .map(([PolicyName, text]) => ({
      PolicyName,
      PolicyDocument: encodeDocument(text),
    }))
  return members(list)
}

export function boundaryOf({ boundary }: { boundary?: string }): Xml {
  return boundary === undefined
    ? undefined
    : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary }
}

/** Absent, and not empty, when there are none. */
export function tagList(tags: Record<string, string>): Xml {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return list.length === 0 ? undefined : members(list)
}

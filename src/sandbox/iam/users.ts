import { AwsError } from '../http.ts'
import { invalid, isoSeconds, needText, readText, sortedBy } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import { findKey, iamOf, needUser, userArn, usersOf } from './directory.ts'
import { boundaryOf, tagList, userDocument } from './documents.ts'
import { iamList } from './page.ts'
import type { IamUser, MfaDevice } from './state.ts'

export function getUser(call: QueryCall): Xml {
  const { account } = call
  const user = namedUser(call)
  if (user === 'root') return { User: rootDocument(account) }
  const more = { PermissionsBoundary: boundaryOf(user), Tags: tagList(user.tags) }
  return { User: { ...userDocument(account, user), ...more } }
}

/** Shows neither boundaries nor tags: for those there is GetUser. */
export function listUsers(call: QueryCall): Xml {
  const { account, input } = call
  const prefix = readText(input, 'PathPrefix') ?? '/'
  const users = usersOf(account).filter(({ path }) => path.startsWith(prefix))
  return iamList(call, users, {
    list: `ListUsers ${prefix}`,
    member: 'Users',
    keyOf: ({ name }) => name,
    show: (user) => userDocument(account, user),
  })
}

export function listAccessKeys(call: QueryCall): Xml {
  const user = namedUser(call)
  const keys = user === 'root' ? iamOf(call.account).root.keys : user.keys
  const name = user === 'root' ? undefined : user.name
  return iamList(
    call,
    sortedBy(keys, ({ accessKeyId }) => accessKeyId),
    {
      list: `ListAccessKeys ${name}`,
      member: 'AccessKeyMetadata',
      keyOf: ({ accessKeyId }) => accessKeyId,
      show: ({ accessKeyId, status, createdAt }) => ({
        UserName: name,
        AccessKeyId: accessKeyId,
        Status: status,
        CreateDate: isoSeconds(createdAt),
      }),
    },
  )
}

/** Assumption: of a key that is not the account's, nobody is told anything. */
export function getAccessKeyLastUsed({ account, caller, input }: QueryCall): Xml {
  const keyId = needText(input, 'AccessKeyId')
  const found = findKey(account, keyId)
  if (!found) {
    const text = `User: ${caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${keyId}`
    throw new AwsError('AccessDenied', text, { status: 403 })
  }
  const { user, key } = found
  const { at, region = 'N/A', service = 'N/A' } = key.lastUsed ?? {}
  const LastUsedDate = at === undefined ? undefined : isoSeconds(at)
  return {
    UserName: user.name,
    AccessKeyLastUsed: { LastUsedDate, ServiceName: service, Region: region },
  }
}

export function listMfaDevices(call: QueryCall): Xml {
  const user = namedUser(call)
  const { root } = iamOf(call.account)
  const devices = user === 'root' ? (root.mfa ? [root.mfa] : []) : user.mfa
  const UserName = user === 'root' ? 'root' : user.name
  return iamList(
    call,
    sortedBy(devices, ({ serial }) => serial),
    {
      list: `ListMFADevices ${UserName}`,
      member: 'MFADevices',
      keyOf: ({ serial }) => serial,
      show: ({ serial, enabledAt }) => ({
        UserName,
        SerialNumber: serial,
        EnableDate: isoSeconds(enabledAt),
      }),
    },
  )
}

export function listVirtualMfaDevices(call: QueryCall): Xml {
  const wanted = readText(call.input, 'AssignmentStatus') ?? 'Any'
  if (!['Any', 'Assigned', 'Unassigned'].includes(wanted))
    throw invalid(
      "1 validation error detected: Value at 'assignmentStatus' must be Assigned, Unassigned, Any",
    )
  const spare = (iamOf(call.account).spareDevices ?? []).map((SerialNumber) => ({ SerialNumber }))
  const all = [
    ...(wanted === 'Unassigned' ? [] : assignedDevices(call.account)),
    ...(wanted === 'Assigned' ? [] : spare),
  ]
  return iamList<{ SerialNumber: string }>(
    call,
    sortedBy(all, ({ SerialNumber }) => SerialNumber),
    {
      list: `ListVirtualMFADevices ${wanted}`,
      member: 'VirtualMFADevices',
      keyOf: ({ SerialNumber }) => SerialNumber,
      show: (device) => device,
    },
  )
}

function assignedDevices(account: Account) {
  const { root } = iamOf(account)
  const show = ({ serial, enabledAt }: MfaDevice, user: Record<string, Xml>) => ({
    SerialNumber: serial,
    User: user,
    EnableDate: isoSeconds(enabledAt),
  })
  const ofUsers = usersOf(account).flatMap((user) =>
    user.mfa.map((device) => show(device, userDocument(account, user))),
  )
  const ofRoot = root.mfa ? [show(root.mfa, rootDocument(account))] : []
  return [...ofRoot, ...ofUsers].filter(({ SerialNumber }) => SerialNumber.startsWith('arn:'))
}

/** The user that is named; when none is, the one who asks. A session is no user. */
function namedUser({ account, caller, input }: QueryCall): IamUser | 'root' {
  const name = readText(input, 'UserName')
  if (name !== undefined) return needUser(account, name)
  if (caller.arn.endsWith(':root')) return 'root'
  const user = usersOf(account).find((each) => userArn(account, each) === caller.arn)
  if (user) return user
  throw invalid('Must specify userName when calling with non-User credentials')
}

function rootDocument(account: Account): Record<string, Xml> {
  const { createdAt, root } = iamOf(account)
  const { passwordLastUsed } = root
  return {
    UserId: account.id,
    Arn: `arn:aws:iam::${account.id}:root`,
    CreateDate: isoSeconds(createdAt),
    PasswordLastUsed: passwordLastUsed === undefined ? undefined : isoSeconds(passwordLastUsed),
  }
}

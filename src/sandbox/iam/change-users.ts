import { randomBytes } from 'node:crypto'
import { AwsError } from '../http.ts'
import { isoSeconds, needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import { iamOf, needUser, noSuchEntity, userArn, usersOf } from './directory.ts'
import { boundaryOf, tagList, userDocument } from './documents.ts'
import { deleteConflict, newId, readNewIdentity, refuseTaken } from './new-identity.ts'
import type { IamUser } from './state.ts'

export function createUser({ world, account, input }: QueryCall): Xml {
  const asked = readNewIdentity(account, input, { member: 'UserName', longest: 64 })
  const names = usersOf(account).map(({ name }) => name)
  refuseTaken('User', names, asked.name)
  const plain = { keys: [], mfa: [], groups: [], attached: [], inline: {} }
  const user: IamUser = { ...asked, ...plain, id: newId('AIDA', 17), createdAt: world.now() }
  account.iam ??= iamOf(account)
  account.iam.users[user.name] = user
  const more = { PermissionsBoundary: boundaryOf(user), Tags: tagList(user.tags) }
  return { User: { ...userDocument(account, user), ...more } }
}

/** Only of a user that has nothing left. */
export function deleteUser({ account, input }: QueryCall): Xml {
  const user = needUser(account, needText(input, 'UserName'))
  if (user.keys.length > 0) throw deleteConflict('delete access keys')
  if (user.password) throw deleteConflict('delete login profile')
  if (user.mfa.length > 0) throw deleteConflict('deactivate MFA devices')
  if (user.groups.length > 0) throw deleteConflict('remove users from group')
  if (user.attached.length > 0) throw deleteConflict('detach all policies')
  if (Object.keys(user.inline).length > 0) throw deleteConflict('delete policies')
  delete account.iam?.users[user.name]
  return undefined
}

const keysEach = 2

/** The one time that anybody sees the secret. */
export function createAccessKey(call: QueryCall): Xml {
  const { world, account } = call
  const user = keptUser(account, nameIn(call))
  if (user.keys.length >= keysEach)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${keysEach}`, {
      status: 409,
    })
  const accessKeyId = newId('AKIA', 16)
  const secretAccessKey = randomBytes(30).toString('base64')
  account.keys[accessKeyId] = { accessKeyId, secretAccessKey, arn: userArn(account, user), userId: user.id }
  user.keys = [...user.keys, { accessKeyId, createdAt: world.now(), status: 'Active' }]
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: 'Active',
      SecretAccessKey: secretAccessKey,
      CreateDate: isoSeconds(world.now()),
    },
  }
}

/** The key signs nothing from the next request on. */
export function deleteAccessKey(call: QueryCall): Xml {
  const { account, input } = call
  const id = needText(input, 'AccessKeyId')
  const user = keptUser(account, nameIn(call))
  if (!user.keys.some(({ accessKeyId }) => accessKeyId === id))
    throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
  user.keys = user.keys.filter(({ accessKeyId }) => accessKeyId !== id)
  delete account.keys[id]
  return undefined
}

/** Who names nobody means himself. */
function nameIn({ caller, input }: QueryCall): string {
  return (
    readText(input, 'UserName') ??
    /:user\/(?:.*\/)?([^/]+)$/.exec(caller.arn)?.[1] ??
    needText(input, 'UserName')
  )
}

/** Written down, with all keys, if it was no more than a key until now. */
export function keptUser(account: Account, name: string): IamUser {
  const user = needUser(account, name)
  account.iam ??= iamOf(account)
  const kept = (account.iam.users[name] ??= user)
  kept.keys = user.keys
  return kept
}

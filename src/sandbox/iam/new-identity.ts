import { randomInt } from 'node:crypto'
import { AwsError } from '../http.ts'
import { invalid, needText, readText } from '../query-input.ts'
import type { Account } from '../world.ts'
import { needPolicy } from './directory.ts'

/** What CreateUser and CreateRole have in common. */
export interface NewIdentity {
  name: string
  path: string
  boundary?: string
  tags: Record<string, string>
}

export function readNewIdentity(
  account: Account,
  input: URLSearchParams,
  { member, longest }: { member: 'UserName' | 'RoleName'; longest: number },
): NewIdentity {
  const name = needText(input, member)
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > longest)
    throw invalid(`The specified value for ${member} is invalid.`)
  const path = readText(input, 'Path') ?? '/'
  if (!/^\/(?:[\x21-\x7e]{1,510}\/)?$/.test(path)) throw invalid('The specified value for path is invalid.')
  const boundary = readText(input, 'PermissionsBoundary')
  if (boundary !== undefined) needPolicy(account, boundary)
  return { name, path, ...(boundary !== undefined && { boundary }), tags: readTags(input) }
}

function readTags(input: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {}
  for (let at = 1; input.has(`Tags.member.${at}.Key`); at++)
    tags[input.get(`Tags.member.${at}.Key`) ?? ''] = input.get(`Tags.member.${at}.Value`) ?? ''
  if (Object.keys(tags).length <= 50) return tags
  throw new AwsError('LimitExceeded', 'Cannot exceed quota for tags: 50', { status: 409 })
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A random id of IAM's form: a kind of four letters, and more of them. */
export function newId(kind: 'AIDA' | 'AROA' | 'AKIA', length: number): string {
  const rest = Array.from({ length }, () => letters[randomInt(letters.length)])
  return `${kind}${rest.join('')}`
}

/** Names are compared without their case. */
export function refuseTaken(kind: 'User' | 'Role', names: readonly string[], name: string): void {
  if (!names.some((each) => each.toLowerCase() === name.toLowerCase())) return
  throw new AwsError('EntityAlreadyExists', `${kind} with name ${name} already exists.`, { status: 409 })
}

export function deleteConflict(what: string): AwsError {
  return new AwsError('DeleteConflict', `Cannot delete entity, must ${what} first.`, { status: 409 })
}

import { AwsError } from '../http.ts'
import { invalid, needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Account } from '../world.ts'
import type { Xml } from '../xml.ts'
import { detailsOf, findKey, iamOf, needPolicy, needRole, needUser, noSuchEntity } from './directory.ts'

/** What users, groups and roles have in common: policies of their own, and managed ones. */
interface Holder {
  inline: Record<string, string>
  attached: string[]
}

type Find = (call: QueryCall) => Holder

/** To be changed. A user that only has a key is written down first, and so is what a role has beside its trust. */
const holders: Record<'User' | 'Group' | 'Role', Find> = {
  User: ({ account, input }) => {
    const user = needUser(account, needText(input, 'UserName'))
    const iam = (account.iam ??= iamOf(account))
    return (iam.users[user.name] ??= user)
  },
  Group: ({ account, input }) => {
    const name = needText(input, 'GroupName')
    const { groups } = iamOf(account)
    const found = Object.hasOwn(groups, name) ? groups[name] : undefined
    if (found) return found
    throw noSuchEntity(`The group with name ${name} cannot be found.`)
  },
  Role: ({ account, input }) => {
    const role = needRole(account, needText(input, 'RoleName'))
    return (role.details ??= detailsOf(account, role))
  },
}

/** A policy of that name is replaced. */
export function putPolicy(kind: keyof typeof holders, longest: number): (call: QueryCall) => Xml {
  return (call) => {
    const holder = holders[kind](call)
    const name = needText(call.input, 'PolicyName')
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw invalid('The specified value for policyName is invalid.')
    const document = needText(call.input, 'PolicyDocument')
    checkDocument(document, 'identity')
    const others = Object.entries(holder.inline).filter(([each]) => each !== name)
    const all = [...others.map(([, text]) => text), document].join('').replace(/\s/g, '')
    if (all.length > longest)
      throw new AwsError('LimitExceeded', `Maximum policy size of ${longest} bytes exceeded`, { status: 409 })
    holder.inline = { ...holder.inline, [name]: document }
    return undefined
  }
}

export function deletePolicy(kind: keyof typeof holders): (call: QueryCall) => Xml {
  return (call) => {
    const holder = holders[kind](call)
    const name = needText(call.input, 'PolicyName')
    if (!Object.hasOwn(holder.inline, name))
      throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`)
    delete holder.inline[name]
    return undefined
  }
}

export function attachPolicy(kind: keyof typeof holders): (call: QueryCall) => Xml {
  return (call) => {
    const holder = holders[kind](call)
    const { arn } = needPolicy(call.account, needText(call.input, 'PolicyArn'))
    if (holder.attached.includes(arn)) return undefined
    if (holder.attached.length >= 10)
      throw new AwsError('LimitExceeded', 'Cannot exceed quota for PoliciesPerHolder: 10', { status: 409 })
    holder.attached.push(arn)
    return undefined
  }
}

export function detachPolicy(kind: keyof typeof holders): (call: QueryCall) => Xml {
  return (call) => {
    const holder = holders[kind](call)
    const arn = needText(call.input, 'PolicyArn')
    if (!holder.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
    holder.attached = holder.attached.filter((each) => each !== arn)
    return undefined
  }
}

export function updateAssumeRolePolicy({ account, input }: QueryCall): Xml {
  const role = needRole(account, needText(input, 'RoleName'))
  const document = needText(input, 'PolicyDocument')
  checkDocument(document, 'trust')
  role.trustPolicy = document
  return undefined
}

/** A key that is switched off signs nothing any more, and can be switched on again. */
export function updateAccessKey({ account, input }: QueryCall): Xml {
  const id = needText(input, 'AccessKeyId')
  const status = needText(input, 'Status')
  if (status !== 'Active' && status !== 'Inactive')
    throw invalid("1 validation error detected: Value at 'status' must be Active, Inactive")
  const { user } = needKey(account, id, input.get('UserName'))
  const iam = (account.iam ??= iamOf(account))
  const own = (iam.users[user.name] ??= user)
  own.keys = user.keys.map((key) => (key.accessKeyId === id ? { ...key, status } : key))
  const signing = account.keys[id]
  if (signing) signing.inactive = status === 'Inactive'
  return undefined
}

function needKey(account: Account, id: string, name: string | null) {
  const found = findKey(account, id)
  if (found && (name === null || found.user.name === name)) return found
  throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
}

const elements = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition']

/** Assumption: the grammar is looked at as far as names and types of elements go. */
export function checkDocument(text: string, kind: 'identity' | 'trust'): void {
  const own = kind === 'trust' ? ['Principal'] : ['Resource', 'NotResource']
  const statements = statementsOf(text)
  const isGood = (statement: unknown) => {
    if (typeof statement !== 'object' || statement === null) return false
    const { Effect, Action, NotAction, ...rest } = statement as Record<string, unknown>
    return (
      (Effect === 'Allow' || Effect === 'Deny') &&
      (Action === undefined) !== (NotAction === undefined) &&
      own.some((name) => rest[name] !== undefined) &&
      Object.keys(rest).every((name) => [...elements, ...own].includes(name))
    )
  }
  if (statements.length > 0 && statements.every(isGood)) return
  throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.')
}

function statementsOf(text: string): unknown[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown }
    return Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement]
  } catch {
    return []
  }
}

import { parseArn } from '../core/arn.ts'
import type { Facts, Known } from './context.ts'
import { tagFacts } from './context.ts'
import { unknownRest } from './glob.ts'
import type { Caller } from './request.ts'

/**
 * How a resource policy got hold of a caller, which decides what may still limit it (ecr-facts 6.3): `direct` is the
 * user, the session, the service or everybody; `role` the role behind a session; `account` only hands the decision to
 * the identity policies of that account.
 */
export type Hold = 'direct' | 'role' | 'account'

/** A caller, ready to be compared with many statements. */
export interface PreparedCaller {
  caller: Caller
  account: string | undefined
  /** What names this caller in a policy, without AWS services and providers. */
  names: ReadonlyMap<string, Hold>
  /** A beginning of names that may be this caller's: sessions of a role, of which nobody said which. */
  maybeBegins: string | undefined
  /** Its unique id is not known: a principal that is one may be this caller. */
  idUnknown: 'AIDA' | 'AROA' | undefined
  /** Neither service control policies nor resource control policies bind it. */
  serviceLinked: boolean
  facts: Facts
}

export function accountOfCaller(caller: Caller): string | undefined {
  if (caller.kind === 'root' || caller.kind === 'account') return caller.account
  return 'arn' in caller ? parseArn(caller.arn)?.account : undefined
}

export function prepareCaller(caller: Caller): PreparedCaller {
  const account = accountOfCaller(caller)
  const isRole = caller.kind === 'role'
  const id = 'id' in caller ? caller.id : undefined
  return {
    caller,
    account,
    names: namesOf(caller, account),
    maybeBegins: isRole && caller.session === undefined ? sessionArn(caller.arn, '') : undefined,
    idUnknown: id === undefined ? (isRole ? 'AROA' : caller.kind === 'user' ? 'AIDA' : undefined) : undefined,
    serviceLinked: isRole && caller.arn.includes(':role/aws-service-role/'),
    facts: { values: valuesOf(caller, account), complete: completeOf(caller) },
  }
}

function namesOf(caller: Caller, account: string | undefined): Map<string, Hold> {
  const names = new Map<string, Hold>()
  if (account) {
    names.set(account, 'account')
    names.set(rootArn(caller, account), 'account')
  }
  if (caller.kind === 'role') {
    names.set(caller.arn, 'role')
    if (caller.id) names.set(caller.id, 'role')
    if (caller.session !== undefined) names.set(sessionArn(caller.arn, caller.session), 'direct')
  }
  if (caller.kind === 'user') {
    names.set(caller.arn, 'direct')
    if (caller.id) names.set(caller.id, 'direct')
  }
  if (caller.kind === 'federated-user') {
    names.set(caller.arn, 'direct')
    if (caller.user) names.set(caller.user, 'role')
  }
  return names
}

function rootArn(caller: Caller, account: string): string {
  const partition =
    'arn' in caller ? parseArn(caller.arn)?.partition : 'partition' in caller && caller.partition
  return `arn:${partition || 'aws'}:iam::${account}:root`
}

/** The ARN of a session has the role's name without its path. */
function sessionArn(role: string, session: string): string {
  const arn = parseArn(role)
  return `arn:${arn?.partition}:sts::${arn?.account}:assumed-role/${nameIn(role)}/${session}`
}

/** Behind the last slash: of a path, the name. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

const only = (value: string | undefined): Known => (value === undefined ? 'unknown' : [value])

function valuesOf(caller: Caller, account: string | undefined): Map<string, Known> {
  const isService = caller.kind === 'service'
  const values = new Map<string, Known>([
    ['aws:principalisawsservice', [String(isService)]],
    ['aws:principalarn', isService ? null : principalArn(caller, account)],
    ['aws:principalaccount', isService ? null : only(account)],
    ['aws:userid', userIdOf(caller, account)],
    [
      'aws:username',
      caller.kind === 'user' ? [nameIn(caller.arn)] : caller.kind === 'account' ? 'unknown' : null,
    ],
    ['aws:principaltype', only(principalTypes[caller.kind])],
  ])
  if (isService) values.set('aws:principalservicename', [caller.name])
  // Keys that only calls of services have (ecr-facts 6.2).
  else for (const key of serviceKeys) values.set(key, null)
  const organization = isService ? null : caller.organization
  if (organization) values.set('aws:principalorgid', [organization])
  if (organization === null)
    for (const key of ['aws:principalorgid', 'aws:principalorgpaths']) values.set(key, null)
  if (caller.kind === 'user' || caller.kind === 'root')
    for (const key of ['aws:federatedprovider', 'aws:sourceidentity']) values.set(key, null)
  const tags = { ...('tags' in caller && caller.tags), ...('sessionTags' in caller && caller.sessionTags) }
  for (const [key, tag] of tagFacts('aws:principaltag/', tags)) values.set(key, tag)
  return values
}

const serviceKeys = [
  ...['aws:principalservicename', 'aws:principalservicenameslist', 'aws:sourcearn', 'aws:sourceaccount'],
  ...['aws:sourceorgid', 'aws:sourceorgpaths'],
]

const principalTypes: Partial<Record<Caller['kind'], string>> = {
  user: 'User',
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  root: 'Account',
}

function principalArn(caller: Caller, account: string | undefined): Known {
  if ('arn' in caller) return [caller.arn]
  if (caller.kind === 'root') return [rootArn(caller, caller.account)]
  if (caller.kind !== 'account') return 'unknown'
  return [`arn:${caller.partition ?? 'aws'}:iam::${account}:${unknownRest}`]
}

function userIdOf(caller: Caller, account: string | undefined): Known {
  if (caller.kind === 'user') return only(caller.id)
  if (caller.kind === 'root') return only(account)
  if (caller.kind === 'federated-user') return [`${account}:${nameIn(caller.arn)}`]
  if (caller.kind === 'service') return null
  if (caller.kind !== 'role' || caller.id === undefined) return 'unknown'
  return [`${caller.id}:${caller.session ?? unknownRest}`]
}

/** Whoever assumes a role may bring tags along, as far as its trust policy lets. */
function completeOf(caller: Caller): string[] {
  const all = ['aws:principaltag/']
  if (caller.kind === 'user') return caller.tags ? all : []
  if (caller.kind === 'role') return caller.tags && caller.sessionTags ? all : []
  return caller.kind === 'root' || caller.kind === 'service' ? all : []
}

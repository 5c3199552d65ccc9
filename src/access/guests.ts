import { parseArn } from '../core/arn.ts'
import { prepareCaller } from './caller.ts'
import { type Visitor, withoutWildcards } from './chosen-values.ts'
import type { Values } from './context.ts'
import { foreignCaller, strangerAccount } from './outsiders.ts'
import type { Principal, Statement } from './policy.ts'
import { accountOf, kindOfPrincipal, type PrincipalKind } from './principal.ts'
import type { Caller } from './request.ts'
import type { CompiledStatement } from './statement.ts'
import { isFirmValue, variableOf } from './who-keys.ts'

/**
 * `anybody`: of any AWS account. `organization`, `account`, `user`: whom a condition leaves of anybody; `named`: whom
 * the principal names. `service`: an AWS service that acts for somebody outside. `unplaced`: nobody here can say who.
 * `insider`: a user or role of the account, or a service, by name; not outside at all.
 */
export type GuestKind =
  | 'anybody'
  | 'organization'
  | 'account'
  | 'user'
  | 'named'
  | 'service'
  | 'unplaced'
  | 'insider'

/** Somebody outside the account whom a statement may let in. */
export interface Candidate {
  kind: GuestKind
  /** As in the policy: `aws:PrincipalOrgID o-abcdefghij`, an ARN, an account. */
  name: string
  account: string | undefined
  /** The organization that the account has to be in, as in the policy. */
  organization?: string
  visitors: readonly Visitor[]
  /** In place of a name: why nobody can say who it is. */
  doubt?: string
}

export interface Place {
  account: string
  partition: string
}

/** Of the account that owns what the policy is about: nobody else is in it, as far as is known. */
export const ownOrganization = 'o-0resource0'

/**
 * Everybody outside about whom it is worth asking, for an Allow beside its Denies: anybody first, then whom conditions
 * name, then whom the principals name. Of those, each in no organization that a condition names before each in one.
 */
export function candidatesFor(allow: CompiledStatement, denies: readonly CompiledStatement[], place: Place) {
  const conditions = [allow, ...denies].flatMap((statement) => statement.conditions)
  const asked: Asked = { allow: allow.source, conditions: conditions.filter(isAboutWho), place }
  const { principals } = allow.source
  const kinds = principals.list.map((each) => kindOfPrincipal(each, place.account))
  const strangers = principals.not || kinds.includes('everybody')
  const named = principals.not ? [] : principals.list.filter((_, at) => kinds[at] === 'other-account')
  const unplaced = principals.not ? [] : principals.list.filter((_, at) => kinds[at] === 'other')
  return {
    anybody: strangers ? anybody(asked) : undefined,
    others: [
      ...(strangers
        ? [
            ...organizations(asked),
            ...accounts(asked),
            ...users(asked),
            ...services({ ...asked, conditions: allow.conditions.filter(isAboutWho) }),
          ]
        : []),
      ...named.flatMap(({ id }) => foreigner(id, asked)),
      ...unplaced.map(({ type, id }) => stranger({ type, id })),
    ],
    insiders: principals.not ? [] : principals.list.flatMap((each, at) => insider(each, kinds[at], asked)),
  }
}

interface Asked {
  allow: Statement
  conditions: readonly Who[]
  place: Place
}

type Who = CompiledStatement['conditions'][number]

const aboutWho =
  /^(aws:(principal(orgid|orgpaths|account|arn)|userid|source(account|arn|orgid|orgpaths))|kms:calleraccount)$/

function isAboutWho({ source }: Who): boolean {
  return aboutWho.test(source.key.toLowerCase())
}

/** Values that conditions on these keys single out, with the key as written. */
function firmValues({ conditions }: Asked, ...keys: string[]): { key: string; value: string }[] {
  if (conditions.length === 0) return []
  const found = new Map<string, { key: string; value: string }>()
  for (const { source, operator } of conditions) {
    const key = source.key.toLowerCase()
    if (!keys.includes(key)) continue
    for (const value of source.values)
      if (isFirmValue(key, value, operator) && found.size < mostNamed)
        found.set(`${key} ${value}`, { key: source.key, value })
  }
  return [...found.values()]
}

const mostNamed = 50

const named: Visitor['free'] = ['network', 'source', 'user']

function visitor(caller: Caller, fixed: Record<string, Values>, free: Visitor['free'] = []): Visitor {
  const prepared = prepareCaller(caller)
  const account = prepared.account ?? strangerAccount
  const keys = new Map<string, Values>([['kms:calleraccount', [account]]])
  for (const key in fixed) keys.set(key, fixed[key] ?? null)
  return { caller: prepared, account, fixed: keys, free }
}

/** By a wildcard in a principal's ARN, somebody whom it fits. */
function anybody({ allow, place }: Asked): Candidate {
  const { partition } = place
  const patterns = allow.principals.not
    ? []
    : allow.principals.list.filter(({ id }) => /[*?].*:|:.*[*?]/.test(id))
  const fitting = patterns.map(({ id }) =>
    withoutWildcards(id.replace(/^(arn:[^:]*:[^:]*:[^:]*:)[^:]*:/, `$1${strangerAccount}:`)),
  )
  const speaksOfServices = allow.conditions.some(({ key }) =>
    /^aws:(source(account|arn|orgid|orgpaths)|principalisawsservice|principalservicename)/i.test(key),
  )
  const visitors = [
    visitor({ kind: 'account', account: strangerAccount, partition }, {}),
    ...fitting.slice(0, mostNamed).map((arn) => visitor(foreignCaller(arn, place), {})),
    ...(speaksOfServices ? [serviceFor(strangerAccount, {})] : []),
  ]
  return { kind: 'anybody', name: 'any AWS account', account: strangerAccount, visitors }
}

/** A service asks only where a statement speaks of services: any Allow for everybody would let it in. */
function serviceFor(account: string, fixed: Record<string, Values>, free: Visitor['free'] = []): Visitor {
  return { ...visitor({ kind: 'service', name: 'codebuild.amazonaws.com' }, fixed, free), account }
}

function organizations(asked: Asked): Candidate[] {
  const found = firmValues(asked, 'aws:principalorgid', 'aws:principalorgpaths')
  return found.map(({ key, value }) => ({
    kind: 'organization',
    name: `${key} ${value}`,
    account: undefined,
    organization: value,
    visitors: [
      visitor(
        { kind: 'account', account: strangerAccount, partition: asked.place.partition },
        inOrganization(value),
      ),
    ],
  }))
}

/** What a member of an organization brings along. */
function inOrganization(value: string): Record<string, Values> {
  const path = variableOf(value) === undefined ? withoutWildcards(value) : ownOrganization
  const [id = ''] = path.split('/')
  return {
    'aws:principalorgid': [id],
    'aws:principalorgpaths': [path.includes('/') ? path : `${path}/r-zz00/ou-zz00-zz/`],
  }
}

/** The same caller in no organization that a condition names, and in each of them. */
function inEach(
  asked: Asked,
  make: (fixed: Record<string, Values>) => Visitor,
): Pick<Candidate, 'organization' | 'visitors'>[] {
  const named = firmValues(asked, 'aws:principalorgid', 'aws:principalorgpaths')
  return [
    { visitors: [make({})] },
    ...named.map(({ value }) => ({ organization: value, visitors: [make(inOrganization(value))] })),
  ]
}

function accounts(asked: Asked): Candidate[] {
  const { account: own, partition } = asked.place
  return firmValues(asked, 'aws:principalaccount', 'kms:calleraccount', 'aws:principalarn').flatMap(
    ({ key, value }) => {
      const account = accountOf(value)
      if (variableOf(value) !== undefined || account === own) return []
      const arn = parseArn(value)
      const fixed = arn ? { 'aws:principalarn': [withoutWildcards(value)] } : {}
      const make = (more: Record<string, Values>) =>
        visitor({ kind: 'account', account, partition }, { ...fixed, ...more }, ['user'])
      return inEach(asked, make).map(
        (each): Candidate => ({ kind: 'account', name: `${key} ${value}`, account, ...each }),
      )
    },
  )
}

/** Whose user or role it is cannot be seen from its id. */
function users(asked: Asked): Candidate[] {
  const { partition } = asked.place
  return firmValues(asked, 'aws:userid').flatMap(({ key, value }) => {
    const make = (more: Record<string, Values>) =>
      visitor(
        { kind: 'account', account: strangerAccount, partition },
        { 'aws:userid': [withoutWildcards(value)], ...more },
      )
    return inEach(asked, make).map(
      (each): Candidate => ({ kind: 'user', name: `${key} ${value}`, account: undefined, ...each }),
    )
  })
}

function services(asked: Asked): Candidate[] {
  const keys = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']
  return firmValues(asked, ...keys).flatMap(({ key, value }): Candidate[] => {
    const isOrganization = key.toLowerCase().startsWith('aws:sourceorg')
    const account = isOrganization ? '' : accountOf(value)
    if (account === asked.place.account || variableOf(value) === 'aws:resourceaccount') return []
    const visitors = [serviceFor(account || strangerAccount, forSource(key.toLowerCase(), value), ['source'])]
    const organization = isOrganization ? { organization: value } : {}
    return [
      { kind: 'service', name: `${key} ${value}`, account: account || undefined, ...organization, visitors },
    ]
  })
}

function forSource(key: string, value: string): Record<string, Values> {
  const text = variableOf(value) === undefined ? withoutWildcards(value) : ownOrganization
  if (key === 'aws:sourceaccount' || key === 'aws:sourcearn') return { [key]: [text] }
  return { 'aws:sourceorgid': [text.split('/')[0] ?? ''], 'aws:sourceorgpaths': [text] }
}

function foreigner(id: string, asked: Asked): Candidate[] {
  const caller = foreignCaller(id, asked.place)
  return inEach(asked, (fixed) => visitor(caller, fixed, named)).map(
    (each): Candidate => ({ kind: 'named', name: id, account: accountOf(id), ...each }),
  )
}

/** The account itself only hands on what its identity policies say. */
function insider({ id }: Principal, kind: PrincipalKind | undefined, asked: Asked): Candidate[] {
  const isOwn = kind === 'own-account' && (parseArn(id)?.resource ?? 'root') !== 'root'
  if (!isOwn && kind !== 'service') return []
  const caller: Caller = isOwn ? foreignCaller(id, asked.place) : { kind: 'service', name: id }
  return inEach(asked, (fixed) => visitor(caller, fixed, named)).map(
    (each): Candidate => ({ kind: 'insider', name: id, account: undefined, ...each }),
  )
}

function stranger({ type, id }: { type: string; id: string }): Candidate {
  const caller: Caller =
    type === 'Federated' ? { kind: 'federated', provider: id } : { kind: 'account', account: strangerAccount }
  const doubt = `principals of the kind ${type.slice(0, 60)} cannot be placed`
  return { kind: 'unplaced', name: type, account: undefined, visitors: [visitor(caller, {})], doubt }
}

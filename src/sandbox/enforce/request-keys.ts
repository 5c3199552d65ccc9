import { parseArn } from '../../core/arn.ts'
import type { Caller } from '../http.ts'
import type { World } from '../world.ts'
import type { Identity } from './identity.ts'
import { type Keys, keysFrom, type Values } from './keys.ts'
import type { Resource } from './resource.ts'

/** What an operation adds to the keys of its request. */
export interface Additions {
  /** By lower-case name; an empty list: the key is known to be absent. */
  values?: Values
  /** Of `aws:RequestTag/...`. */
  requestTags?: Readonly<Record<string, string>>
  /** Of `aws:TagKeys`, where no values are sent. */
  tagKeys?: readonly string[]
}

/** Keys that only some operations have: absent from all others. */
const ofOperations = [
  'ecr:accountsetting',
  'iam:awsservicename',
  'iam:passedtoservice',
  'iam:permissionsboundary',
  'iam:policyarn',
  'kms:grantisforawsresource',
  's3:prefix',
  's3:delimiter',
  's3:max-keys',
  's3:versionid',
  'sts:externalid',
  'sts:rolesessionname',
]

/** Everything that is known of a request. A key that is not here is one that nobody here can judge. */
export function requestKeys(
  world: World,
  { caller, identity }: { caller: Caller; identity: Identity },
  { resource, additions = {} }: { resource: Resource; additions?: Additions },
): Keys {
  const service = parseArn(resource.arn)?.service ?? ''
  const { requestTags = {}, tagKeys = Object.keys(requestTags), values = {} } = additions
  const all = {
    ...ofCaller(world, caller, identity),
    ...ofTheWay(caller, world.now()),
    'aws:resourceaccount': resource.account === '' ? [] : [resource.account],
    'aws:tagkeys': tagKeys,
    ...values,
  }
  const tags = resource.tags
  return keysFrom(all, [
    { prefix: 'aws:principaltag/', tags: identity.tags },
    { prefix: 'aws:requesttag/', tags: requestTags },
    ...(tags ? ['aws', service].map((each) => ({ prefix: `${each}:resourcetag/`, tags })) : []),
  ])
}

/** A session that was made here had no second factor; of a key of a user nobody says anything (ecr-facts 6.2). */
function ofCaller(world: World, caller: Caller, { arn, type, userName }: Identity): Values {
  const organization = organizationOf(world, caller.account)
  return {
    'aws:principalarn': [arn],
    'aws:principalaccount': [caller.account],
    'aws:principaltype': [type],
    'aws:userid': [caller.userId],
    'aws:username': userName === undefined ? [] : [userName],
    'aws:multifactorauthpresent': type === 'AssumedRole' ? ['false'] : [],
    'aws:multifactorauthage': [],
    'kms:calleraccount': [caller.account],
    ...(organization !== undefined && { 'aws:principalorgid': [organization] }),
  }
}

/**
 * Assumption: `aws:SecureTransport` is true, since the real endpoints take nothing else; a request comes through no
 * VPC endpoint and is made by no service.
 */
function ofTheWay({ region }: Caller, now: number): Values {
  return {
    'aws:sourceip': ['127.0.0.1'],
    'aws:securetransport': ['true'],
    'aws:requestedregion': [region],
    'aws:currenttime': [new Date(now).toISOString()],
    'aws:epochtime': [String(Math.floor(now / 1000))],
    'aws:viaawsservice': ['false'],
    'aws:principalisawsservice': ['false'],
    'aws:calledvia': [],
    'aws:sourcevpc': [],
    'aws:sourcevpce': [],
    'aws:vpcsourceip': [],
    'aws:sourcearn': [],
    'aws:sourceaccount': [],
    'kms:viaservice': [],
    ...Object.fromEntries(ofOperations.map((key) => [key, []])),
  }
}

/** Undefined where no organization of this world has the account: it might be in one that is not here. */
function organizationOf(world: World, account: string): string | undefined {
  const all = Object.values(world.state.accounts).flatMap(({ organizations }) => organizations ?? [])
  return all.find(({ members }) => members.some(({ Id }) => Id === account))?.id
}

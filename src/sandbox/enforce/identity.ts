import { partitionOf } from '../../core/arn.ts'
import { isHandedOut } from '../accounts.ts'
import type { Caller } from '../http.ts'
import { detailsOf, findPolicy, groupsOf, iamOf, userArn } from '../iam/directory.ts'
import type { Account, World } from '../world.ts'
import { type Policy, readPolicy } from './judge.ts'

/** Who asks, as far as policies know. */
export interface Identity {
  /** The ARN that `aws:PrincipalArn` has: of a session, its role with the path. */
  arn: string
  type: 'Account' | 'User' | 'AssumedRole'
  /** Needs no policy: the root user, and the users whose keys the sandbox hands out. */
  unlimited: boolean
  policies: readonly Policy[]
  /** Limits of what the policies allow: each must allow, too. */
  limits: readonly { name: 'a permissions boundary' | 'a session policy'; policies: readonly Policy[] }[]
  tags: Readonly<Record<string, string>>
  userName?: string
}

/** What a user or a role holds. */
interface Holder {
  attached: readonly string[]
  inline: Readonly<Record<string, string>>
  boundary?: string
  tags: Readonly<Record<string, string>>
}

const nobody = { policies: [], limits: [], tags: {} }

/** A user or a role that is gone has no policies. */
export function identityOf(world: World, caller: Caller): Identity {
  const account = world.state.accounts[caller.account]
  const unlimited = caller.arn.endsWith(':root') || isHandedOut(caller.accessKeyId)
  if (caller.arn.endsWith(':root')) return { ...nobody, arn: caller.arn, type: 'Account', unlimited }
  const session = /:assumed-role\/([^/]+)\//.exec(caller.arn)?.[1]
  if (session !== undefined) return sessionOf(account, caller, session)
  const user = account && userOf(account, caller)
  const own = user && account && !unlimited ? held(account, user) : { ...nobody, tags: user?.tags ?? {} }
  const name = caller.arn.split('/').at(-1) ?? ''
  return { ...own, arn: caller.arn, type: 'User', unlimited, userName: name }
}

function userOf(account: Account, caller: Caller): Holder | undefined {
  const { users } = iamOf(account)
  const user = Object.values(users).find((each) => userArn(account, each) === caller.arn)
  if (!user) return undefined
  const joined = groupsOf(account).filter(({ name }) => user.groups.includes(name))
  const inline = joined.flatMap((group) =>
    Object.entries(group.inline).map(([name, text]) => [`${group.name} ${name}`, text] as const),
  )
  return {
    ...user,
    attached: [...user.attached, ...joined.flatMap(({ attached }) => attached)],
    inline: { ...user.inline, ...Object.fromEntries(inline) },
  }
}

function sessionOf(account: Account | undefined, caller: Caller, name: string): Identity {
  const role = account && Object.hasOwn(account.roles, name) ? account.roles[name] : undefined
  const gone = `arn:${partitionOf(caller.region)}:iam::${caller.account}:role/${name}`
  if (!account || !role) return { ...nobody, arn: gone, type: 'AssumedRole', unlimited: false }
  const { limits, ...rest } = held(account, detailsOf(account, role))
  const text = account.keys[caller.accessKeyId]?.sessionPolicy
  const session =
    text === undefined ? [] : [{ name: 'a session policy' as const, policies: [readPolicy(text)] }]
  return { ...rest, limits: [...limits, ...session], arn: role.arn, type: 'AssumedRole', unlimited: false }
}

function held(account: Account, { attached, inline, boundary, tags }: Holder) {
  const texts = [...Object.values(inline), ...attached.map((arn) => documentOf(account, arn))]
  const limits =
    boundary === undefined
      ? []
      : [{ name: 'a permissions boundary' as const, policies: [readPolicy(documentOf(account, boundary))] }]
  return { policies: texts.map(readPolicy), limits, tags }
}

const nothing = '{"Version":"2012-10-17","Statement":[]}'

/** The default version. A policy that is gone allows nothing. */
function documentOf(account: Account, arn: string): string {
  const policy = findPolicy(account, arn)
  return policy?.versions.find(({ id }) => id === policy.defaultVersion)?.document ?? nothing
}

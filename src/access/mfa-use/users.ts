import type { IamUser, UserCredentials } from '../../inventory/neighbours.ts'
import type { Person } from '../people.ts'
import { changingNeeds, type Rights, type Usable, type UsableNeed, usableIn, usableNeeds } from './rights.ts'
import { trapsOf } from './traps.ts'

/**
 * `trap`: a condition on MFA is there, and does not hold. `device-missing`: signs in with a password alone.
 * `not-enforced`: has a device, and no policy asks for it: a key gets by. `key-only`: no password, so that a device alone would
 * change nothing: a condition would. `enforced`: without a second factor nothing can be changed. `no-way-in`: neither
 * a password nor an active key. `pull-only`: changes nothing, and pulls are not asked for. `unknown`: the credential
 * report does not tell.
 */
export type UserState =
  | 'trap'
  | 'device-missing'
  | 'not-enforced'
  | 'key-only'
  | 'enforced'
  | 'no-way-in'
  | 'pull-only'
  | 'unknown'

export interface KeyUse {
  lastUsed?: string
  service?: string
}

export interface UserFinding {
  kind: 'user'
  name: string
  arn: string
  state: UserState
  /** Needs it can use in some way at all, with the number of repositories. */
  rights: Usable
  /** What it can use today without a second factor, by the ways it has. */
  without: { way: 'access key' | 'session of a key' | 'password'; needs: UsableNeed[] }[]
  password: boolean | undefined
  device: boolean | undefined
  keys: KeyUse[]
  traps: string[]
  reason: string
  help: string
  /** False: part of the answer hangs on conditions that are not known here. */
  certain: boolean
}

interface About {
  user: IamUser
  person: Person
  rights: Rights
  row: UserCredentials | undefined
  /** Whether pulls count as well. */
  pulls: boolean
}

export function judgeUser({ user, person, rights, row, pulls }: About): UserFinding {
  const without = row ? waysOf(row, rights) : []
  const asked = pulls ? usableNeeds : changingNeeds
  const most = mostOf(rights)
  const open = without.filter(({ needs }) => needs.some((need) => asked.includes(need)))
  // The console asks whoever has a device; an access key, once there is one, would not be asked.
  const byPolicy = [...usableIn(rights.key, asked), ...usableIn(rights.session, asked)].length === 0
  const traps = byPolicy ? [] : trapsOf(person.own)
  const state = stateOf({
    row,
    open: open.length > 0,
    traps,
    byPolicy,
    idle: asked.every((need) => most[need] === 0),
  })
  const used = Object.values(rights)
  return {
    ...{ kind: 'user', name: user.name, arn: user.arn, state },
    rights: most,
    ...{ without, password: row?.password, device: row?.mfa },
    keys: row ? activeKeys(row) : [],
    traps,
    ...words(state, { row, open, traps }),
    certain: used.every(({ certain }) => certain),
  }
}

/** A key calls without the condition key; it also gets sessions without a second factor, which say so. */
function waysOf(row: UserCredentials, rights: Rights): UserFinding['without'] {
  const ways: UserFinding['without'] = []
  if (row.keys.some(({ active }) => active)) {
    ways.push({ way: 'access key', needs: usableIn(rights.key) })
    ways.push({ way: 'session of a key', needs: usableIn(rights.session) })
  }
  // With a device the console asks for it, whatever the policies say.
  if (row.password && !row.mfa) ways.push({ way: 'password', needs: usableIn(rights.session) })
  return ways.filter(({ needs }) => needs.length > 0)
}

interface Seen {
  row: UserCredentials | undefined
  open: boolean
  traps: readonly string[]
  byPolicy: boolean
  idle: boolean
}

function stateOf({ row, open, traps, byPolicy, idle }: Seen): UserState {
  if (idle) return 'pull-only'
  if (!row) return 'unknown'
  const hasKey = row.keys.some(({ active }) => active)
  if (!row.password && !hasKey) return 'no-way-in'
  if (byPolicy) return 'enforced'
  if (traps.length > 0) return 'trap'
  if (open && !row.password) return 'key-only'
  if (open && !row.mfa) return 'device-missing'
  return 'not-enforced'
}

export function mostOf(rights: Rights): Usable {
  const most = (need: UsableNeed) => Math.max(...Object.values(rights).map(({ usable }) => usable[need]))
  return {
    pull: most('pull'),
    push: most('push'),
    delete: most('delete'),
    configure: most('configure'),
  }
}

export function activeKeys({ keys }: UserCredentials): KeyUse[] {
  return keys
    .filter(({ active }) => active)
    .map(({ lastUsed, lastUsedService }) => ({
      ...(lastUsed && { lastUsed }),
      ...(lastUsedService && { service: lastUsedService }),
    }))
}

interface Told {
  row: UserCredentials | undefined
  open: UserFinding['without']
  traps: readonly string[]
}

function words(state: UserState, { row, open, traps }: Told): Pick<UserFinding, 'reason' | 'help'> {
  const may = `Can ${waysInWords(open)}.`
  const deny = 'attach the deny policy below'
  switch (state) {
    case 'trap':
      return {
        reason: `${open.length > 0 ? may : 'Has no access key today, which would get by.'} ${traps[0]}.`,
        help: `Replace that condition: ${deny}.`,
      }
    case 'device-missing':
      return { reason: `${may} There is no device.`, help: `Give it an MFA device, then ${deny}.` }
    case 'not-enforced':
      return { reason: open.length > 0 ? `${may} ${nobodyAsks}` : byDevice, help: `${capital(deny)}.` }
    case 'key-only':
      return { reason: `${may} It has no password, so a device alone changes nothing.`, help: keyHelp(row) }
    case 'no-way-in':
      return { reason: 'Has neither a password nor an active key.', help: 'Remove it if nobody misses it.' }
    case 'pull-only':
      return { reason: 'May pull, and change nothing.', help: 'With --pulls it is judged for that, too.' }
    case 'unknown':
      return { reason: 'The credential report does not tell.', help: 'Run again in a few hours.' }
    default:
      return enforcedWords(row)
  }
}

const nobodyAsks = 'There is a device, and no policy asks for it.'
const byDevice =
  'Signs in with a device and has no access key; no policy asks for the device, so a key would get by.'

/** A session of a key is told of only where it can do something else than the key. */
function waysInWords(open: UserFinding['without']): string {
  const key = open.find(({ way }) => way === 'access key')?.needs.join()
  return open
    .filter(({ way, needs }) => way !== 'session of a key' || needs.join() !== key)
    .map(({ way, needs }) => `${needs.join(', ')} with ${way === 'access key' ? 'an' : 'a'} ${way} alone`)
    .join('; and ')
}

function keyHelp(row: UserCredentials | undefined): string {
  return row?.mfa
    ? 'A person: attach the deny policy below, and let it use GetSessionToken. A program: give it a role in place of keys.'
    : 'A program: give it a role in place of keys. A person: give it a device, then attach the deny policy below.'
}

function enforcedWords(row: UserCredentials | undefined): Pick<UserFinding, 'reason' | 'help'> {
  if (row?.mfa)
    return { reason: 'Its policies ask for a second factor, and it has a device.', help: 'Nothing to do.' }
  return {
    reason: 'Its policies ask for a second factor, and it has no device: it can change nothing.',
    help: 'Give it an MFA device.',
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import type { RoleFinding } from './roles.ts'
import type { UserFinding } from './users.ts'

/** What the deny policy would stop. */
export interface Break {
  who: string
  kind: 'user' | 'role'
  /** Of a user: when its keys were last used, and for what. Of a role: when it was. */
  uses: { lastUsed?: string; service?: string }[]
  /** True: used within the days that count as lately. */
  lately: boolean
  consequence: string
}

const day = 24 * 60 * 60 * 1000

interface Place {
  asOf: string
  days: number
}

/** Users with keys that would be attached to, and roles of programs, which must not be; what was used lately first. */
export function breaksOf(
  users: readonly UserFinding[],
  roles: readonly RoleFinding[],
  place: Place,
): Break[] {
  const byKeys = users.filter(({ keys }) => keys.length > 0).map((user) => userBreak(user, place))
  const programs = roles.filter(({ state }) => state === 'automation' || state === 'mixed')
  const found = [...byKeys, ...programs.map((role) => roleBreak(role, place))]
  return found.sort((one, other) => order(other) - order(one))
}

function order({ lately, kind }: Break): number {
  return (lately ? 2 : 0) + (kind === 'user' ? 1 : 0)
}

function userBreak({ arn, keys, device }: UserFinding, place: Place): Break {
  const session = 'changes with its keys take a session of GetSessionToken with a code of its device'
  return {
    ...{ who: arn, kind: 'user', uses: keys, lately: keys.some((key) => isLate(key.lastUsed, place)) },
    consequence: device ? session : `${session}, and it has no device: a program needs a role instead`,
  }
}

function roleBreak({ arn, lastUsed, trusts }: RoleFinding, place: Place): Break {
  return {
    ...{ who: arn, kind: 'role', uses: lastUsed ? [{ lastUsed }] : [] },
    lately: isLate(lastUsed, place),
    consequence: `if it were attached there: ${trusts.slice(0, 2).join(', ')} never has a second factor`,
  }
}

function isLate(time: string | undefined, { asOf, days }: Place): boolean {
  return time !== undefined && Date.parse(asOf) - Date.parse(time) <= days * day
}

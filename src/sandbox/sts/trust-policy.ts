import { parseArn } from '../../core/arn.ts'
import { type Need, resourceRefusalOf } from '../enforce/decide.ts'
import { readPolicy } from '../enforce/judge.ts'
import type { Caller } from '../http.ts'
import type { Account, Role, World } from '../world.ts'

/** What AssumeRole is asked with. */
export interface Assumption {
  roleArn: string
  sessionName?: string
  externalId?: string
}

/** The permission that AssumeRole needs, from the role's own policy too; a role that is not there trusts nobody. */
export function assumeRoleNeed(world: World, { roleArn, sessionName, externalId }: Assumption): Need {
  const { role } = findRole(world, roleArn) ?? {}
  const values = {
    'sts:externalid': externalId === undefined ? [] : [externalId],
    'sts:rolesessionname': sessionName === undefined ? [] : [sessionName],
  }
  return {
    action: 'sts:AssumeRole',
    resource: roleArn,
    policy: role ? readPolicy(role.trustPolicy) : { statements: [], variables: false },
    additions: { values },
  }
}

/** Does the role trust the caller, or at least the caller's account? What identities may do is asked elsewhere. */
export function trusts(world: World, caller: Caller, assumption: Assumption): boolean {
  return resourceRefusalOf(world, caller, assumeRoleNeed(world, assumption)) === undefined
}

export function findRole(world: World, arn: string): { account: Account; role: Role } | undefined {
  const account = world.state.accounts[parseArn(arn)?.account ?? '']
  const role = Object.values(account?.roles ?? {}).find((each) => each.arn === arn)
  return account && role && { account, role }
}

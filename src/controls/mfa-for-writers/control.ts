import { secondFactorOf } from '../../access/mfa.ts'
import { parsePolicy } from '../../access/parse.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'
import {
  fail,
  type Judged,
  pass,
  type ResourceControl,
  registryArn,
  unknown,
  type Verdict,
} from '../control.ts'
import { abilitiesInWords, clip, join } from '../grant-words.ts'
import { isWrite, type Right, type Rights, rightsOf } from '../identity-rights.ts'
import { notJudged } from '../policy-verdict.ts'
import { keysOf } from '../user-keys.ts'

export const mfaForWriters: ResourceControl = {
  id: 'mfa-for-writers',
  title: 'Users who may change the registry need a second factor',
  severity: 'high',
  why: 'A password or an access key that leaks is then enough to replace or delete images.',
  needs: ['iam:GetAccountAuthorizationDetails', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
  mappings: [
    { framework: 'FSBP', ids: ['IAM.5'] },
    { framework: 'NIST 800-53', ids: ['IA-2(1)', 'IA-2(2)'] },
    { framework: 'NIST 800-190', ids: ['4.2.3'] },
    { framework: 'PCI DSS 4.0.1', ids: ['8.4.1', '8.4.2'] },
    { framework: 'SOC 2', ids: ['CC6.1'] },
    { framework: 'ISO 27001:2022', ids: ['A.5.17', 'A.8.5'] },
  ],
  fix: 'Give the user an MFA device, and deny what is done without one by BoolIfExists on aws:MultiFactorAuthPresent.',
  scope: 'resource',
  judge: (inventory) => {
    const { identities } = inventory
    if ('error' in identities)
      return [{ resource: registryArn(inventory), verdict: unknown(identities.error) }]
    const found = [...usersIn(identities.ok, inventory), ...rolesIn(identities.ok, inventory)]
    return found.length > 0 ? found : [{ resource: registryArn(inventory), verdict: nobody }]
  },
}

const nobody = pass('No user may change this registry, so none needs a second factor for it.')

function usersIn(identities: Identities, inventory: Inventory): Judged[] {
  return identities.users.flatMap((user): Judged[] => {
    const rights = rightsOf(user, inventory)
    const writes = rights.rights.filter(isWrite)
    if (writes.length === 0 && rights.unclear.length === 0) return []
    return [{ resource: user.arn, verdict: judgeUser(user, { rights, writes, inventory }) }]
  })
}

interface May {
  rights: Rights
  writes: readonly Right[]
  inventory: Inventory
}

/** A password asks for the device that there is; a key asks for nothing that the policies do not demand. */
function judgeUser(user: IamUser, { rights, writes, inventory }: May): Verdict {
  const keys = keysOf(user, inventory)
  if ('error' in keys) return unknown(keys.error)
  const { password, mfa } = keys.row
  // A key also gets sessions that say that there was no second factor.
  const withKey = writes.filter((right) => keys.active.length > 0 && (right.byKey || right.bySession))
  const withPassword = writes.filter(({ bySession }) => password && bySession)
  const without = writes.filter((right) => withKey.includes(right) || (!mfa && withPassword.includes(right)))
  const may = abilitiesInWords(new Set(without.map(({ ability }) => ability)))
  const byPassword = !mfa && withPassword.length > 0
  const byKey = withKey.length > 0
  const evidence = { password, device: mfa, activeKeys: keys.active.length, policies: sources(without) }
  if (byPassword || byKey) {
    const ways = [...(byPassword ? ['a password alone'] : []), ...(byKey ? ['an access key alone'] : [])]
    const trap = byKey && rights.traps.length > 0 ? `; no demand: ${clip(rights.traps[0] ?? '', 250)}` : ''
    return fail(`May ${may} with ${join(ways)}${trap}.`, evidence)
  }
  if (rights.unclear.length > 0) return notJudged(clip(rights.unclear[0] ?? '', 300))
  if (!password && keys.active.length === 0) return pass('Has neither a password nor an active access key.')
  if (withPassword.length === 0)
    return pass('Its policies demand a second factor for whatever changes the registry.')
  return pass('Signs in with an MFA device, and has no access key.')
}

function sources(rights: readonly Right[]): string[] {
  return [...new Set(rights.map(({ policy }) => clip(policy)))].slice(0, 5)
}

/** A role cannot have a device; whoever takes it on may have to show one. Only that is told, and counts as good. */
function rolesIn(identities: Identities, inventory: Inventory): Judged[] {
  return identities.roles.flatMap((role): Judged[] => {
    const writes = rightsOf(role, inventory).rights.filter(isWrite)
    if (writes.length === 0 || !demandsFactor(role)) return []
    return [{ resource: role.arn, verdict: pass('Its trust policy lets in nobody without a second factor.') }]
  })
}

function demandsFactor({ trust }: IamRole): boolean {
  const policy = parsePolicy(trust)
  if ('unreadable' in policy) return false
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow')
  return allows.length > 0 && allows.every((statement) => secondFactorOf(statement).demand === 'demanded')
}

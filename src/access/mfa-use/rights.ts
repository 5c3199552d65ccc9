import { allNeeds, type Need, type NeededActions, needs } from '../ability-actions.ts'
import { matrix } from '../matrix.ts'
import type { Access } from '../open-access.ts'

/** What a call says of a second factor (ecr-facts 6.2). */
export type Call = 'key' | 'session' | 'with-mfa'

/** A long-term key brings no such key along; a session says `true` or `false`. */
export const mfaContexts: Record<Call, Record<string, string | null>> = {
  key: { 'aws:MultiFactorAuthPresent': null, 'aws:MultiFactorAuthAge': null },
  session: { 'aws:MultiFactorAuthPresent': 'false', 'aws:MultiFactorAuthAge': null },
  'with-mfa': { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '1' },
}

export const calls = Object.keys(mfaContexts) as readonly Call[]

export type UsableNeed = Exclude<Need, 'read-policy'>

export const usableNeeds = allNeeds.filter((need): need is UsableNeed => need !== 'read-policy')

/** Needs that change something: what a second factor is asked for. */
export const changingNeeds: readonly UsableNeed[] = usableNeeds.filter((need) => need !== 'pull')

/** Whoever may only ask whether a layer is there changes nothing; a tag that is moved is a change already. */
const table: Record<Need, NeededActions> = {
  ...needs,
  push: { actions: needs.push.actions.filter((action) => !action.includes(':BatchCheck')), all: false },
}

/** On how many repositories something of a need is allowed, or may be. */
export type Usable = Record<UsableNeed, number>

export interface CallRights {
  usable: Usable
  /** False: some of it hangs on what is not known here. */
  certain: boolean
}

export type Rights = Record<Call, CallRights>

export const noRights: CallRights = {
  usable: { pull: 0, push: 0, delete: 0, configure: 0 },
  certain: true,
}

/** By name, of everybody who can use anything at all in some way; outsiders are not asked for. */
export function rightsByName(access: Access, signal?: AbortSignal): Map<string, Rights> {
  const found = new Map<string, Rights>()
  for (const call of calls)
    for (const [name, rights] of rightsFor(access, call, signal)) {
      const before = found.get(name) ?? { key: noRights, session: noRights, 'with-mfa': noRights }
      found.set(name, { ...before, [call]: rights })
    }
  return found
}

export function rightsFor(access: Access, call: Call, signal?: AbortSignal): Map<string, CallRights> {
  const context = mfaContexts[call]
  const { rows } = matrix(access, { needs: usableNeeds, table, context, ...(signal && { signal }) })
  const own = rows.filter(({ kind }) => kind === 'user' || kind === 'role' || kind === 'root')
  return new Map(
    own.flatMap(({ names, cells }) => {
      const rights = countsOf(cells)
      return names.map((name) => [name, rights] as const)
    }),
  )
}

function countsOf(cells: readonly (readonly string[])[]): CallRights {
  const usable = { ...noRights.usable }
  let certain = true
  for (const row of cells)
    for (const [at, need] of usableNeeds.entries()) {
      if (row[at] === 'denied' || row[at] === 'partly') continue
      usable[need]++
      if (row[at] === 'conditional') certain = false
    }
  return { usable, certain }
}

export function usableIn({ usable }: CallRights, needs: readonly UsableNeed[] = usableNeeds): UsableNeed[] {
  return needs.filter((need) => usable[need] > 0)
}

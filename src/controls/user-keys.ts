import type { Inventory, MissingAnswer } from '../inventory/inventory.ts'
import type { IamUser, UserCredentials } from '../inventory/neighbours.ts'
import { daysSince } from './days.ts'

/** The active access keys of a user, by their age in days; or why nothing is known of them. */
export type KeyState =
  | { active: { days: number | undefined }[]; row: UserCredentials }
  | { error: MissingAnswer }

const remembered = new WeakMap<Inventory, Map<string, UserCredentials>>()

export function keysOf({ arn, name }: IamUser, inventory: Inventory): KeyState {
  const { credentials } = inventory
  if ('error' in credentials) return credentials
  const rows = remembered.get(inventory) ?? new Map(credentials.ok.map((row) => [row.arn, row]))
  remembered.set(inventory, rows)
  const row = rows.get(arn)
  if (!row) return { error: notInReport(name) }
  const active = row.keys.filter((key) => key.active)
  return { active: active.map(({ rotatedAt }) => ({ days: daysSince(rotatedAt, inventory) })), row }
}

/** The report may be four hours older than the list of users. */
function notInReport(name: string): MissingAnswer {
  const message = `The credential report does not have the user ${name} yet.`
  return { code: 'NotInReport', message, needs: 'iam:GetCredentialReport' }
}

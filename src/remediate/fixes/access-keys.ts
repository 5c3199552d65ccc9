import type { UserCredentials } from '../../inventory/neighbours.ts'

type Key = UserCredentials['keys'][number]

/** Within so long a key counts as in use: what a policy takes from it would be missed. */
const latelyDays = 90
const day = 24 * 60 * 60 * 1000

/** Active keys that were used lately. */
export function inUse({ keys }: UserCredentials, asOf: string): Key[] {
  return keys.filter(
    ({ active, lastUsed }) =>
      active && lastUsed !== undefined && Date.parse(asOf) - Date.parse(lastUsed) <= latelyDays * day,
  )
}

/** `last used 2026-11-24 for ecr`. */
export function usesInWords(keys: readonly Key[]): string {
  const uses = keys.map(({ lastUsed, lastUsedService }) => {
    const service = lastUsedService === undefined ? '' : ` for ${lastUsedService}`
    return lastUsed === undefined ? 'never used' : `last used ${lastUsed.slice(0, 10)}${service}`
  })
  return uses.join(', ')
}

/** A program gets a role; the key is switched off first, so that it can be switched on again, and deleted later. */
export function roleInPlaceOfKeys(user: string): string[] {
  return [
    `holdfast access minimize user/${user} --policy > policy.json`,
    'Write trust.json: who takes the role on, such as your pipeline by OpenID Connect.',
    `aws iam create-role --role-name ${user}-role --assume-role-policy-document file://trust.json`,
    `aws iam put-role-policy --role-name ${user}-role --policy-name ecr --policy-document file://policy.json`,
    'Let the program use the role. Then find its keys, and switch them off:',
    `aws iam list-access-keys --user-name ${user}`,
    `aws iam update-access-key --user-name ${user} --access-key-id KEY --status Inactive`,
    'Nothing broke in two weeks: delete them.',
    `aws iam delete-access-key --user-name ${user} --access-key-id KEY`,
  ]
}

/** For people, who sign in. */
export function withoutKeys(user: string): string[] {
  return [
    `${user} signs in, so that a session does what the key did: aws sso login, or aws sts get-session-token with a code of the device.`,
    `aws iam list-access-keys --user-name ${user}`,
    `aws iam update-access-key --user-name ${user} --access-key-id KEY --status Inactive`,
    'Nothing broke in two weeks: delete it.',
    `aws iam delete-access-key --user-name ${user} --access-key-id KEY`,
  ]
}

/** Two keys for a while, so that nothing stops. */
export function newKey(user: string): string[] {
  return [
    `aws iam list-access-keys --user-name ${user}`,
    'Make a second key, and give it to whatever uses the old one:',
    `aws iam create-access-key --user-name ${user}`,
    'The old one is not used any more when this shows no new date:',
    'aws iam get-access-key-last-used --access-key-id OLD-KEY',
    `aws iam update-access-key --user-name ${user} --access-key-id OLD-KEY --status Inactive`,
    `aws iam delete-access-key --user-name ${user} --access-key-id OLD-KEY`,
  ]
}

/** What CreateRepository takes once and for all (ecr-facts 2.1). */
export type Encryption = {
  type: string
  kmsKey?: string
}

/**
 * A resource tag of a repository that is being copied: its value is the snapshot that holds everything. It is there from
 * just before the deletion until the copy was compared, so that a repository which is not whole says so by itself.
 */
export const markerTag = 'holdfast:unfinished-migration'

/** A repository with its encryption and, while it is not whole, the snapshot that completes it. */
export type EncryptionState = Encryption & { unfinished?: string }

export function isSameEncryption(one: Encryption, other: Encryption): boolean {
  return one.type === other.type && one.kmsKey === other.kmsKey
}

export function encryptionWords({ type, kmsKey }: Encryption): string {
  return kmsKey === undefined ? type : `${type} with ${kmsKey}`
}

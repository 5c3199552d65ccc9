import type { Selection } from './policy.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a key policy lets somebody do: read with the key, hand its use on, or decide what becomes of it. */
export type KeyAbility = 'use' | 'grant' | 'control'

/** Actions of KMS that do more than describe a key. */
const actions: Record<KeyAbility, string> = {
  use: `Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext
    GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateMac VerifyMac Sign Verify
    DeriveSharedSecret Encapsulate Decapsulate`,
  grant: 'CreateGrant',
  control: `PutKeyPolicy ScheduleKeyDeletion CancelKeyDeletion DisableKey EnableKey RevokeGrant RetireGrant
    DeleteImportedKeyMaterial ImportKeyMaterial EnableKeyRotation DisableKeyRotation RotateKeyOnDemand
    CreateAlias UpdateAlias DeleteAlias ReplicateKey UpdatePrimaryRegion UpdateKeyDescription
    SynchronizeMultiRegionKey TagResource UntagResource`,
}

const known = (Object.keys(actions) as KeyAbility[]).flatMap((ability) =>
  actions[ability].split(/\s+/).map((name) => ({ ability, key: `kms:${name}`.toLowerCase() })),
)

const reads = /^kms:(describe|list|get)/

/** What a selection of actions comes to for a key. A name that is not known here counts as use unless it reads. */
export function keyAbilities({ not, list }: Selection<string>): Set<KeyAbility> {
  const patterns = list.map((pattern) => pattern.toLowerCase())
  const matched = known.filter(({ key }) => patterns.some((pattern) => matchesWildcard(pattern, key)))
  const given = not ? known.filter((action) => !matched.includes(action)) : matched
  const found = new Set(given.map(({ ability }) => ability))
  const isNewer = (pattern: string) =>
    pattern.startsWith('kms:') &&
    !reads.test(pattern) &&
    !known.some(({ key }) => matchesWildcard(pattern, key))
  if (!not && patterns.some(isNewer)) found.add('use')
  return found
}

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

/** The actions that a selection covers, but for those that only read. A name that is not known here is one. */
export function keyActions({ not, list }: Selection<string>): string[] {
  const patterns = list.map((pattern) => pattern.toLowerCase())
  const fits = (key: string) => patterns.some((pattern) => matchesWildcard(pattern, key))
  const given = known.map(({ key }) => key).filter((key) => fits(key) !== not)
  return not ? given : [...given, ...patterns.filter(isNewer).map((pattern) => pattern.replace(/[*?]/g, 'z'))]
}

function isNewer(pattern: string): boolean {
  return (
    pattern.startsWith('kms:') &&
    !reads.test(pattern) &&
    !known.some(({ key }) => matchesWildcard(pattern, key))
  )
}

/** What a selection of actions comes to for a key. A name that is not known here counts as use unless it reads. */
export function keyAbilities(selection: Selection<string>): Set<KeyAbility> {
  const byKey = new Map(known.map(({ key, ability }) => [key, ability]))
  return new Set(keyActions(selection).map((action) => byKey.get(action) ?? 'use'))
}

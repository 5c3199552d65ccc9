import { parseArn } from '../../core/arn.ts'
import { HoldfastError } from '../../core/errors.ts'
import type { Door } from '../door.ts'
import type { Encryption } from './encryption.ts'

/** Throws `plan-refused`, before anything was done, unless ECR can encrypt with the key. */
export async function requireUsableKey(door: Door, { kmsKey }: Encryption): Promise<void> {
  if (kmsKey === undefined) return
  const { region } = door.place
  const where = parseArn(kmsKey)?.region
  if (where !== undefined && where !== region)
    throw unusable(kmsKey, `It is a key of ${where}, and the repository is in ${region}.`)
  const { KeyMetadata: key = { KeyId: undefined } } = await door.ask('kms', 'DescribeKey', {
    input: { KeyId: kmsKey },
    resource: kmsKey,
  })
  const why = whyUnusable(key)
  if (why !== undefined) throw unusable(kmsKey, why)
}

function whyUnusable({
  KeyState,
  KeySpec,
  KeyUsage,
}: {
  KeyState?: string | undefined
  KeySpec?: string | undefined
  KeyUsage?: string | undefined
}): string | undefined {
  if (KeyState !== 'Enabled') return `Its state is ${KeyState ?? 'not known'}.`
  // Only such keys make data keys, which is what ECR asks for (ecr-facts 7: GenerateDataKey).
  if (KeySpec !== undefined && KeySpec !== 'SYMMETRIC_DEFAULT') return `It is no symmetric key (${KeySpec}).`
  if (KeyUsage !== undefined && KeyUsage !== 'ENCRYPT_DECRYPT')
    return `It is not for encryption (${KeyUsage}).`
  return undefined
}

function unusable(key: string, why: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `Nothing was changed: ECR cannot encrypt with ${key}.`,
    why,
    next: 'Make the key usable, or name another one in holdfast.yaml: baseline: {encryption: {kmsKey: ...}}',
  })
}

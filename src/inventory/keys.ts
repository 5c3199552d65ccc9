import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  KMSClient,
} from '@aws-sdk/client-kms'
import { parseArn } from '../core/arn.ts'
import { inParallel } from '../core/parallel.ts'
import { answer } from './answer.ts'
import { type Asking, ask } from './collect/question.ts'
import type { Inventory, KmsKey } from './inventory.ts'

const atOnce = 8

/** Each key once, with its rotation and policy when somebody of this account manages it. */
export async function collectKeys(asking: Asking, arns: Iterable<string>): Promise<Inventory['keys']> {
  const wanted = [...new Set(arns)].sort()
  if (wanted.length === 0) return {}
  const client = new KMSClient(asking.aws.clientConfig('kms'))
  const found: Inventory['keys'] = {}
  try {
    await inParallel(wanted, atOnce, async (arn) => {
      found[arn] = await answer('kms:DescribeKey', describeKey(client, arn, asking.signal))
    })
    return found
  } finally {
    client.destroy()
  }
}

async function describeKey(client: KMSClient, arn: string, signal: AbortSignal): Promise<KmsKey> {
  const options = { abortSignal: signal }
  const { KeyMetadata } = await ask(
    'kms:DescribeKey',
    client.send(new DescribeKeyCommand({ KeyId: arn }), options),
  )
  const key = toKey(arn, KeyMetadata)
  if (key.manager === 'AWS') return key
  // Only DescribeKey takes an alias.
  const KeyId = key.arn
  const rotation = async () => {
    const command = new GetKeyRotationStatusCommand({ KeyId })
    return (await ask('kms:GetKeyRotationStatus', client.send(command, options))).KeyRotationEnabled ?? false
  }
  const policy = async () => {
    const command = new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })
    return (await ask('kms:GetKeyPolicy', client.send(command, options))).Policy ?? ''
  }
  return {
    ...key,
    rotation: await answer('kms:GetKeyRotationStatus', rotation()),
    policy: await answer('kms:GetKeyPolicy', policy()),
  }
}

/** AWS rotates its own keys every year, and nobody else can change their policies. */
const managedByAws: Pick<KmsKey, 'rotation' | 'policy'> = {
  rotation: { ok: true },
  policy: { ok: null },
}

function toKey(arn: string, found: KeyMetadata | undefined): KmsKey {
  const place = parseArn(found?.Arn ?? arn)
  return {
    arn: found?.Arn ?? arn,
    // Never taken for the user's own unless KMS says so.
    manager: found?.KeyManager === 'CUSTOMER' ? 'CUSTOMER' : 'AWS',
    state: found?.KeyState ?? 'Unknown',
    account: found?.AWSAccountId ?? place?.account ?? '',
    region: place?.region ?? '',
    ...(found?.DeletionDate && { deletionAt: found.DeletionDate.toISOString() }),
    origin: found?.Origin ?? 'AWS_KMS',
    ...managedByAws,
  }
}

/** The keys that repositories and creation templates name. */
export function keysNamed(
  repositories: readonly { encryption: { kmsKey?: string } }[],
  templates: Inventory['templates'],
): string[] {
  const fromTemplates = 'ok' in templates ? templates.ok.map(({ encryption }) => encryption?.kmsKey) : []
  const all = [...repositories.map(({ encryption }) => encryption.kmsKey), ...fromTemplates]
  return all.filter((key) => key !== undefined)
}
